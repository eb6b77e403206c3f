//! Recording that a letter came back.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use diesel::prelude::*;
use face::Html;
use face::components::{Banner, Tone, banner};
use ledger::{Record, Seen};
use office::{Fields, Sent};
use store::Tx;
use vocabulary::{Date, ResidentNumber, day, era, text};
use wire::Problem;

use super::list::{New, reasons, shown};
use super::rows::{Returned, add, is_recorded};
use super::{RECORD, words};
use crate::RegistryError;
use crate::pages::Pages;
use crate::person::person_id;
use crate::residents::table::resident;

/// The form as it was sent.
pub(super) async fn enter(State(pages): State<Pages>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let today = pages.registry.clock.today();
    let number = ResidentNumber::parse(&text::folded_width(fields.get("number").trim())).ok();
    let on = day_of(&fields).filter(|on| *on <= today);
    let reason = fields.get("reason").to_owned();
    let is_reason = reasons(&pages.registry.catalogue()).is_some_and(|table| table.holds(&reason));
    let mut new = New {
        number: fields.get("number").trim().to_owned(),
        day: parts(&fields),
        number_error: number.is_none().then(|| words::NUMBER_WRONG.of(language)),
        day_error: on.is_none().then(|| words::DAY_WRONG.of(language)),
        reason_error: (!is_reason).then(|| words::REASON_WRONG.of(language)),
        reason,
    };
    let (Some(number), Some(on), true) = (number, on, is_reason) else {
        return shown(&pages, &visit, Html::empty(), new, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let returned = Returned {
        on: day::to_number(on),
        reason: new.reason.clone(),
        by: visit.caller.id().to_owned(),
        at: pages.registry.clock.now_ms(),
    };
    let write = move |tx: &mut Tx, record: &mut Record<'_>| {
        let found: Option<i64> = resident::table.filter(resident::number.eq(number.as_str())).select(resident::id).first(tx).optional()?;
        let Some(id) = found else { return Ok::<_, RegistryError>(Seen::unnamed(Some(words::NOBODY))) };
        let person = person_id(number.as_str()).into_owned();
        if is_recorded(tx, id, returned.on)? {
            record.refused();
            return Ok(Seen::person(person, Some(words::TWICE)));
        }
        add(tx, id, &returned)?;
        Ok(Seen::person(person, None))
    };
    if let Some(why) = pages.registry.room.change(&visit.caller, RECORD, write).await? {
        new.number_error = Some(why.of(language));
        return shown(&pages, &visit, Html::empty(), new, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let title = words::SAVED.of(language);
    let notice = banner(&Banner { language, tone: Tone::Success, title, body: Html::empty() });
    // Letters come back in bundles: the day is kept for the next.
    let next = New { day: new.day, ..New::default() };
    shown(&pages, &visit, notice, next, StatusCode::OK).await
}

fn parts(fields: &Fields) -> [String; 3] {
    ["year", "month", "day"].map(|part| fields.get(&format!("day-{part}")).trim().to_owned())
}

/// A day in any of the ways to write a year: 2026, R8, 令和8.
fn day_of(fields: &Fields) -> Option<Date> {
    let parts = parts(fields);
    era::parse_date(&parts.join("/")).or_else(|_| era::parse_date(&parts.join("."))).ok()
}
