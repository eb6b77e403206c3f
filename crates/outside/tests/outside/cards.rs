//! The card authority (公的個人認証): certificates that name nobody, one a person, and the list of those that are void.

use http::StatusCode;
use jiff::SignedDuration;
use line::WireError;
use protocol::messages::resident_network::{
    AUTHORITY, CARDS, CardAuthority, CardRequest, Cards, CardsAnswer, PORTAL_CODES, PortalCodeRequest, REVOCATIONS, Revocations,
};
use protocol::messages::{Accepted, Octets};
use rcgen::{CertificateParams, DnType, KeyPair};
use vocabulary::Id128;
use wire::faults::{Fault, FaultRule};
use wire::testing::Failed;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::support::{World, both, key, number, refused};

const RESIDENT: &str = "resident-network.national";
const COUNTER: &str = "resident-register.991015";

/// What a card asks for; it would like to be called something.
fn wish(name: &str) -> CardRequest {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    let request = params.serialize_request(&KeyPair::generate().unwrap()).unwrap();
    CardRequest { certificate_request: Octets(request.der().to_vec()) }
}

/// Serial number, lower-case hex, of a certificate.
fn serial(certificate: &[u8]) -> String {
    let (_, parsed) = X509Certificate::from_der(certificate).unwrap();
    parsed.raw_serial().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl World {
    async fn cards(&self, people: &[u32], rows: Vec<CardRequest>) -> Result<Cards, Failed> {
        let request_id = key();
        let lines: Vec<String> = people.iter().map(|person| number(*person)).collect();
        let numbers = self.sealed(COUNTER, RESIDENT, CARDS, request_id, &lines).await?;
        Ok(Cards { request_id, rows, numbers })
    }

    async fn issue(&self, key: Id128, cards: &Cards) -> Result<CardsAnswer, WireError> {
        self.post(COUNTER, RESIDENT, CARDS, key, cards).await
    }

    /// A card of a person: serial and certificate.
    pub(crate) async fn card(&self, person: u32) -> Result<(String, Vec<u8>), Failed> {
        let cards = self.cards(&[person], vec![wish("card")]).await?;
        let answer = self.issue(key(), &cards).await?;
        let certificate = answer.rows[0].certificate.clone().ok_or("a certificate")?.0;
        Ok((serial(&certificate), certificate))
    }

    async fn authority(&self) -> Result<CardAuthority, Failed> {
        Ok(self.client("portal.national")?.get(&RESIDENT.parse()?, AUTHORITY).await?)
    }

    async fn code_of_card(&self, serial: &str) -> Result<Accepted, WireError> {
        let request = PortalCodeRequest { processing_number: key(), certificate_serial: serial.to_owned() };
        self.post("portal.national", RESIDENT, PORTAL_CODES, key(), &request).await
    }

    async fn revoke(&self, by: &str, serials: &[&str]) -> Result<Accepted, WireError> {
        let message = Revocations { certificate_serials: serials.iter().map(|serial| (*serial).to_owned()).collect() };
        self.post(by, RESIDENT, REVOCATIONS, key(), &message).await
    }
}

#[tokio::test]
async fn r_out_a_certificate_names_nobody_whatever_the_card_asked_for_and_lives_five_years() {
    both(|world| async move {
        let cards = world.cards(&[1], vec![wish("Hanako Mihon")]).await?;
        let once = key();
        let answer = world.issue(once, &cards).await?;
        assert_eq!(world.issue(once, &cards).await?, answer, "the same request, the same card");
        let certificate = answer.rows[0].certificate.clone().unwrap().0;
        let holds = |text: &str| certificate.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!holds("Hanako") && !holds(&number(1)) && holds("user authentication"));
        let (_, parsed) = X509Certificate::from_der(&certificate)?;
        let authority = world.authority().await?;
        let (_, root) = X509Certificate::from_der(authority.certificate.as_slice())?;
        assert_eq!(parsed.issuer(), root.subject());
        let validity = parsed.validity();
        assert_eq!((validity.not_after.timestamp() - validity.not_before.timestamp()) / 86_400, 5 * 365);
        assert!(authority.revoked.is_empty());
        assert_eq!(world.counts("resident-network").await?["cards"], 1);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_out_a_request_that_no_key_signed_is_refused_alone() {
    both(|world| async move {
        let broken = CardRequest { certificate_request: Octets(b"no request".to_vec()) };
        let cards = world.cards(&[1, 2], vec![broken, wish("card")]).await?;
        let answer = world.issue(key(), &cards).await?;
        let problem = answer.rows[0].problem.clone().unwrap();
        assert_eq!((problem.row, problem.code.as_str()), (1, "malformed"));
        assert!(answer.rows[0].certificate.is_none() && answer.rows[1].certificate.is_some());
        let cards = Cards { rows: vec![wish("card")], ..cards };
        refused(world.issue(key(), &cards).await, StatusCode::UNPROCESSABLE_ENTITY);
        let answer: Result<CardsAnswer, _> = world.post("portal.national", RESIDENT, CARDS, key(), &cards).await;
        refused(answer, StatusCode::FORBIDDEN);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_out_a_lost_or_replaced_card_is_on_the_list_and_opens_nothing_any_more() {
    both(|mut world| async move {
        let (first, _) = world.card(1).await?;
        let (others, _) = world.card(2).await?;
        world.code_of_card(&first).await?;
        let (second, _) = world.card(1).await?;
        assert_eq!(world.authority().await?.revoked, std::slice::from_ref(&first), "a person has one card");
        refused(world.code_of_card(&first).await, StatusCode::FORBIDDEN);
        world.code_of_card(&second).await?;
        refused(world.revoke(COUNTER, &[&second, "00"]).await, StatusCode::NOT_FOUND);
        assert_eq!(world.authority().await?.revoked.len(), 1, "all of them or none");
        refused(world.revoke("portal.national", &[&second]).await, StatusCode::FORBIDDEN);
        assert_eq!(world.revoke(COUNTER, &[&second]).await?.accepted, 1);
        world.revoke(COUNTER, &[&second]).await?;
        world.restart(RESIDENT).await?;
        let mut void = [first, second.clone()];
        void.sort();
        assert_eq!(world.authority().await?.revoked, void);
        refused(world.code_of_card(&second).await, StatusCode::FORBIDDEN);
        refused(world.code_of_card("00").await, StatusCode::NOT_FOUND);
        world.code_of_card(&others).await?;
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_out_an_expired_certificate_opens_nothing() {
    both(|mut world| async move {
        let (serial, _) = world.card(1).await?;
        world.advance(SignedDuration::from_hours(24 * 5 * 365) - SignedDuration::from_secs(1));
        world.renew(RESIDENT).await?;
        world.code_of_card(&serial).await?;
        world.advance(SignedDuration::from_secs(1));
        refused(world.code_of_card(&serial).await, StatusCode::FORBIDDEN);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_01_the_authority_is_the_same_after_a_restart_and_the_payers_hub_hears_of_every_card() {
    both(|mut world| async move {
        world.faults["payers-hub.national"].add(FaultRule::every("/payers-hub/v1/certificates", 1, Fault::DropAnswer));
        let before = world.authority().await?.certificate;
        world.card(1).await?;
        world.restart(RESIDENT).await?;
        assert_eq!(world.authority().await?.certificate, before);
        world.faults["payers-hub.national"].clear();
        world.card(2).await?;
        let mut known = 0;
        for _ in 0..2_400 {
            known = world.counts("online-eligibility").await?["certificates"];
            if known == 2 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        assert_eq!(known, 2);
        assert_eq!(world.counts("payers-hub").await?["people"], 2, "told again, a card is no second person");
        world.stop().await;
        Ok(())
    })
    .await;
}
