//! Ten thousand attempts at a visit by everybody but the tablet that it is open at (C-II-3-PMH-3).

use line::{Client, WireError};
use outside_public::portal::Purposes;
use protocol::messages::Nothing;
use protocol::messages::Outcome;
use protocol::messages::portal::{
    CHALLENGES, Challenge, VISITS, Visit, VisitConsent, VisitQuestionnaire, VisitRequest, VisitResult, of_visit,
};
use protocol::{Octets, Private};
use vocabulary::{Date, Entropy, FiscalYear, Id128, InstitutionCode, SystemEntropy};
use wire::testing::Failed;

use crate::support::{FACILITY, PIN, Person, World, both, items};

/// Kinds of attempts, each made this often.
const OF_EACH: usize = 2_000;

/// What somebody tries: to read the questionnaire of a visit, or to enter its result.
async fn tries(client: &Client, world: &World, visit: Id128, time: usize) -> Result<(), WireError> {
    if time.is_multiple_of(2) {
        return client.get::<VisitQuestionnaire>(&world.portal, &of_visit(visit, "questionnaire")).await.map(drop);
    }
    let result = VisitResult {
        id: SystemEntropy.id128(),
        examined_on: Date::constant(2026, 10, 5),
        fiscal_year: FiscalYear(2026),
        answers: Private::new(items(&[("P1", "1")])),
        items: Private::new(items(&[("judgement", "1")])),
    };
    client.post::<_, Outcome>(&world.portal, &of_visit(visit, "result"), SystemEntropy.id128(), &result).await.map(drop)
}

/// The token of a person's visit, and what was asked for it.
async fn opened(world: &World, client: &Client, person: &Person) -> Result<(Visit, VisitRequest), Failed> {
    let given: Challenge = client.ask(&world.portal, CHALLENGES, &Nothing {}).await?;
    let text = Purposes::current().visit;
    let request = VisitRequest {
        challenge: given.challenge,
        certificate: Octets(person.card.certificate()?.ok_or("no certificate")?),
        signature: Octets(person.card.sign(PIN, given.nonce.as_slice())?),
        programme: "oral_health".to_owned(),
        consent: VisitConsent { purpose_text: text.text, version: text.version },
    };
    Ok((client.ask(&world.portal, VISITS, &request).await?, request))
}

#[tokio::test(flavor = "multi_thread")]
async fn c_ii_3_pmh_3_of_ten_thousand_mixed_attempts_none_reads_or_enters_anything() {
    both(|rooms| async move {
        let mut world = World::new(rooms).await?;
        world.open_without_allowances().await?;
        let [person, other] = [world.person()?, world.person()?];
        let tablet = world.ring.house(FACILITY)?.client;
        let (expired, _) = opened(&world, &tablet, &person).await?;
        world.advance(31);
        let (mine, asked) = opened(&world, &tablet, &person).await?;
        let (theirs, _) = opened(&world, &tablet, &other).await?;
        let elsewhere = world.ring.house(&format!("facility.{}", InstitutionCode::from_body("993000013")?))?.client;
        let attempts = [
            ("without a token", tablet.clone()),
            ("with one that has expired", tablet.with_bearer(&expired.token.into_inner())),
            ("with that of another person's visit", tablet.with_bearer(theirs.token.expose())),
            ("at another facility", elsewhere.with_bearer(mine.token.expose())),
            ("without a certificate", world.ring.phone()?.with_bearer(mine.token.expose())),
        ];
        for time in 0..OF_EACH {
            for (how, client) in &attempts {
                assert!(tries(client, &world, mine.visit, time).await.is_err(), "{how}");
            }
        }
        // What opened the visit opens no other.
        for _ in 0..OF_EACH {
            let again: Result<Visit, WireError> = tablet.ask(&world.portal, VISITS, &asked).await;
            assert!(again.is_err());
        }
        assert!(world.seen().results.is_empty());
        tries(&tablet.with_bearer(mine.token.expose()), &world, mine.visit, 0).await?;
        world.stop().await;
        Ok(())
    })
    .await;
}
