//! Issues the vouchers of an extraction, a portion of its people at a time.

use std::collections::HashMap;

use catalogue::Catalogue;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::registry::IssuedVouchers;
use store::Tx;
use vocabulary::FiscalYear;
use work::jobs::{JobRun, Pace};

use super::number::VoucherNumber;
use super::table::voucher;
use crate::RegistryError;
use crate::extraction::table::{extraction, extraction_person, extraction_row};
use crate::person::people_of;
use crate::standing::{Addressee, Means};

/// People of the first portion.
const PEOPLE: usize = 300;

/// A person and a programme.
type Pair = (i64, String);

/// Where the issue stands: those up to this resident are done, and what came of them.
#[derive(Debug, Clone, Copy, Default, serde::Serialize, serde::Deserialize)]
struct Cursor {
    resident: Option<i64>,
    people: u64,
    vouchers: u64,
    earlier: u64,
    withheld: u64,
}

/// Issues what is not issued yet, and looks again at what was withheld. For a thread that may block.
pub(crate) fn issue(run: &JobRun, catalogue: &Catalogue, extraction_id: i64) -> Result<IssuedVouchers, RegistryError> {
    let [year, total] = run.room().count_blocking(|tx| {
        let of = extraction::table.find(extraction_id).select((extraction::fiscal_year, extraction::people));
        let (year, people): (i32, i64) = of.first(tx).optional()?.ok_or(wire::Unknown("the extraction"))?;
        Ok::<_, RegistryError>([i64::from(year), people])
    })?;
    let year = FiscalYear(i16::try_from(year).map_err(|_| wire::Damaged("a fiscal year"))?);
    let mut cursor: Cursor = run.checkpoint()?.unwrap_or_default();
    let mut pace = Pace::of(run, PEOPLE);
    loop {
        run.progress("issuing", cursor.people, u64::try_from(total).ok());
        let people = run.portion_blocking(super::ISSUE, |tx, record, portion| {
            let people = next_people(tx, extraction_id, cursor.resident, pace.limit())?;
            let before = cursor.vouchers;
            write(tx, (run, catalogue), (extraction_id, year), &people, &mut cursor)?;
            record.note(format!("extraction {extraction_id}: {} vouchers of {} people", cursor.vouchers - before, people.len()));
            portion.checkpoint(&cursor)?;
            Ok::<_, RegistryError>(Seen::many(people_of(tx, run.room(), &people)?, people.len()))
        })?;
        if people == 0 {
            return Ok(IssuedVouchers { vouchers: cursor.vouchers, earlier: cursor.earlier, withheld: cursor.withheld });
        }
        pace.adapt(run, people);
    }
}

/// The next people of the extraction, in the order of their ids.
fn next_people(tx: &mut Tx, extraction_id: i64, after: Option<i64>, most: i64) -> Result<Vec<i64>, RegistryError> {
    let people = extraction_person::table.filter(extraction_person::extraction.eq(extraction_id));
    let people = people.filter(extraction_person::resident.gt(after.unwrap_or(i64::MIN))).order(extraction_person::resident);
    Ok(people.limit(most).select(extraction_person::resident).load(tx)?)
}

