//! Issues the vouchers of an extraction.

use std::collections::HashMap;

use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::registry::IssuedVouchers;
use store::Tx;
use vocabulary::FiscalYear;
use work::jobs::JobRun;

use super::number::VoucherNumber;
use super::table::voucher;
use crate::RegistryError;
use crate::extraction::table::{extraction, extraction_row};
use crate::person::people_of;
use crate::standing::{Addressee, Means, Withheld};

/// A person and a programme.
type Pair = (i64, String);

/// Issues what is not issued yet, and looks again at what was withheld. For a thread that may block.
pub(crate) fn issue(run: &JobRun, extraction_id: i64) -> Result<IssuedVouchers, RegistryError> {
    let today = run.room().clock().today();
    let now = run.room().clock().now_ms();
    run.portion_blocking(crate::vouchers::ISSUE, |tx, record, portion| {
        let year: Option<i32> = extraction::table.find(extraction_id).select(extraction::fiscal_year).first(tx).optional()?;
        let year = year.ok_or(wire::Unknown("the extraction"))?;
        let pairs = pairs(tx, extraction_id)?;
        let mut known = known(tx, year)?;
        // What is new, and what was withheld until now.
        let open: Vec<&Pair> = pairs.iter().filter(|pair| known.get(*pair).is_none_or(|issued| !issued)).collect();
        let mut people: Vec<i64> = open.iter().map(|pair| pair.0).collect();
        people.dedup();
        let addressees = Addressee::read(tx, &people, Means::Letter, today)?;
        let mut serial = last_serial(tx, year)?;
        let mut rows = Vec::with_capacity(open.len());
        for pair in open {
            let (number, reason) = match addressees.get(&pair.0) {
                Some(Ok(_)) => {
                    serial += 1;
                    let number = i16::try_from(year).ok().and_then(|year| VoucherNumber::from_serial(FiscalYear(year), serial));
                    (Some(number.ok_or(wire::Defect("no voucher number is left in the fiscal year"))?), "")
                }
                Some(Err(withheld)) => (None, withheld.ja()),
                None => (None, Withheld::Unknown.ja()),
            };
            rows.push((pair, number, reason));
        }
        for (pair, number, reason) in rows.iter().filter(|(pair, ..)| known.contains_key(*pair)) {
            let one = voucher::table.find((pair.0, &pair.1, year));
            let set = (voucher::number.eq(number.as_ref().map(VoucherNumber::as_str)), voucher::reason.eq(*reason), voucher::at.eq(now));
            diesel::update(one).set(set).execute(tx)?;
        }
        store::load(tx, voucher::all_columns, |load| {
            rows.iter().filter(|(pair, ..)| !known.contains_key(*pair)).try_for_each(|(pair, number, reason)| {
                load.push(|row| {
                    let row = row.int(pair.0).text(&pair.1).int(year);
                    let row = match number {
                        Some(number) => row.text(number.as_str()),
                        None => row.null(),
                    };
                    row.int(extraction_id).text(reason).int(now)
                })
            })
        })?;
        for (pair, number, _) in rows {
            known.insert(pair.clone(), number.is_some());
        }
        let vouchers = pairs.iter().filter(|pair| known.get(*pair) == Some(&true)).count();
        let issued = IssuedVouchers { vouchers: vouchers as u64, withheld: (pairs.len() - vouchers) as u64 };
        record.note(format!("extraction {extraction_id}: {} vouchers, {} withheld", issued.vouchers, issued.withheld));
        portion.done(&issued)?;
        Ok(Seen::many(people_of(tx, run.room(), &people)?, issued))
    })
}

/// Person and programme of the extraction, sorted.
fn pairs(tx: &mut Tx, extraction_id: i64) -> Result<Vec<Pair>, RegistryError> {
    let rows = extraction_row::table.filter(extraction_row::extraction.eq(extraction_id));
    let rows = rows.select((extraction_row::resident, extraction_row::programme)).distinct();
    Ok(rows.order((extraction_row::resident, extraction_row::programme)).load(tx)?)
}

/// The year's vouchers: whether each is issued.
fn known(tx: &mut Tx, year: i32) -> Result<HashMap<Pair, bool>, RegistryError> {
    let rows =
        voucher::table.filter(voucher::fiscal_year.eq(year)).select((voucher::resident, voucher::programme, voucher::number.is_not_null()));
    Ok(rows.load::<(i64, String, bool)>(tx)?.into_iter().map(|(resident, programme, issued)| ((resident, programme), issued)).collect())
}

/// Numbers are never given twice: vouchers are not deleted, so there are as many numbers as serials.
fn last_serial(tx: &mut Tx, year: i32) -> Result<i64, RegistryError> {
    Ok(voucher::table.filter(voucher::fiscal_year.eq(year).and(voucher::number.is_not_null())).count().get_result(tx)?)
}
