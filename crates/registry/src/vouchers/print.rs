//! The list that a printer of vouchers gets: names and addresses as they are now, of those who may be written to now, and what the city says
//! to them (文面).

use catalogue::{Catalogue, LetterText};
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::registry::PrintedVouchers;
use sheets::Writer;
use store::Tx;
use vocabulary::FiscalYear;
use work::jobs::JobRun;

use super::table::voucher;
use crate::RegistryError;
use crate::extraction::table::extraction as of_extraction;
use crate::person::people_of;
use crate::standing::{Addressee, Addressees, Means};

/// The job's file.
pub const VOUCHERS: &str = "vouchers.csv";

/// The letter whose wording is printed.
const LETTER: &str = "voucher";
const HEADING: [&str; 11] = ["連番", "受診券番号", "事業", "氏名", "郵便番号", "住所", "方書", "件名", "案内文", "利用目的", "問合せ先"];
/// Vouchers of one portion: a part of a file.
const PORTION: usize = 2_000;

/// Where the list stands: the last voucher that was looked at, what came of all so far, and what is said to everybody.
#[derive(serde::Serialize, serde::Deserialize)]
struct Cursor {
    last: String,
    printed: PrintedVouchers,
    /// The wording that held when it began: one list says one thing.
    wording: LetterText,
    /// None of an extraction that is not there.
    fiscal_year: Option<FiscalYear>,
}

/// Resident, what the programme was called at the issue, number.
type Voucher = (i64, String, String);

/// Lists the vouchers that were issued for an extraction, in portions; `out` gets the same as the job's file. For a thread that may block.
pub(crate) fn print(
    run: &JobRun,
    catalogue: &Catalogue,
    extraction: i64,
    out: &mut dyn FnMut(&[u8]) -> std::io::Result<()>,
) -> Result<PrintedVouchers, RegistryError> {
    let room = run.room();
    let mut cursor = match run.checkpoint()? {
        Some(cursor) => cursor,
        None => begin(run, catalogue, extraction)?,
    };
    loop {
        run.progress("writing", cursor.printed.printed, None);
        let is_first = cursor.last.is_empty();
        let today = room.clock().today();
        // Nothing is written out before the entry is durable.
        let (vouchers, addressees, written) = room.see_blocking(run.caller(), super::PRINT, |tx, record| {
            let vouchers = next(tx, extraction, &cursor.last, run.limit(PORTION))?;
            let mut people: Vec<i64> = vouchers.iter().map(|voucher| voucher.0).collect();
            people.sort_unstable();
            people.dedup();
            record.note(format!("vouchers of extraction {extraction}"));
            let addressees = Addressee::read(tx, room.vault(), &people, Means::Letter, today)?;
            let written: Vec<i64> = people.iter().copied().filter(|id| matches!(addressees.get(id), Some(Ok(_)))).collect();
            let written = people_of(tx, room, &written)?;
            Ok::<_, RegistryError>(Seen::many(people_of(tx, room, &people)?, (vouchers, addressees, written)))
        })?;
        let text = lines(&vouchers, &addressees, is_first, &mut cursor)?;
        let is_last = vouchers.len() < run.rows(PORTION);
        if let Some((.., last)) = vouchers.last() {
            cursor.last.clone_from(last);
        }
        run.aside_blocking(|tx, portion| {
            portion.append(tx, VOUCHERS, &text, &written)?;
            portion.checkpoint(&cursor)?;
            if is_last { portion.done(&cursor.printed) } else { Ok(()) }.map_err(RegistryError::from)
        })?;
        out(&text)?;
        if is_last {
            return Ok(cursor.printed);
        }
    }
}

fn begin(run: &JobRun, catalogue: &Catalogue, extraction: i64) -> Result<Cursor, RegistryError> {
    let wording = catalogue.letter(LETTER).ok_or(wire::Defect("a catalogue without the wording of vouchers"))?.clone();
    let year = of_extraction::table.find(extraction).select(of_extraction::fiscal_year);
    let year: Option<i64> = run.room().count_blocking(|tx| Ok::<_, RegistryError>(year.first::<i32>(tx).optional()?.map(i64::from)))?;
    let fiscal_year = year.and_then(|year| i16::try_from(year).ok()).map(FiscalYear);
    Ok(Cursor { last: String::new(), printed: PrintedVouchers { printed: 0, withheld: 0 }, wording, fiscal_year })
}

/// The next vouchers, by their numbers.
fn next(tx: &mut Tx, extraction: i64, after: &str, most: i64) -> Result<Vec<Voucher>, RegistryError> {
    let rows = voucher::table.filter(voucher::extraction.eq(extraction).and(voucher::number.gt(after)));
    let rows = rows.select((voucher::resident, voucher::programme_name, voucher::number.assume_not_null()));
    Ok(rows.order(voucher::number).limit(most).load(tx)?)
}

fn lines(
    vouchers: &[Voucher],
    addressees: &Addressees,
    is_first: bool,
    Cursor { printed, wording, fiscal_year, .. }: &mut Cursor,
) -> Result<Vec<u8>, RegistryError> {
    let [year, wareki] = fiscal_year.map_or_else(Default::default, |year| [year.to_string(), year.to_wareki()]);
    let mut out = Writer::for_people(Vec::new());
    if is_first {
        out.row(HEADING)?;
    }
    for (resident, programme, number) in vouchers {
        let Some(Ok(to)) = addressees.get(resident) else {
            printed.withheld += 1;
            continue;
        };
        printed.printed += 1;
        let place = printed.printed.to_string();
        let value = |word: &str| match word {
            "programme" => Some(programme.as_str()),
            "fiscal_year" => Some(year.as_str()),
            "fiscal_year_wareki" => Some(wareki.as_str()),
            "voucher_number" => Some(number.as_str()),
            "name" => Some(to.name()),
            _ => None,
        };
        let texts = wording.fill(value).ok_or(wire::Defect("a wording with a word that nothing fills in"))?;
        let [subject, body, purpose, contact] = &texts;
        let of_person = [place.as_str(), number, programme, to.name(), to.postal_code(), to.address(), to.building()];
        out.row(of_person.into_iter().chain([subject.as_str(), body, purpose, contact]))?;
    }
    Ok(out.finish()?)
}
