//! What a person may read: questionnaires, notices, results, of every municipality that has some.

use access::{Action, Caller};
use axum::extract::State;
use diesel::prelude::*;
use jiff::Timestamp;
use ledger::Seen;
use protocol::Private;
use protocol::messages::checkups::{Items, NoticeSheet, QuestionnaireSheet, ResultSheet};
use protocol::messages::edge::{Delivery, Notices, OfPerson, Questionnaires, Results};
use store::Tx;
use vocabulary::Id128;
use wire::{Json, Problem, RequestCaller};

use super::known;
use crate::table::{answers_cell, body_cell, id128, item, kind, unseal};
use crate::{Edge, EdgeError};

/// The person's questionnaires with the answers so far.
pub(crate) async fn questionnaires(
    State(edge): State<Edge>,
    RequestCaller(caller): RequestCaller,
    Json(request): Json<OfPerson>,
) -> Result<Json<Questionnaires>, Problem> {
    let rows = of_person(&edge, &caller, crate::routes::QUESTIONNAIRES, kind::QUESTIONNAIRE, request).await?;
    Ok(Json(Questionnaires { rows: rows.into_iter().filter_map(Item::questionnaire).collect() }))
}

/// The person's notices.
pub(crate) async fn notices(
    State(edge): State<Edge>,
    RequestCaller(caller): RequestCaller,
    Json(request): Json<OfPerson>,
) -> Result<Json<Notices>, Problem> {
    let rows = of_person(&edge, &caller, crate::routes::NOTICES, kind::NOTICE, request).await?;
    Ok(Json(Notices { rows: rows.into_iter().filter_map(Item::notice).collect() }))
}

/// The person's results, those of the past and those entered at a visit.
pub(crate) async fn results(
    State(edge): State<Edge>,
    RequestCaller(caller): RequestCaller,
    Json(request): Json<OfPerson>,
) -> Result<Json<Results>, Problem> {
    let rows = of_person(&edge, &caller, crate::routes::RESULTS, kind::RESULT, request).await?;
    Ok(Json(Results { rows: rows.into_iter().filter_map(Item::result).collect() }))
}

async fn of_person(edge: &Edge, caller: &Caller, act: Action, kind: &'static str, request: OfPerson) -> Result<Vec<Item>, EdgeError> {
    let inside = edge.clone();
    let read = edge.room.see(caller, act, move |tx, _| {
        let person = known(tx, &inside, request.pmh_pseudonym.expose())?;
        let those = item::table.filter(item::person.eq(person.as_bytes().as_slice()).and(item::kind.eq(kind)));
        let rows: Vec<Stored> = those.order((item::stored_at, item::id)).select(COLUMNS).load(tx)?;
        let items = rows.into_iter().map(|row| Item::open(&inside, row)).collect::<Result<_, _>>()?;
        Ok(Seen::person(Edge::person_id(&person), items))
    });
    read.await
}

type Stored = (Vec<u8>, Vec<u8>, Option<Vec<u8>>, Option<i64>);
const COLUMNS: (item::id, item::body, item::answers, item::answered_at) = (item::id, item::body, item::answers, item::answered_at);

/// An item with its seals open.
pub(super) struct Item {
    pub(super) body: Delivery,
    pub(super) answers: Option<Items>,
    answered_at: Option<Timestamp>,
}

impl Item {
    fn open(edge: &Edge, (id, body, answers, answered_at): Stored) -> Result<Self, EdgeError> {
        let (id, vault) = (id128(&id)?, edge.room.vault());
        let answers = answers.map(|answers| unseal(vault, &answers_cell(&id), &answers)).transpose()?;
        let answered_at = answered_at.map(Timestamp::from_millisecond).transpose().map_err(|_| wire::Damaged("an instant"))?;
        Ok(Self { body: unseal(vault, &body_cell(&id), &body)?, answers, answered_at })
    }

    /// The item of this name if it is this person's; what is another's is as unknown as what never was.
    pub(super) fn of(tx: &mut Tx, edge: &Edge, person: &Id128, id: &Id128) -> Result<Option<Self>, EdgeError> {
        let row = item::table.find(id.as_bytes().as_slice()).filter(item::person.eq(person.as_bytes().as_slice()));
        let stored: Option<Stored> = row.select(COLUMNS).first(tx).optional()?;
        stored.map(|stored| Self::open(edge, stored)).transpose()
    }

    fn questionnaire(self) -> Option<QuestionnaireSheet> {
        let Delivery::Questionnaire { mut body, .. } = self.body else { return None };
        if let Some(answers) = self.answers {
            body.answers = Private::new(answers);
            body.answered_at = self.answered_at;
        }
        Some(body)
    }

    fn notice(self) -> Option<NoticeSheet> {
        let Delivery::Notice { body, .. } = self.body else { return None };
        Some(body)
    }

    fn result(self) -> Option<ResultSheet> {
        let Delivery::Result { body, .. } = self.body else { return None };
        Some(body)
    }
}