/// Issues for these people, and says in the cursor what came of it.
fn write(
    tx: &mut Tx,
    (run, catalogue): (&JobRun, &Catalogue),
    (extraction_id, year): (i64, FiscalYear),
    people: &[i64],
    cursor: &mut Cursor,
) -> Result<(), RegistryError> {
    let (Some(first), Some(last)) = (people.first(), people.last()) else { return Ok(()) };
    let (today, now, fiscal_year) = (run.room().clock().today(), run.room().clock().now_ms(), i32::from(year.0));
    let pairs = pairs(tx, extraction_id, (*first, *last))?;
    let known = known(tx, fiscal_year, (*first, *last))?;
    let addressees = Addressee::read(tx, run.room().vault(), people, Means::Letter, today)?;
    let mut serial = last_serial(tx, year)?;
    let mut rows = Vec::with_capacity(pairs.len());
    for pair in &pairs {
        if let Some(Some(issued_by)) = known.get(pair) {
            *(if *issued_by == extraction_id { &mut cursor.vouchers } else { &mut cursor.earlier }) += 1;
            continue;
        }
        // Why one is withheld is not written down: it could be read of whom that they are protected.
        let number = match addressees.get(&pair.0) {
            Some(Ok(_)) => {
                serial += 1;
                let number = VoucherNumber::from_serial(year, serial);
                Some(number.ok_or(wire::Defect("no voucher number is left in the fiscal year"))?)
            }
            Some(Err(_)) | None => None,
        };
        *(if number.is_some() { &mut cursor.vouchers } else { &mut cursor.withheld }) += 1;
        rows.push((pair, number));
    }
    // A letter says what the programme was called when it was issued, whatever it is called later.
    let called = |pair: &Pair| catalogue.programme(&pair.1).map_or_else(|| pair.1.clone(), |programme| programme.name.clone());
    for (pair, number) in rows.iter().filter(|(pair, _)| known.contains_key(*pair)) {
        let one = voucher::table.find((pair.0, &pair.1, fiscal_year));
        let issued = voucher::number.eq(number.as_ref().map(VoucherNumber::as_str));
        // It is printed with those of this extraction: the list of the one that withheld it may have been printed long ago.
        let name = voucher::programme_name.eq(called(pair));
        let set = (name, issued, voucher::extraction.eq(extraction_id), voucher::at.eq(now));
        diesel::update(one).set(set).execute(tx)?;
    }
    store::load(tx, voucher::all_columns, |load| {
        rows.iter().filter(|(pair, _)| !known.contains_key(*pair)).try_for_each(|(pair, number)| {
            load.push(|row| {
                let row = row.int(pair.0).text(&pair.1).int(fiscal_year).text(&called(pair));
                let row = match number {
                    Some(number) => row.text(number.as_str()),
                    None => row.null(),
                };
                row.int(extraction_id).int(now)
            })
        })
    })?;
    cursor.people += people.len() as u64;
    cursor.resident = Some(*last);
    Ok(())
}

/// Person and programme of the extraction, sorted, of the people from one id to another.
fn pairs(tx: &mut Tx, extraction_id: i64, (first, last): (i64, i64)) -> Result<Vec<Pair>, RegistryError> {
    let rows =
        extraction_row::table.filter(extraction_row::extraction.eq(extraction_id).and(extraction_row::resident.between(first, last)));
    let rows = rows.select((extraction_row::resident, extraction_row::programme)).distinct();
    Ok(rows.order((extraction_row::resident, extraction_row::programme)).load(tx)?)
}

/// The year's vouchers of the people from one id to another: under which extraction each is issued, or none where it is withheld.
fn known(tx: &mut Tx, year: i32, (first, last): (i64, i64)) -> Result<HashMap<Pair, Option<i64>>, RegistryError> {
    let rows = voucher::table.filter(voucher::fiscal_year.eq(year).and(voucher::resident.between(first, last)));
    let rows = rows.select((voucher::resident, voucher::programme, voucher::number.is_not_null(), voucher::extraction));
    let rows: Vec<(i64, String, bool, i64)> = rows.load(tx)?;
    Ok(rows.into_iter().map(|(resident, programme, issued, by)| ((resident, programme), issued.then_some(by))).collect())
}

/// Numbers are never given twice, because vouchers are not deleted: the next serial is the one after the highest of the year.
fn last_serial(tx: &mut Tx, year: FiscalYear) -> Result<i64, RegistryError> {
    let (first, last) = VoucherNumber::bounds(year);
    let highest = voucher::table.filter(voucher::number.between(first, last)).select(diesel::dsl::max(voucher::number));
    let highest: Option<String> = highest.first(tx)?;
    highest.map_or(Ok(0), |number| VoucherNumber::serial_of(&number).ok_or(wire::Damaged("a stored voucher number").into()))
}
