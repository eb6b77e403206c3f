//! Results of the hub: fetched after the last one, judged, stored as records of their programme, each in one transaction and once.

use access::Caller;
use catalogue::{ItemKind, Programme};
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::Nothing;
use protocol::messages::hub::{HubResult, HubResults, RESULTS};
use protocol::messages::registry::DownloadedResults;
use store::Tx;
use vault::Cell;
use vocabulary::{FiscalYear, day};
use wire::Refusal as _;
use work::jobs::JobRun;

use super::DOWNLOAD;
use super::judge::doubts;
use super::table::{hub_result, state};
use crate::person::person_id;
use crate::residents::table::resident;
use crate::results::table::HUB;
use crate::results::{Form, Origin, RowOutcome, Writer, known};
use crate::{Registry, RegistryError};

/// Results of one portion.
const PORTION: usize = 100;

/// What became of one result.
struct Became {
    state: &'static str,
    reason: String,
    resident: Option<i64>,
    row: Option<i64>,
}

/// Fetches until there is nothing new; counts all there ever were.
pub(super) async fn download(registry: Registry, run: JobRun, _: Nothing) -> Result<DownloadedResults, RegistryError> {
    loop {
        let last = registry.room.count(|tx| {
            let last: Option<i64> = hub_result::table.select(diesel::dsl::max(hub_result::sequence)).first(tx)?;
            Ok::<_, RegistryError>(last)
        });
        let after = last.await?.unwrap_or(0);
        let answer: HubResults = registry.client.get(&registry.hub, &format!("{RESULTS}?after={after}")).await?;
        let mut rows: Vec<HubResult> = answer.rows.into_iter().filter(|row| row.sequence > after).collect();
        if rows.is_empty() {
            break;
        }
        rows.sort_by_key(|row| row.sequence);
        let (task, attempt) = (registry.clone(), run.clone());
        crate::work(move || rows.chunks(attempt.rows(PORTION)).try_for_each(|rows| take(&task, &attempt, rows))).await?;
    }
    let counts = registry.room.count(|tx| {
        let mut of = |word: &str| hub_result::table.filter(hub_result::state.eq(word)).count().get_result::<i64>(tx);
        Ok::<_, RegistryError>([of(state::IMPORTED)?, of(state::REVIEW)?, of(state::REFUSED)?])
    });
    let [imported, review, refused] = counts.await?.map(|count| u64::try_from(count).unwrap_or(0));
    Ok(DownloadedResults { downloaded: imported + review + refused, imported, review, refused })
}

/// Takes results in, in their order. One that cannot be judged, because something that is stored of its person is damaged, is for a person to
/// look at and holds up no other.
fn take(registry: &Registry, run: &JobRun, rows: &[HubResult]) -> Result<(), RegistryError> {
    let taken = portion(registry, run, rows, |tx, row| one(registry, run.caller(), tx, row));
    match (taken, rows.split_at_checked(rows.len() / 2)) {
        (Err(error), Some((first, second))) if error.is_of_one_record() && !first.is_empty() => {
            take(registry, run, first)?;
            take(registry, run, second)
        }
        (taken, _) => match wire::pass_over(taken)? {
            Some(()) => Ok(()),
            None => {
                let review = || Became { state: state::REVIEW, reason: "damaged".to_owned(), resident: None, row: None };
                portion(registry, run, rows, |_, _| Ok(review()))
            }
        },
    }
}

fn portion(
    registry: &Registry,
    run: &JobRun,
    rows: &[HubResult],
    mut one: impl FnMut(&mut Tx, &HubResult) -> Result<Became, RegistryError>,
) -> Result<(), RegistryError> {
    run.progress("judging", rows.first().map_or(0, |row| u64::try_from(row.sequence).unwrap_or(0)), None);
    run.portion_blocking(DOWNLOAD, |tx, record, _| {
        for row in rows {
            let became = one(tx, row)?;
            let body = match became.state {
                state::REVIEW => {
                    let body = serde_json::to_vec(row).map_err(|_| wire::Defect("a result that cannot be written"))?;
                    Some(registry.room.vault().seal(&Cell::new("hub_result", &row.sequence.to_be_bytes(), "body"), &body)?)
                }
                _ => None,
            };
            let values = (
                hub_result::sequence.eq(row.sequence),
                hub_result::result.eq(row.id.as_bytes().to_vec()),
                hub_result::state.eq(became.state),
                hub_result::reason.eq(became.reason),
                hub_result::resident.eq(became.resident),
                hub_result::row.eq(became.row),
                hub_result::body.eq(body),
                hub_result::at.eq(registry.clock.now_ms()),
            );
            diesel::insert_into(hub_result::table).values(values).execute(tx)?;
        }
        let mut people = registry.room.people();
        people.extend(rows.iter().map(|row| person_id(&row.municipality_identity_key)));
        record.note(format!("{} results of the hub", rows.len()));
        Ok(Seen::many(people, ()))
    })
}

