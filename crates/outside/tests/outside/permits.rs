//! Permits (情報提供許可証): checked against signature, list and parties; one use each.

use http::StatusCode;
use jiff::SignedDuration;
use line::WireError;
use protocol::Signed;
use protocol::messages::Code;
use protocol::messages::inquiries::{Inquiry, PermissionList, Permit, PermitRequest};
use protocol::messages::network::{PERMISSION_LIST, PERMIT_REQUESTS, PermissionListAnswer, PermitAnswer, PermitAsk};
use protocol::signed::{Expected, Head};
use vocabulary::{Clock, Date, Id128, Party};
use wire::testing::Failed;

use crate::neighbours::Organisation;
use crate::support::{World, both, key, refused};

const NETWORK: &str = "network.national";

impl World {
    /// The list as this relay gets it.
    pub(crate) async fn list(&self, relay: &Organisation) -> Result<PermissionList, Failed> {
        let network: Party = NETWORK.parse()?;
        let answer: PermissionListAnswer = relay.client.get(&network, PERMISSION_LIST).await?;
        let keys = relay.client.keys(&network).await?.verifying_keys().unwrap();
        Ok(answer.list.open(&Expected { sender: &network, receiver: &relay.party, keys: &keys }, self.clock.now())?.body)
    }

    /// What the list allows a city to ask the other.
    pub(crate) async fn request(&self, code: Code) -> Result<PermitRequest, Failed> {
        let list = self.list(&self.here).await?;
        let row = list.rows.iter().find(|row| row.asker == "*" && row.provider == "*").ok_or("a row for cities")?;
        let inquiry = Inquiry {
            business: row.business.clone(),
            procedure: "screening".to_owned(),
            information: row.information.clone(),
            from: Date::constant(2021, 4, 1),
            to: Date::constant(2026, 3, 31),
            provider: "992020".parse()?,
        };
        let receiving_key = self.here.receiver.public().clone();
        Ok(PermitRequest { processing_number: key(), code, inquiry, receiving_key, list_version: list.version })
    }

    pub(crate) fn head(&self, sender: &Party, life: SignedDuration) -> Head {
        let issued = self.clock.now();
        Head { sender: sender.clone(), receiver: NETWORK.parse().unwrap(), number: key(), issued, expires: issued + life }
    }

    pub(crate) fn signed(&self, by: &Organisation, request: &PermitRequest) -> Signed<PermitRequest> {
        Signed::seal(&self.head(&by.party, SignedDuration::from_mins(5)), request, &by.signer).unwrap()
    }

    pub(crate) async fn permit(&self, by: &Organisation, key: Id128, request: Signed<PermitRequest>) -> Result<PermitAnswer, WireError> {
        by.client.post(&NETWORK.parse().unwrap(), PERMIT_REQUESTS, key, &PermitAsk { request }).await
    }

    pub(crate) async fn opened(&self, at: &Organisation, permit: &Signed<Permit>) -> Result<Permit, Failed> {
        let network: Party = NETWORK.parse()?;
        let keys = at.client.keys(&network).await?.verifying_keys().unwrap();
        Ok(permit.open(&Expected { sender: &network, receiver: &at.party, keys: &keys }, self.clock.now())?.body)
    }
}

