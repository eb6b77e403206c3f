//! Visits at facilities.

use devices::tablet::{Finding, OpenVisit};
use line::WireError;
use outside_public::portal::Purposes;
use protocol::Private;
use protocol::messages::edge;
use protocol::messages::portal::{VisitQuestionnaire, of_visit};
use vocabulary::{Date, Entropy, FiscalYear, SystemEntropy};
use wire::faults::{Fault, FaultRule};
use wire::testing::Failed;

use crate::support::{FACILITY, PIN, Person, World, both, code, institution, items, questionnaire};

async fn visit(world: &World, person: &Person) -> Result<OpenVisit, Failed> {
    Ok(world.tablet()?.visit(&person.card, PIN, "oral_health", &Purposes::current().visit).await?)
}

fn finding(person: &Person, judgement: &str) -> Finding {
    Finding {
        sheet: person.sheet,
        fiscal_year: FiscalYear::of(Date::constant(2026, 10, 5)),
        examined_on: Date::constant(2026, 10, 5),
        answers: items(&[("P1", "1")]),
        items: items(&[("judgement", judgement)]),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn step_7_a_visit_is_reviewed_has_a_result_ends_and_again_is_the_same_visit() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        let open = visit(&world, &person).await?;
        assert_eq!(code(open.result(finding(&person, "1")).await), "visit-state", "nobody has read the questionnaire");
        assert_eq!(open.questionnaire().await?.unwrap().id, person.sheet);
        assert_eq!(code(open.done().await), "visit-state", "there is no result");
        assert_eq!(open.result(finding(&person, "1")).await?.state, "result");
        assert_eq!(open.result(finding(&person, "1")).await?.state, "result");
        assert_eq!(world.seen().results.len(), 1, "the same again is the same result");
        assert_eq!(code(open.decline().await), "visit-state", "there is a result");
        assert_eq!(open.done().await?.state, "result");
        assert_eq!(open.done().await?.state, "result");

        // nothing is readable and nothing can be changed after the end
        assert_eq!(open.questionnaire().await?, None);
        assert_eq!(code(open.result(finding(&person, "3")).await), "visit-ended");
        // a tablet that forgot everything in a crash does it all again
        let again = visit(&world, &person).await?;
        assert_eq!(again.visit(), open.visit());
        assert_eq!(again.questionnaire().await?, None);
        assert_eq!(again.result(finding(&person, "1")).await?.state, "result");
        assert_eq!(again.done().await?.state, "result");
        let counts = world.counts().await?;
        assert_eq!((counts["visits"], counts["results"], counts["declined"]), (1, 1, 0));
        {
            let seen = world.seen();
            let result = &seen.results[0].result;
            assert_eq!((seen.results.len(), result.questionnaire, result.institution), (1, person.sheet, institution()));
            assert_eq!(result.programme, "oral_health");
        }
        // and the person reads it
        assert_eq!(world.agreed(&person).await?.results().await?.rows.len(), 1);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_corrected_while_the_visit_is_open_and_a_correction_back_is_one_too() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        let open = visit(&world, &person).await?;
        open.questionnaire().await?;
        open.result(finding(&person, "1")).await?;
        assert_eq!(open.result(finding(&person, "3")).await?.state, "corrected");
        assert_eq!(open.result(finding(&person, "1")).await?.state, "corrected");
        let told: Vec<_> = world.seen().results.iter().map(|entry| entry.result.items.expose()["judgement"].clone()).collect();
        assert_eq!(told, ["1", "3", "1"]);
        assert_eq!(open.done().await?.state, "corrected");
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_tablet_of_another_visit_too_late_or_without_a_certificate_opens_nothing() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        let first = visit(&world, &person).await?;
        // presented at another tablet: the visit is there now, and the first tablet's token is dead
        let second = visit(&world, &person).await?;
        assert_eq!(second.visit(), first.visit());
        assert_eq!(code(first.questionnaire().await), "visit-token");
        second.questionnaire().await?;

        // the second tablet's token in the hands of a third, and of a phone
        let token = stolen(&world, &person).await?;
        let path = of_visit(second.visit(), "questionnaire");
        let third = world.ring.house(FACILITY)?.client.with_bearer(&token);
        let answer: Result<VisitQuestionnaire, WireError> = third.get(&world.portal, &path).await;
        assert_eq!(answer.unwrap_err().refusal().unwrap().code(), "visit-token");
        let phone = world.ring.phone()?.with_bearer(&token);
        let answer: Result<VisitQuestionnaire, WireError> = phone.get(&world.portal, &path).await;
        assert_eq!(answer.unwrap_err().refusal().unwrap().code(), "unauthenticated");

        let late = visit(&world, &person).await?;
        world.advance(31);
        assert_eq!(code(late.questionnaire().await), "visit-token");
        // another person's visit is another token
        let other = world.person()?;
        let [mine, theirs] = [visit(&world, &person).await?, visit(&world, &other).await?];
        assert_ne!(mine.visit(), theirs.visit());
        assert_eq!(mine.questionnaire().await?.unwrap().id, person.sheet);
        assert_eq!(theirs.questionnaire().await?.unwrap().id, other.sheet);
        world.stop().await;
        Ok(())
    })
    .await;
}