fn one(registry: &Registry, caller: &Caller, tx: &mut Tx, result: &HubResult) -> Result<Became, RegistryError> {
    let refused = |reason: &str, resident| Ok(Became { state: state::REFUSED, reason: reason.to_owned(), resident, row: None });
    if result.municipality != registry.municipality {
        return refused("anotherMunicipality", None);
    }
    let catalogue = registry.catalogue();
    let Some(programme) = catalogue.programme(&result.programme) else { return refused("unknownProgramme", None) };
    let number = &result.municipality_identity_key;
    let id: Option<i64> = resident::table.filter(resident::number.eq(number)).select(resident::id).first(tx).optional()?;
    let Some(id) = id else { return refused("unknownPerson", None) };
    let form = Form::of(&catalogue, programme.result.record)?;
    let (year, claimed) = (result.fiscal_year, result.examined_on);
    let Some(mut cells) = cells(&form, programme, result, year) else { return refused("unreadableItems", Some(id)) };
    let earlier: Option<(String, Option<i64>)> = hub_result::table
        .filter(hub_result::result.eq(result.id.as_bytes().to_vec()).and(hub_result::resident.eq(id)))
        .order(hub_result::sequence.desc())
        .select((hub_result::state, hub_result::row))
        .first(tx)
        .optional()?;
    let sent_again = earlier.as_ref().and_then(|(was, row)| if was == state::IMPORTED { *row } else { None });
    // The same result sent again corrects itself; it is no duplicate of itself.
    let doubts: Vec<&str> = doubts(tx, registry.room.vault(), programme, id, result)?
        .into_iter()
        .filter(|word| sent_again.is_none() || *word != "doneAlready")
        .collect();
    if !doubts.is_empty() {
        return Ok(Became { state: state::REVIEW, reason: doubts.join(" "), resident: Some(id), row: None });
    }
    let known = known(tx, &form, registry.room.vault(), Some(&[id]))?;
    let history = sent_again.and_then(|row| known.history_of(row)).unwrap_or_else(|| known.next_history(id));
    set(&form, &mut cells, "history_number", &history.to_string());
    set(&form, &mut cells, "registered_on", &registry.clock.today().to_string());
    set(&form, &mut cells, "claim_month", &format!("{:04}-{:02}", claimed.year(), claimed.month()));
    let now = registry.clock.now_ms();
    let reason = if result.version > 1 { "corrected by the facility" } else { "sent again by the facility" };
    let origin = Origin { source: HUB, import: 0, by: caller.id(), reason, now };
    let mut writer = Writer::new(tx, &form, registry.room.vault(), known, origin)?;
    let (RowOutcome::Added(row) | RowOutcome::Corrected(row) | RowOutcome::Unchanged(row)) = writer.row(tx, id, cells)?;
    writer.flush(tx)?;
    Ok(Became { state: state::IMPORTED, reason: String::new(), resident: Some(id), row: Some(row) })
}

/// The result as a row of the programme's record type; `None` when an item is not of the form or its value is none of the item's.
fn cells(form: &Form<'_>, programme: &Programme, result: &HubResult, year: FiscalYear) -> Option<Vec<String>> {
    let mut cells = vec![String::new(); form.record.items.len()];
    for (item, value) in result.answers.expose().iter().chain(result.items.expose()) {
        let place = form.record.place(item)?;
        // Who, when and where are not the facility's to overwrite among the items.
        let clerical = matches!(form.record.items.get(place)?.kind, ItemKind::ResidentNumber | ItemKind::HistoryNumber);
        if clerical {
            return None;
        }
        *cells.get_mut(place)? = value.clone();
    }
    let birth = *result.basic_five_info.date_of_birth.expose();
    let age = year.age(birth).to_string();
    let examined_on = day::from_number(day::to_number(result.examined_on))?.to_string();
    let year = year.to_string();
    for (item, value) in [
        ("resident_number", result.municipality_identity_key.as_str()),
        ("business_number", &programme.business_number),
        (&programme.result.fiscal_year, &year),
        (&programme.result.examined_on, &examined_on),
        (&programme.result.institution, result.institution.as_str()),
        ("setting", "1"),
        ("voucher_void", "0"),
        ("payment_excluded", "0"),
    ] {
        set(form, &mut cells, item, value);
    }
    if form.record.item("age_class").is_some_and(|item| item.canonical(&age).is_ok()) {
        set(form, &mut cells, "age_class", &age);
    }
    let read = form.record.items.iter().zip(&cells).map(|(item, text)| item.canonical(text).ok().map(|form| form.into_owned()));
    read.collect()
}

fn set(form: &Form<'_>, cells: &mut [String], item: &str, value: &str) {
    if let Some(cell) = form.record.place(item).and_then(|place| cells.get_mut(place)) {
        value.clone_into(cell);
    }
}
