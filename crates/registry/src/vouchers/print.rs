//! The list that a printer of vouchers gets: names and addresses as they are now, of those who may be written to now.

use std::io::Write;

use access::Caller;
use diesel::prelude::*;
use ledger::{Room, Seen};
use sheets::Writer;

use super::table::voucher;
use crate::RegistryError;
use crate::person::people_of;
use crate::standing::{Addressee, Means};

/// How many lines were written, and how many vouchers were kept back since they were issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printed {
    /// Lines of the list.
    pub printed: u64,
    /// Vouchers whose person may no longer be written to.
    pub withheld: u64,
}

const HEADING: [&str; 7] = ["連番", "受診券番号", "事業", "氏名", "郵便番号", "住所", "方書"];

/// Writes the list of the vouchers issued for an extraction. For a thread that may block.
pub(crate) fn print(room: &Room, caller: &Caller, extraction: i64, out: impl Write) -> Result<Printed, RegistryError> {
    let today = room.clock().today();
    // Nothing is written out before the entry is durable.
    let (vouchers, addressees) = room.see_blocking(caller, crate::vouchers::PRINT, |tx, record| {
        let rows = voucher::table.filter(voucher::extraction.eq(extraction).and(voucher::number.is_not_null()));
        let rows = rows.select((voucher::resident, voucher::programme, voucher::number.assume_not_null())).order(voucher::number);
        let vouchers: Vec<(i64, String, String)> = rows.load(tx)?;
        let mut people: Vec<i64> = vouchers.iter().map(|voucher| voucher.0).collect();
        people.sort_unstable();
        people.dedup();
        record.note(format!("vouchers of extraction {extraction}"));
        let addressees = Addressee::read(tx, &people, Means::Letter, today)?;
        Ok::<_, RegistryError>(Seen::many(people_of(tx, room, &people)?, (vouchers, addressees)))
    })?;
    let mut out = Writer::for_people(out);
    out.row(HEADING)?;
    let mut printed = Printed { printed: 0, withheld: 0 };
    for (resident, programme, number) in &vouchers {
        let Some(Ok(to)) = addressees.get(resident) else {
            printed.withheld += 1;
            continue;
        };
        printed.printed += 1;
        let place = printed.printed.to_string();
        let line = [place.as_str(), number, programme, to.name(), to.postal_code(), to.address(), to.building()];
        out.row(line)?;
    }
    out.finish()?;
    Ok(printed)
}
