//! A public side that serves, its neighbours, and what they send.

use http::StatusCode;
use jiff::Timestamp;
use line::{Client, WireError};
use protocol::Private;
use protocol::messages::checkups::{AnswerKind, Choice, Items, NoticeSheet, Part, Question, QuestionnaireSheet};
use protocol::messages::edge::{
    AnswersEntry, BINDINGS, Binding, COLLECTIONS, Collections, DELIVERIES, Deliveries, Delivery, EnteredResult, NOTICES_READ, Notices,
    OfPerson, QUESTIONNAIRES, QUESTIONNAIRES_READ, Questionnaires, RESULTS, RESULTS_READ, REVOCATIONS, ResultEntry, Results,
};
use protocol::messages::{Accepted, Outcome};
use store::Rooms;
use vocabulary::{Date, Entropy, FiscalYear, Id128, InstitutionCode, MunicipalityCode, SystemEntropy};
use wire::testing::{Failed, Ring};
use wire::{House, Running};

pub(crate) const PARTIES: [&str; 5] = ["hub-edge.national", "hub-core.national", "portal.national", "registry.991015", "console.991015"];

pub(crate) struct Edge {
    pub(crate) ring: Ring,
    pub(crate) house: House,
    pub(crate) running: Running,
    pub(crate) portal: Client,
    pub(crate) core: Client,
}

pub(crate) async fn both<F>(test: impl Fn(Edge) -> F)
where
    F: Future<Output = Result<(), Failed>>,
{
    store::testing::both(|rooms| async { test(started(rooms).await?).await }).await;
}

async fn started(rooms: Rooms) -> Result<Edge, Failed> {
    let ring = Ring::new(rooms, access::Policies::load(&[hub_edge::POLICIES])?, &PARTIES)?;
    let house = ring.house("hub-edge.national")?;
    let running = wire::serve(&house, hub_edge::open(house.clone()).await?).await?;
    let (portal, core) = (ring.house("portal.national")?.client, ring.house("hub-core.national")?.client);
    Ok(Edge { ring, house, running, portal, core })
}

pub(crate) fn id(byte: u8) -> Id128 {
    Id128::from_bytes([byte; 16])
}

pub(crate) fn key() -> Id128 {
    SystemEntropy.id128()
}

pub(crate) fn city(code: &str) -> MunicipalityCode {
    code.parse().unwrap()
}

pub(crate) fn items(pairs: &[(&str, &str)]) -> Items {
    pairs.iter().map(|(code, value)| ((*code).to_owned(), (*value).to_owned())).collect()
}

pub(crate) fn questionnaire(pmh_key: Id128, sheet: Id128, municipality: &str, version: u32) -> Delivery {
    let choice = |code: &str, text: &str| Choice { code: code.to_owned(), text: text.to_owned() };
    let question = Question {
        item: "q01".to_owned(),
        text: format!("歯ぐきから血が出ますか（第{version}版）"),
        kind: AnswerKind::Choice,
        part: Part::Resident,
        required: true,
        choices: vec![choice("1", "はい"), choice("2", "いいえ")],
    };
    let body = QuestionnaireSheet {
        id: sheet,
        municipality: city(municipality),
        programme: "oral_health".to_owned(),
        fiscal_year: FiscalYear(2026),
        version,
        questions: vec![question],
        answers: Private::default(),
        answered_at: None,
    };
    Delivery::Questionnaire { pmh_key: pmh_key.into(), id: sheet, body }
}

pub(crate) fn notice(pmh_key: Id128, notice: Id128, municipality: &str) -> Delivery {
    let body = NoticeSheet {
        id: notice,
        municipality: city(municipality),
        programme: "oral_health".to_owned(),
        fiscal_year: FiscalYear(2026),
        text: "検診のお知らせ".into(),
        published_at: Timestamp::UNIX_EPOCH,
    };
    Delivery::Notice { pmh_key: pmh_key.into(), id: notice, body }
}

pub(crate) fn result(name: Id128, sheet: Id128, cpi: &str) -> EnteredResult {
    EnteredResult {
        id: name,
        questionnaire: sheet,
        programme: "oral_health".to_owned(),
        fiscal_year: FiscalYear(2026),
        examined_on: Date::constant(2026, 10, 5),
        institution: "9930000121".parse::<InstitutionCode>().unwrap(),
        answers: Private::new(items(&[("q02", "良好")])),
        items: Private::new(items(&[("cpi", cpi)])),
    }
}

impl Edge {
    pub(crate) async fn deliver(&self, municipality: &str, rows: Vec<Delivery>) -> Result<Accepted, WireError> {
        let message = Deliveries { delivery: key(), municipality: city(municipality), rows };
        self.core.post(&self.running.party, DELIVERIES, message.delivery, &message).await
    }

    pub(crate) async fn bind(&self, pmh_key: u8, pseudonym: u8) -> Result<Outcome, WireError> {
        let message = Binding { pmh_key: id(pmh_key).into(), pmh_pseudonym: id(pseudonym).into() };
        self.portal.post(&self.running.party, BINDINGS, key(), &message).await
    }

    pub(crate) async fn revoke(&self, pseudonym: u8) -> Result<Outcome, WireError> {
        self.portal.post(&self.running.party, REVOCATIONS, key(), &of(pseudonym)).await
    }

    pub(crate) async fn questionnaires(&self, pseudonym: u8) -> Result<Questionnaires, WireError> {
        self.portal.ask(&self.running.party, QUESTIONNAIRES_READ, &of(pseudonym)).await
    }

    pub(crate) async fn notices(&self, pseudonym: u8) -> Result<Notices, WireError> {
        self.portal.ask(&self.running.party, NOTICES_READ, &of(pseudonym)).await
    }

    pub(crate) async fn results(&self, pseudonym: u8) -> Result<Results, WireError> {
        self.portal.ask(&self.running.party, RESULTS_READ, &of(pseudonym)).await
    }

    pub(crate) async fn answer(&self, pseudonym: u8, sheet: Id128, answers: &[(&str, &str)]) -> Result<Outcome, WireError> {
        let message = AnswersEntry { pmh_pseudonym: id(pseudonym).into(), id: sheet, answers: Private::new(items(answers)) };
        self.portal.put(&self.running.party, QUESTIONNAIRES, key(), &message).await
    }

    pub(crate) async fn enter(&self, pseudonym: u8, result: EnteredResult) -> Result<Outcome, WireError> {
        let message = ResultEntry { pmh_pseudonym: id(pseudonym).into(), result };
        self.portal.post(&self.running.party, RESULTS, key(), &message).await
    }

    pub(crate) async fn collect(&self, after: i64) -> Result<Collections, WireError> {
        self.core.get(&self.running.party, &format!("{COLLECTIONS}?after={after}")).await
    }
}

fn of(pseudonym: u8) -> OfPerson {
    OfPerson { pmh_pseudonym: id(pseudonym).into() }
}

pub(crate) fn refused<T: std::fmt::Debug>(outcome: Result<T, WireError>, status: StatusCode) {
    let error = outcome.unwrap_err();
    assert!(error.is_status(status), "{error} is not {status}");
}
