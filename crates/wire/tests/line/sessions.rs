//! A public party: phones with a session, tablets with a certificate, visitors with neither.

use access::{Action, Caller, SystemPolicies};
use axum::response::Response;
use futures::future::BoxFuture;
use http::StatusCode;
use line::WireError;
use vocabulary::Purpose;
use wire::testing::Ring;
use wire::{Json, RequestCaller, Routes, Service, Sessions, Shown, anyone, peer, session, unauthenticated};

use crate::support::{Answer, both};

const OWN: Action = Action::personal("portal:own.read").for_purpose(Purpose::OwnAccess);
const VISIT: Action = Action::personal("portal:visits.open").for_purpose(Purpose::Examination);
const CHALLENGE: Action = Action::plain("portal:challenges.make");
const TEXT: &str = r#"
@id("own") permit (principal is Resident, action == Action::"portal:own.read", resource);
@id("visits") permit (principal is Facility, action == Action::"portal:visits.open", resource);
@id("challenges") permit (principal is Visitor, action == Action::"portal:challenges.make", resource);
"#;

struct Tokens;

impl Sessions for Tokens {
    fn enter(&self, shown: Shown) -> BoxFuture<'_, Result<Caller, Response>> {
        Box::pin(async move {
            let token = shown.bearer.as_deref().or_else(|| shown.cookie("session"));
            match token {
                Some("good") => Ok(Caller::resident("subject-1", shown.purpose, shown.request)),
                _ => Err(unauthenticated()),
            }
        })
    }
}

async fn total(RequestCaller(caller): RequestCaller) -> Json<Answer> {
    Json(Answer { total: i32::try_from(caller.id().len()).unwrap_or_default() })
}

#[tokio::test]
async fn a_public_party_tells_phones_tablets_and_visitors_apart() {
    both(|rooms| async move {
        let portal = SystemPolicies { system: "portal", actions: &[&[OWN, VISIT, CHALLENGE]], text: TEXT };
        let ring = Ring::new(rooms, access::Policies::load(&[portal])?, &[])?;
        let house = ring.house("portal.national")?;
        let routes = Routes::of(())
            .get("/portal/v1/results", session(OWN), total)
            .post("/portal/v1/visits", peer(VISIT).unkeyed(), total)
            .post("/portal/v1/challenges", anyone(CHALLENGE), total);
        let running = wire::serve(&house, Service::new(&house.bare_room().await?).public().sessions(Tokens).routes(routes)).await?;
        let portal = &running.party;
        let refused = |outcome: Result<Answer, WireError>, status| assert!(outcome.unwrap_err().is_status(status));

        let phone = ring.phone()?;
        let _: Answer = phone.ask(portal, "/portal/v1/challenges", &protocol::messages::Nothing {}).await?;
        refused(phone.get(portal, "/portal/v1/results").await, StatusCode::UNAUTHORIZED);
        refused(phone.with_bearer("bad").get(portal, "/portal/v1/results").await, StatusCode::UNAUTHORIZED);
        let own: Answer = phone.with_bearer("good").get(portal, "/portal/v1/results").await?;
        assert_eq!(own.total, 9);
        refused(phone.with_bearer("good").ask(portal, "/portal/v1/visits", &()).await, StatusCode::UNAUTHORIZED);

        let institution = vocabulary::InstitutionCode::from_body("993000012")?;
        let tablet = ring.house(&format!("facility.{institution}"))?.client;
        let visit: Answer = tablet.ask(portal, "/portal/v1/visits", &()).await?;
        assert_eq!(visit.total, 10, "known by the institution of its certificate");

        // a certificate of another authority is not overlooked only because none is needed
        let other = Ring::new(house.rooms.clone(), house.policies.clone(), &[])?;
        let impostor = other.house(&format!("facility.{institution}"))?.client.within(std::time::Duration::from_millis(200));
        impostor.peers().put(portal.clone(), running.addr);
        assert!(matches!(impostor.ask::<_, Answer>(portal, "/portal/v1/visits", &()).await, Err(WireError::NotReached { .. })));

        // a system may not do what only a facility may, and the record of use says that it tried
        let registry = ring.house("registry.991015")?.client;
        refused(registry.ask(portal, "/portal/v1/visits", &()).await, StatusCode::FORBIDDEN);
        let room = house.bare_room().await?;
        let entries = ledger::newest(room.raw(), 10).await?;
        assert!(entries.iter().any(|found| found.entry().is_ok_and(|entry| entry.outcome == ledger::Outcome::Refused)), "{entries:?}");
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_route_for_sessions_in_a_service_that_knows_none_does_not_start() {
    both(|rooms| async move {
        let portal = SystemPolicies { system: "portal", actions: &[&[OWN, VISIT, CHALLENGE]], text: TEXT };
        let ring = Ring::new(rooms, access::Policies::load(&[portal])?, &[])?;
        let house = ring.house("portal.national")?;
        let routes = Routes::of(()).get("/portal/v1/results", session(OWN), total);
        let outcome = wire::serve(&house, Service::without_room().public().routes(routes)).await;
        assert!(matches!(outcome, Err(wire::ServeError::NoSessions { .. })));
        Ok(())
    })
    .await;
}