/// The token of a visit, as somebody who reads a tablet's memory would have it.
async fn stolen(world: &World, person: &Person) -> Result<String, Failed> {
    use protocol::messages::Nothing;
    use protocol::messages::portal::{CHALLENGES, Challenge, VISITS, Visit, VisitConsent, VisitRequest};
    let client = world.ring.house(FACILITY)?.client;
    let given: Challenge = client.ask(&world.portal, CHALLENGES, &Nothing {}).await?;
    let text = Purposes::current().visit;
    let request = VisitRequest {
        challenge: given.challenge,
        certificate: protocol::Octets(person.card.certificate()?.ok_or("no certificate")?),
        signature: protocol::Octets(person.card.sign(PIN, given.nonce.as_slice())?),
        programme: "oral_health".to_owned(),
        consent: VisitConsent { purpose_text: text.text, version: text.version },
    };
    let visit: Visit = client.ask(&world.portal, VISITS, &request).await?;
    let replayed: Result<Visit, WireError> = client.ask(&world.portal, VISITS, &request).await;
    assert_eq!(replayed.unwrap_err().refusal().unwrap().code(), "challenge");
    Ok(visit.token.into_inner())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_declines_has_that_outcome_for_the_day_and_who_leaves_has_one_at_its_end() {
    both(|rooms| async move {
        let mut world = World::new(rooms).await?;
        let [declines, leaves] = [world.person()?, world.person()?];
        let open = visit(&world, &declines).await?;
        open.questionnaire().await?;
        assert_eq!(open.decline().await?.state, "declined");
        let again = visit(&world, &declines).await?;
        assert_eq!(again.visit(), open.visit(), "on the same day it is the same visit");
        assert_eq!(again.decline().await?.state, "declined");
        assert_eq!(code(again.result(finding(&declines, "1")).await), "visit-ended");
        visit(&world, &leaves).await?.questionnaire().await?;
        world.advance(24 * 60);
        world.open(Purposes::current()).await?;
        // upkeep runs when the portal starts; the counts wait for it
        for _ in 0..3_000 {
            if world.counts().await?["lapsed"] == 1 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let counts = world.counts().await?;
        assert_eq!((counts["visits"], counts["declined"], counts["lapsed"]), (2, 1, 1));
        let another = visit(&world, &declines).await?;
        assert_ne!(another.visit(), open.visit(), "on another day one may think otherwise");
        assert!(another.questionnaire().await?.is_some());
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_whose_way_is_cut_off_is_sent_again_and_one_that_the_hub_refuses_leaves_the_visit_open() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        let open = visit(&world, &person).await?;
        open.questionnaire().await?;
        let mut wrong = finding(&person, "1");
        wrong.items.insert("refused".to_owned(), "1".to_owned());
        assert_eq!(code(open.result(wrong).await), "bad-item", "the hub's own words");
        assert_eq!(open.decline().await?.state, "declined");

        let person = world.person()?;
        let open = visit(&world, &person).await?;
        open.questionnaire().await?;
        world.edge.add(FaultRule::once(edge::RESULTS, Fault::DropRequest));
        assert_eq!(open.result(finding(&person, "1")).await?.state, "result");
        assert_eq!(world.seen().results.len(), 1);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_sheet_of_the_programme_is_visited_and_without_one_there_is_no_visit() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        let (older, other) = (SystemEntropy.id128(), SystemEntropy.id128());
        {
            let mut seen = world.seen();
            let sheets = seen.sheets.get_mut(&person.key).unwrap();
            let mut old = questionnaire(older);
            old.fiscal_year = FiscalYear::of(Date::constant(2025, 10, 5));
            old.answers = Private::new(items(&[("Q1", "1")]));
            let mut another = questionnaire(other);
            another.programme = "gastric".to_owned();
            sheets.extend([old, another]);
        }
        assert_eq!(visit(&world, &person).await?.questionnaire().await?.unwrap().id, person.sheet);
        let none = world.tablet()?.visit(&person.card, PIN, "lung", &Purposes::current().visit).await;
        assert_eq!(code(none), "not-found");
        assert_eq!(world.counts().await?["visits"], 1);
        world.stop().await;
        Ok(())
    })
    .await;
}