#[tokio::test]
async fn c_iii_6_r1_rel_1_each_side_gets_a_permit_with_its_own_code_and_neither_the_others() {
    both(|world| async move {
        let (here, there) = (world.code("991015", 1).await?, world.code("992020", 1).await?);
        let request = world.request(here.clone()).await?;
        let answer = world.permit(&world.here, key(), world.signed(&world.here, &request)).await?;
        let mine = world.opened(&world.here, &answer.permit).await?;
        crate::support::until("the provider has its copy", || !world.there.got().permits.is_empty()).await?;
        let copy = world.there.got().permits[0].clone();
        let theirs = world.opened(&world.there, &copy).await?;
        assert_eq!((mine.code.as_slice(), theirs.code.as_slice()), (here.as_slice(), there.as_slice()));
        assert_eq!(Permit { code: here, ..theirs }, mine, "and everything else is the same");
        assert_eq!((mine.processing_number, &mine.inquiry), (request.processing_number, &request.inquiry));
        assert_eq!(mine.receiving_key, request.receiving_key);
        assert!(world.opened(&world.there, &answer.permit).await.is_err(), "the asker's copy is for the asker alone");
        world.advance(SignedDuration::from_mins(12));
        assert!(world.opened(&world.there, &copy).await.is_err(), "a permit lives for minutes");
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_iii_6_r1_rel_2_what_is_not_on_the_list_gets_no_permit() {
    both(|world| async move {
        let good = world.request(world.code("991015", 1).await?).await?;
        let there = world.code("992020", 1).await?;
        let with = |change: &dyn Fn(&mut PermitRequest)| {
            let mut request = PermitRequest { processing_number: key(), ..good.clone() };
            change(&mut request);
            world.signed(&world.here, &request)
        };
        for (request, status, code) in [
            (with(&|request| request.inquiry.information = "tax".to_owned()), StatusCode::FORBIDDEN, "forbidden"),
            (with(&|request| request.inquiry.business = "tax".to_owned()), StatusCode::FORBIDDEN, "forbidden"),
            (with(&|request| request.inquiry.provider = "991015".parse().unwrap()), StatusCode::FORBIDDEN, "forbidden"),
            (with(&|request| request.list_version -= 1), StatusCode::CONFLICT, "list-changed"),
            (with(&|request| request.code = there.clone()), StatusCode::NOT_FOUND, "not-found"),
            (with(&|request| request.code = Code::from(vec![7; 32])), StatusCode::NOT_FOUND, "not-found"),
        ] {
            assert_eq!(refused(world.permit(&world.here, key(), request).await, status), code);
        }
        assert_eq!(world.counts("network").await?["permits"], 0);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_08_a_request_for_a_permit_is_used_once_by_its_signer_and_in_its_time() {
    both(|mut world| async move {
        let request = world.request(world.code("991015", 1).await?).await?;
        let (once, signed) = (key(), world.signed(&world.here, &request));
        let first = world.permit(&world.here, once, signed.clone()).await?;
        assert_eq!(world.permit(&world.here, once, signed.clone()).await?, first, "the same request has the same permit");
        let other = world.signed(&world.here, &PermitRequest { processing_number: key(), ..request.clone() });
        assert_eq!(refused(world.permit(&world.here, once, other).await, StatusCode::UNPROCESSABLE_ENTITY), "idempotency-key-reused");
        for _ in 0..2 {
            assert_eq!(refused(world.permit(&world.here, key(), signed.clone()).await, StatusCode::CONFLICT), "replayed");
            world.restart(NETWORK).await?;
        }
        let anew = world.permit(&world.here, key(), world.signed(&world.here, &request)).await?;
        let (one, again) = (world.opened(&world.here, &first.permit).await?, world.opened(&world.here, &anew.permit).await?);
        assert_eq!(one, again, "signed anew because the answer was lost, it is the same permit (D2)");
        let mut other = request.clone();
        other.inquiry.procedure = "another".to_owned();
        let other = world.signed(&world.here, &other);
        assert_eq!(refused(world.permit(&world.here, key(), other).await, StatusCode::CONFLICT), "used", "a processing number is one use");

        let fresh = PermitRequest { processing_number: key(), ..request };
        let stolen = world.signed(&world.here, &fresh);
        refused(world.permit(&world.there, key(), stolen).await, StatusCode::UNPROCESSABLE_ENTITY);
        let mut bytes = world.signed(&world.here, &fresh).into_bytes();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        refused(world.permit(&world.here, key(), Signed::from_bytes(bytes)).await, StatusCode::UNPROCESSABLE_ENTITY);
        let mut head = world.head(&world.here.party, SignedDuration::from_mins(5));
        head.receiver = world.there.party.clone();
        let for_another = Signed::seal(&head, &fresh, &world.here.signer)?;
        assert_eq!(refused(world.permit(&world.here, key(), for_another).await, StatusCode::UNPROCESSABLE_ENTITY), "other-receiver");
        let late = world.signed(&world.here, &fresh);
        world.advance(SignedDuration::from_mins(7));
        let once = world.here.client.once_within(std::time::Duration::from_secs(60));
        let late = once.post::<_, PermitAnswer>(&NETWORK.parse()?, PERMIT_REQUESTS, key(), &PermitAsk { request: late }).await;
        assert_eq!(refused(late, StatusCode::TOO_EARLY), "expired");
        assert_eq!(world.counts("network").await?["permits"], 1);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_ii_5_rel_2_only_relays_get_the_list_and_permits() {
    both(|world| async move {
        let request = world.request(Code::from(vec![7; 32])).await?;
        for party in ["registry.991015", "atena.991015", "hub-core.national", "portal.national"] {
            let client = world.client(party)?;
            let list: Result<PermissionListAnswer, _> = client.get(&NETWORK.parse()?, PERMISSION_LIST).await;
            refused(list, StatusCode::FORBIDDEN);
            let ask = PermitAsk { request: world.signed(&world.here, &request) };
            let permit: Result<PermitAnswer, _> = client.post(&NETWORK.parse()?, PERMIT_REQUESTS, key(), &ask).await;
            refused(permit, StatusCode::FORBIDDEN);
        }
        world.stop().await;
        Ok(())
    })
    .await;
}
