//! The two queues to and from the hub core, and who else is kept out.

use http::StatusCode;
use protocol::messages::Accepted;
use protocol::messages::console::{Counts, counts};
use protocol::messages::edge::{BINDINGS, Binding, Collection, DELIVERIES, Deliveries, Delivery, QUESTIONNAIRES_READ};
use vocabulary::{Entropy, SystemEntropy};
use wire::testing::Failed;

use crate::support::{Edge, both, city, id, notice, questionnaire, refused, result};

fn sequences(rows: &[Collection]) -> Vec<i64> {
    rows.iter()
        .map(|row| match row {
            Collection::Answer { sequence, .. } | Collection::Result { sequence, .. } => *sequence,
        })
        .collect()
}

#[tokio::test]
async fn r_pmh_6_what_was_entered_is_kept_until_the_core_has_it_and_then_forgotten() {
    both(|edge| async move {
        edge.deliver("991015", vec![questionnaire(id(1), id(50), "991015", 1)]).await?;
        edge.bind(1, 11).await?;
        edge.answer(11, id(50), &[("q01", "1")]).await?;
        edge.enter(11, result(id(70), id(50), "0")).await?;
        let first = edge.collect(0).await?;
        assert_eq!(sequences(&first.rows), [1, 2]);
        assert_eq!(edge.collect(0).await?, first, "fetched again after a crash, the same again");
        let Collection::Answer { pmh_key, municipality, .. } = &first.rows[0] else { panic!("the answers came first") };
        assert_eq!((pmh_key.expose(), municipality.to_string().as_str()), (&id(1), "991015"));
        assert_eq!(sequences(&edge.collect(1).await?.rows), [2]);
        assert!(edge.collect(2).await?.rows.is_empty());
        assert!(edge.collect(0).await?.rows.is_empty(), "nothing stays here that the core has");
        edge.answer(11, id(50), &[("q01", "2")]).await?;
        assert_eq!(sequences(&edge.collect(2).await?.rows), [3], "numbers go on");
        edge.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_7_a_deletion_takes_one_municipalitys_data_and_leaves_the_others_and_the_binding() {
    both(|edge| async move {
        edge.deliver("991015", vec![questionnaire(id(1), id(50), "991015", 1), notice(id(1), id(51), "991015")]).await?;
        edge.deliver("992020", vec![questionnaire(id(1), id(60), "992020", 1)]).await?;
        edge.bind(1, 11).await?;
        edge.enter(11, result(id(70), id(50), "0")).await?;
        edge.deliver("991015", vec![Delivery::Withdrawal { pmh_key: id(1).into(), id: id(51) }]).await?;
        assert!(edge.notices(11).await?.rows.is_empty());
        // another municipality withdraws nothing here, and another person's key reaches nothing
        edge.deliver("992020", vec![Delivery::Withdrawal { pmh_key: id(1).into(), id: id(50) }]).await?;
        edge.deliver("991015", vec![Delivery::Withdrawal { pmh_key: id(2).into(), id: id(50) }]).await?;
        assert_eq!(edge.questionnaires(11).await?.rows.len(), 2);
        let deletion = Delivery::Deletion { pmh_key: id(1).into(), id: id(52), ended: Vec::new() };
        // in the order in which they take effect: what comes after a deletion is there
        edge.deliver("991015", vec![questionnaire(id(1), id(53), "991015", 1), deletion, questionnaire(id(1), id(54), "991015", 2)])
            .await?;
        let mut left: Vec<_> = edge.questionnaires(11).await?.rows.into_iter().map(|sheet| sheet.id).collect();
        left.sort();
        assert_eq!(left, [id(54), id(60)]);
        assert!(edge.results(11).await?.rows.is_empty());
        assert_eq!(edge.collect(0).await?.rows.len(), 1, "what waits for the core still goes there");
        edge.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_6_a_portion_touches_nothing_of_another_municipality_or_person() {
    both(|edge| async move {
        edge.deliver("991015", vec![questionnaire(id(1), id(50), "991015", 1)]).await?;
        refused(edge.deliver("992020", vec![questionnaire(id(1), id(50), "992020", 2)]).await, StatusCode::CONFLICT);
        refused(edge.deliver("991015", vec![questionnaire(id(2), id(50), "991015", 2)]).await, StatusCode::CONFLICT);
        let mixed = vec![notice(id(1), id(51), "992020"), questionnaire(id(1), id(52), "991015", 2)];
        refused(edge.deliver("992020", mixed).await, StatusCode::UNPROCESSABLE_ENTITY);
        edge.bind(1, 11).await?;
        let sheets = edge.questionnaires(11).await?.rows;
        assert_eq!((sheets.len(), sheets[0].version), (1, 1), "a portion goes in whole or not at all");
        assert!(edge.notices(11).await?.rows.is_empty());
        edge.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_portion_sent_again_after_a_deletion_has_no_second_effect() {
    both(|edge| async move {
        let rows = vec![questionnaire(id(1), id(50), "991015", 1)];
        let message = Deliveries { delivery: id(90), municipality: city("991015"), rows };
        let _: Accepted = edge.core.post(&edge.running.party, DELIVERIES, id(90), &message).await?;
        edge.deliver("991015", vec![Delivery::Deletion { pmh_key: id(1).into(), id: id(52), ended: Vec::new() }]).await?;
        let again: Accepted = edge.core.post(&edge.running.party, DELIVERIES, id(90), &message).await?;
        assert_eq!(again.accepted, 1);
        edge.bind(1, 11).await?;
        assert!(edge.questionnaires(11).await?.rows.is_empty());
        edge.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_7_what_has_ended_is_not_stored_when_it_comes_late_and_a_new_registration_is() {
    both(|edge| async move {
        edge.bind(1, 11).await?;
        edge.deliver("991015", vec![notice(id(1), id(51), "991015")]).await?;
        edge.deliver("991015", vec![Delivery::Withdrawal { pmh_key: id(1).into(), id: id(51) }]).await?;
        let ended = vec![id(50), id(51)];
        edge.deliver("991015", vec![Delivery::Deletion { pmh_key: id(1).into(), id: id(52), ended }]).await?;
        // dead letters that an operator runs again, each in a request of its own
        edge.deliver("991015", vec![questionnaire(id(1), id(50), "991015", 1)]).await?;
        edge.deliver("991015", vec![notice(id(1), id(51), "991015")]).await?;
        assert!(edge.questionnaires(11).await?.rows.is_empty() && edge.notices(11).await?.rows.is_empty());
        // nobody else's, and not what is registered anew
        edge.deliver("992020", vec![questionnaire(id(1), id(60), "992020", 1)]).await?;
        edge.deliver("991015", vec![questionnaire(id(1), id(53), "991015", 1)]).await?;
        let mut there: Vec<_> = edge.questionnaires(11).await?.rows.into_iter().map(|sheet| sheet.id).collect();
        there.sort();
        assert_eq!(there, [id(53), id(60)]);
        edge.running.stop().await;
        Ok(())
    })
    .await;
}

async fn counted(edge: &Edge) -> Result<Counts, Failed> {
    Ok(edge.ring.house("console.991015")?.client.get(&edge.running.party, &counts("hub-edge")).await?)
}

#[tokio::test]
async fn c_ii_6_pmh_4_only_the_portal_asks_for_persons_and_only_the_core_brings() {
    both(|edge| async move {
        let registry = edge.ring.house("registry.991015")?.client.within(std::time::Duration::from_millis(500));
        let nobody: Result<protocol::messages::edge::Collections, _> =
            registry.get(&edge.running.party, "/edge/v1/collections?after=0").await;
        assert!(nobody.is_err(), "a registry is not even enrolled");
        let message = Binding { pmh_key: id(1).into(), pmh_pseudonym: id(11).into() };
        let bind: Result<protocol::messages::Outcome, _> =
            edge.core.post(&edge.running.party, BINDINGS, SystemEntropy.id128(), &message).await;
        refused(bind, StatusCode::FORBIDDEN);
        let fetch: Result<protocol::messages::edge::Collections, _> =
            edge.portal.get(&edge.running.party, "/edge/v1/collections?after=0").await;
        refused(fetch, StatusCode::FORBIDDEN);
        let console = edge.ring.house("console.991015")?.client;
        let of = protocol::messages::edge::OfPerson { pmh_pseudonym: id(11).into() };
        let read: Result<protocol::messages::edge::Questionnaires, _> = console.ask(&edge.running.party, QUESTIONNAIRES_READ, &of).await;
        refused(read, StatusCode::FORBIDDEN);
        assert_eq!(counted(&edge).await?.counts["bound"], 0);
        edge.bind(1, 11).await?;
        assert_eq!(counted(&edge).await?.counts["bound"], 1);
        edge.running.stop().await;
        Ok(())
    })
    .await;
}
