//! What one person reads and enters.

use http::StatusCode;
use protocol::messages::edge::Delivery;

use crate::support::{both, id, items, notice, questionnaire, refused, result};

#[tokio::test]
async fn r_pmh_5_a_person_reads_what_every_municipality_has_and_only_their_own() {
    both(|edge| async move {
        edge.deliver("991015", vec![questionnaire(id(1), id(50), "991015", 1), notice(id(1), id(51), "991015")]).await?;
        edge.deliver("992020", vec![questionnaire(id(1), id(60), "992020", 1), questionnaire(id(2), id(61), "992020", 1)]).await?;
        edge.bind(1, 11).await?;
        edge.bind(2, 12).await?;
        let mine: Vec<_> = edge.questionnaires(11).await?.rows.into_iter().map(|sheet| sheet.municipality.to_string()).collect();
        assert_eq!(mine, ["991015", "992020"], "one key, two municipalities");
        assert_eq!(edge.notices(11).await?.rows.len(), 1);
        assert_eq!(edge.questionnaires(12).await?.rows.len(), 1);
        assert!(edge.notices(12).await?.rows.is_empty());
        refused(edge.questionnaires(13).await, StatusCode::NOT_FOUND);
        // another's sheet is as unknown as none
        refused(edge.answer(12, id(50), &[("q01", "1")]).await, StatusCode::NOT_FOUND);
        refused(edge.enter(12, result(id(70), id(50), "0")).await, StatusCode::NOT_FOUND);
        assert!(edge.collect(0).await?.rows.is_empty());
        edge.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_5_answers_replace_answers_and_survive_a_new_wording() {
    both(|edge| async move {
        edge.deliver("991015", vec![questionnaire(id(1), id(50), "991015", 1)]).await?;
        edge.bind(1, 11).await?;
        for wrong in [("q01", "3"), ("q09", "1")] {
            let refusal = edge.answer(11, id(50), &[wrong]).await.unwrap_err();
            assert_eq!(refusal.refusal().unwrap().rows.len(), 1, "{refusal}");
        }
        edge.answer(11, id(50), &[("q01", "1")]).await?;
        edge.answer(11, id(50), &[("q01", "2")]).await?;
        edge.answer(11, id(50), &[("q01", "2")]).await?;
        edge.deliver("991015", vec![questionnaire(id(1), id(50), "991015", 2)]).await?;
        let sheets = edge.questionnaires(11).await?.rows;
        assert_eq!((sheets.len(), sheets[0].version), (1, 2));
        assert_eq!(sheets[0].answers.expose(), &items(&[("q01", "2")]));
        assert!(sheets[0].answered_at.is_some());
        assert_eq!(edge.collect(0).await?.rows.len(), 2, "the same answers again are nothing new");
        edge.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_ii_3_pmh_2_an_answer_to_an_unknown_withdrawn_or_reworded_question_is_refused() {
    both(|edge| async move {
        edge.deliver("991015", vec![questionnaire(id(1), id(50), "991015", 1), questionnaire(id(1), id(51), "991015", 1)]).await?;
        edge.bind(1, 11).await?;
        refused(edge.answer(11, id(99), &[("q01", "1")]).await, StatusCode::NOT_FOUND);
        edge.deliver("991015", vec![Delivery::Withdrawal { pmh_key: id(1).into(), id: id(51) }]).await?;
        refused(edge.answer(11, id(51), &[("q01", "1")]).await, StatusCode::NOT_FOUND);
        let mut reworded = questionnaire(id(1), id(50), "991015", 2);
        if let Delivery::Questionnaire { body, .. } = &mut reworded {
            body.questions[0].item = "q03".to_owned();
        }
        edge.deliver("991015", vec![reworded]).await?;
        refused(edge.answer(11, id(50), &[("q01", "1")]).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(edge.collect(0).await?.rows.is_empty(), "nothing of it is stored for the core");
        edge.answer(11, id(50), &[("q03", "1")]).await?;
        assert_eq!(edge.collect(0).await?.rows.len(), 1);
        edge.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_5_a_result_is_seen_at_once_and_is_one_however_often_it_is_sent() {
    both(|edge| async move {
        edge.deliver("991015", vec![questionnaire(id(1), id(50), "991015", 1)]).await?;
        edge.bind(1, 11).await?;
        edge.enter(11, result(id(70), id(50), "0")).await?;
        edge.enter(11, result(id(70), id(50), "0")).await?;
        refused(edge.enter(11, result(id(50), id(50), "1")).await, StatusCode::CONFLICT);
        let mut other = result(id(71), id(50), "0");
        other.programme = "stomach".to_owned();
        refused(edge.enter(11, other).await, StatusCode::UNPROCESSABLE_ENTITY);
        let results = edge.results(11).await?.rows;
        assert_eq!(results.len(), 1);
        assert_eq!(results[0].items.expose(), &items(&[("cpi", "0")]));
        assert_eq!(edge.collect(0).await?.rows.len(), 1);
        edge.running.stop().await;
        Ok(())
    })
    .await;
}
