//! A facility corrects what it entered: nothing is overwritten, and the core gets one after the other.

use http::StatusCode;
use protocol::Private;
use protocol::messages::checkups::ResultSheet;
use protocol::messages::edge::{Collection, Delivery, EnteredResult};
use vocabulary::{Date, Id128};

use crate::support::{Edge, both, id, items, key, questionnaire, refused, result};

/// Name and content of every result that waits for the core.
async fn waiting(edge: &Edge, after: i64) -> Result<Vec<EnteredResult>, line::WireError> {
    let rows = edge.collect(after).await?.rows;
    let results = rows.into_iter().filter_map(|row| match row {
        Collection::Result { body, id, .. } if body.id == id => Some(body),
        _ => None,
    });
    Ok(results.collect())
}

async fn shown(edge: &Edge) -> Result<Vec<(Id128, String)>, line::WireError> {
    let rows = edge.results(11).await?.rows;
    Ok(rows.into_iter().map(|sheet| (sheet.id, sheet.items.expose()["cpi"].clone())).collect())
}

#[tokio::test]
async fn r_pmh_5_a_result_is_corrected_before_the_core_has_it_and_after() {
    both(|edge| async move {
        edge.deliver("991015", vec![questionnaire(id(1), id(50), "991015", 1)]).await?;
        edge.bind(1, 11).await?;
        edge.enter(11, result(id(70), id(50), "0")).await?;
        edge.enter(11, result(id(70), id(50), "2")).await?;
        edge.enter(11, result(id(70), id(50), "2")).await?;
        assert_eq!(shown(&edge).await?, [(id(70), "2".to_owned())], "the person sees one result, as it stands now");
        let both_versions = [result(id(70), id(50), "0"), result(id(70), id(50), "2")];
        assert_eq!(waiting(&edge, 0).await?, both_versions, "the core gets what was entered and its correction, in this order");
        // the core has both; the facility corrects again, back to what it said first
        assert!(waiting(&edge, 2).await?.is_empty());
        edge.enter(11, result(id(70), id(50), "0")).await?;
        assert_eq!(waiting(&edge, 2).await?, [result(id(70), id(50), "0")]);
        assert_eq!(shown(&edge).await?, [(id(70), "0".to_owned())]);
        edge.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_5_a_change_of_the_practitioners_part_or_of_the_day_is_a_correction_too() {
    both(|edge| async move {
        edge.deliver("991015", vec![questionnaire(id(1), id(50), "991015", 1)]).await?;
        edge.bind(1, 11).await?;
        let first = result(id(70), id(50), "0");
        let part = EnteredResult { answers: Private::new(items(&[("q02", "不良")])), ..first.clone() };
        let day = EnteredResult { examined_on: Date::constant(2026, 10, 4), ..part.clone() };
        for entered in [&first, &part, &day] {
            edge.enter(11, entered.clone()).await?;
        }
        assert_eq!(waiting(&edge, 0).await?, [first, part, day]);
        edge.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_6_nobody_corrects_anothers_result_nor_what_the_municipality_brought() {
    both(|edge| async move {
        let rows = vec![questionnaire(id(1), id(50), "991015", 1), questionnaire(id(1), id(51), "991015", 1)];
        edge.deliver("991015", rows).await?;
        edge.deliver("991015", vec![questionnaire(id(2), id(52), "991015", 1)]).await?;
        edge.bind(1, 11).await?;
        edge.bind(2, 12).await?;
        edge.enter(11, result(id(70), id(50), "0")).await?;
        let elsewhere = EnteredResult { institution: "0110113719".parse()?, ..result(id(70), id(50), "1") };
        refused(edge.enter(11, elsewhere).await, StatusCode::CONFLICT);
        refused(edge.enter(11, result(id(70), id(51), "1")).await, StatusCode::CONFLICT);
        refused(edge.enter(12, result(id(70), id(52), "1")).await, StatusCode::CONFLICT);
        let entered = result(id(71), id(50), "9");
        let past = ResultSheet {
            id: id(71),
            municipality: "991015".parse()?,
            programme: entered.programme.clone(),
            fiscal_year: entered.fiscal_year,
            examined_on: entered.examined_on,
            institution: Some(entered.institution),
            items: entered.items.clone(),
        };
        edge.deliver("991015", vec![Delivery::Result { pmh_key: id(1).into(), id: id(71), body: past }]).await?;
        refused(edge.enter(11, entered).await, StatusCode::CONFLICT);
        refused(edge.enter(11, result(id(71), id(50), "1")).await, StatusCode::CONFLICT);
        assert_eq!(waiting(&edge, 0).await?, [result(id(70), id(50), "0")]);
        edge.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_7_a_deletion_takes_corrected_results_and_what_they_said_before() {
    both(|edge| async move {
        edge.deliver("991015", vec![questionnaire(id(1), id(50), "991015", 1)]).await?;
        edge.bind(1, 11).await?;
        edge.enter(11, result(id(70), id(50), "0")).await?;
        edge.enter(11, result(id(70), id(50), "1")).await?;
        edge.deliver("991015", vec![Delivery::Deletion { pmh_key: id(1).into(), id: key(), ended: Vec::new() }]).await?;
        assert!(shown(&edge).await?.is_empty());
        assert_eq!(waiting(&edge, 0).await?.len(), 2, "what waits for the core still goes there");
        // the name is free again: nothing of before stands in its way
        edge.deliver("991015", vec![questionnaire(id(1), id(53), "991015", 1)]).await?;
        edge.enter(11, result(id(70), id(53), "2")).await?;
        edge.enter(11, result(id(70), id(53), "3")).await?;
        assert_eq!(shown(&edge).await?, [(id(70), "3".to_owned())]);
        edge.running.stop().await;
        Ok(())
    })
    .await;
}
