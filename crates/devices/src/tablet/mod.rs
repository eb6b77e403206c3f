//! What a facility's tablet (検診施設アプリ) does at the portal: its own certificate, the person's card, one visit at a time.

use std::collections::BTreeMap;

use line::{Client, WireError};
use protocol::messages::Outcome;
use protocol::messages::checkups::QuestionnaireSheet;
use protocol::messages::portal::{
    PurposeText, VISITS, Visit, VisitClose, VisitConsent, VisitEnd, VisitQuestionnaire, VisitRequest, VisitResult, of_visit,
};
use protocol::{Private, id_of};
use vocabulary::{Date, FiscalYear, Id128, InstitutionCode, Party};

use crate::card::Card;
use crate::phone::{DeviceError, Signed, TRIES, signed, was_used};

/// A tablet of a facility.
#[derive(Clone, Debug)]
pub struct Tablet {
    client: Client,
    portal: Party,
    facility: InstitutionCode,
}

/// A visit under way, or one that has its outcome already.
#[derive(Clone, Debug)]
pub struct OpenVisit {
    client: Client,
    portal: Party,
    facility: InstitutionCode,
    visit: Id128,
}

/// What the practitioner found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Of which questionnaire.
    pub sheet: Id128,
    /// Of the programme.
    pub fiscal_year: FiscalYear,
    /// Day of the examination.
    pub examined_on: Date,
    /// The practitioner's part of the questionnaire, by item code.
    pub answers: BTreeMap<String, String>,
    /// The result, by item code.
    pub items: BTreeMap<String, String>,
}

impl Tablet {
    /// A tablet: `client` has the facility's identity.
    pub fn new(client: Client, portal: Party, facility: InstitutionCode) -> Self {
        Self { client, portal, facility }
    }

    /// The person presents the card and agrees to the text. For a questionnaire that this facility has a visit for, it is that visit.
    pub async fn visit(&self, card: &Card, pin: &str, programme: &str, read: &PurposeText) -> Result<OpenVisit, DeviceError> {
        let mut tries = 1;
        loop {
            let Signed { challenge, certificate, signature } = signed(&self.client, &self.portal, card, pin).await?;
            let consent = VisitConsent { purpose_text: read.text.clone(), version: read.version.clone() };
            let request = VisitRequest { challenge, certificate, signature, programme: programme.to_owned(), consent };
            let started: Result<Visit, WireError> = self.client.ask(&self.portal, VISITS, &request).await;
            match started {
                Ok(visit) => return Ok(self.open(&visit)),
                Err(error) if tries < TRIES && was_used(&error) => tries += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn open(&self, visit: &Visit) -> OpenVisit {
        let client = self.client.with_bearer(visit.token.expose());
        OpenVisit { client, portal: self.portal.clone(), facility: self.facility, visit: visit.visit }
    }

    /// The name of the result of a questionnaire at this facility: the same again is the same result.
    pub fn result_name(&self, sheet: Id128) -> Id128 {
        result_name(self.facility, sheet)
    }
}

fn result_name(facility: InstitutionCode, sheet: Id128) -> Id128 {
    id_of("kenshin facility result 1", &[facility.as_str().as_bytes(), sheet.as_bytes()])
}

impl OpenVisit {
    /// Its name at the portal.
    pub fn visit(&self) -> Id128 {
        self.visit
    }

    /// The questionnaire with the person's answers; `None` when the visit has ended and nothing can be read.
    pub async fn questionnaire(&self) -> Result<Option<QuestionnaireSheet>, DeviceError> {
        let read: Result<VisitQuestionnaire, WireError> = self.client.get(&self.portal, &of_visit(self.visit, "questionnaire")).await;
        match read {
            Ok(answer) => Ok(Some(answer.questionnaire)),
            Err(error) if error.refusal().is_some_and(|problem| problem.code() == protocol::messages::portal::VISIT_ENDED) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Enters the practitioner's part and the result; another one while the visit is open corrects it.
    pub async fn result(&self, finding: Finding) -> Result<Outcome, DeviceError> {
        let Finding { sheet, fiscal_year, examined_on, answers, items } = finding;
        let id = result_name(self.facility, sheet);
        let result = VisitResult { id, examined_on, fiscal_year, answers: Private::new(answers), items: Private::new(items) };
        let text = serde_json::to_vec(&result).unwrap_or_default();
        let key = id_of("enter", &[self.visit.as_bytes(), &text]);
        Ok(self.client.post(&self.portal, &of_visit(self.visit, "result"), key, &result).await?)
    }

    /// The person or the practitioner decided against it.
    pub async fn decline(&self) -> Result<Outcome, DeviceError> {
        self.close(VisitEnd::Declined).await
    }

    /// Examined, and the result is entered.
    pub async fn done(&self) -> Result<Outcome, DeviceError> {
        self.close(VisitEnd::Done).await
    }

    /// Ends the visit; the same again is the same end.
    pub async fn close(&self, outcome: VisitEnd) -> Result<Outcome, DeviceError> {
        let key = id_of("close", &[self.visit.as_bytes(), format!("{outcome:?}").as_bytes()]);
        Ok(self.client.post(&self.portal, &of_visit(self.visit, "close"), key, &VisitClose { outcome }).await?)
    }
}
