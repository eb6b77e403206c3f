//! What is read beside a room: the file of records without a number, the bytes of the record of use.

use std::sync::LazyLock;

use anyhow::Context as _;
use diesel::prelude::*;
use ledger::{Frontier, Room, Subject, Trusted};
use registry::files::encoding::Encoding;
use store::{Data, Migrations, RoomName, Rooms, StoreError};
use vocabulary::Purpose;

use super::ready;

const RESIDENTS: &[u8] = include_bytes!("../../seeds/residents/utf8.csv");

struct Kept {
    _folder: tempfile::TempDir,
    room: Room,
}

fn kept(system: &str, migrations: &[Migrations]) -> anyhow::Result<Kept> {
    let folder = tempfile::tempdir()?;
    let rooms = Rooms::open(Data::parse(&folder.path().display().to_string())?)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let room = runtime.block_on(ledger::testing::room(&rooms, &RoomName::national(system), migrations))?;
    Ok(Kept { _folder: folder, room })
}

static CITY: LazyLock<anyhow::Result<Kept>> = LazyLock::new(|| {
    let kept = kept("registry", &work::migrations(registry::MIGRATIONS))?;
    let officer = ledger::testing::caller("s1001", Purpose::ResidentImport);
    registry::residents::import(&kept.room, &officer, RESIDENTS, "residents.csv", Encoding::Utf8, &mut |_| {})?;
    Ok(kept)
});

/// Records as facilities write them: an answer to each, or none and a reason.
pub(super) fn identification(input: &[u8]) {
    let officer = ledger::testing::caller("s1001", Purpose::Identification);
    for encoding in [Encoding::Auto, Encoding::Cp932] {
        let mut out = Vec::new();
        if let Ok(matched) = registry::identification::identify(&ready(&CITY).room, &officer, input, encoding, &mut out, &mut |_| {}) {
            let count = matched.matched + matched.review + matched.unmatched;
            assert!(count <= input.len() as u64, "no more answers than records");
            assert!(std::str::from_utf8(&out).is_ok_and(|text| text.starts_with("受付番号,判定,")), "answers can be read");
        }
    }
}

diesel::table! { ledger_batch (first) { first -> BigInt, entries -> Binary, } }

/// A room with three entries in one batch, and that batch.
static LOG: LazyLock<anyhow::Result<(Kept, i64, Vec<u8>)>> = LazyLock::new(|| {
    let kept = kept("payers_hub", &[])?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let caller = ledger::testing::caller("tanaka", Purpose::Operation);
    let write = |note: &'static str| {
        kept.room.event(&caller, ledger::Act::new("fuzz:things.do"), ledger::Outcome::Written, Subject::One(note), note)
    };
    runtime.block_on(async { write("one").await })?;
    let newest = ledger_batch::table.order(ledger_batch::first.desc());
    let found = kept.room.raw().read_blocking(|tx| Ok::<_, StoreError>(newest.first::<(i64, Vec<u8>)>(tx).optional()?))?;
    let (first, entries) = found.context("a batch")?;
    Ok((kept, first, entries))
});

/// The batch with some of its bytes altered (by the input), and the input in its place: the verifier says so, whatever stands there.
pub(super) fn batch(input: &[u8]) {
    let (kept, first, whole) = ready(&LOG);
    let mut altered = whole.clone();
    altered.iter_mut().zip(input).for_each(|(byte, with)| *byte ^= with);
    for bytes in [altered, input.to_vec()] {
        let same = bytes == *whole;
        let put = diesel::update(ledger_batch::table.find(first)).set(ledger_batch::entries.eq(bytes));
        assert!(kept.room.raw().write_blocking(|tx| Ok::<_, StoreError>(put.execute(tx)?)).is_ok(), "the row can be written");
        let report = ledger::verify_room(kept.room.raw(), &Trusted::default(), |_| ());
        let is_whole = report.is_ok_and(|report| report.is_some_and(|report| report.is_whole()));
        assert_eq!(is_whole, same, "an altered batch is found");
    }
}

/// Size in eight bytes, then the frontier: one that is taken is written as it was read.
pub(super) fn frontier(input: &[u8]) {
    let Some((size, bytes)) = input.split_first_chunk() else { return };
    if let Some(frontier) = Frontier::from_bytes(u64::from_be_bytes(*size), bytes) {
        assert_eq!(frontier.to_bytes(), bytes, "written as it was read");
        let _ = frontier.root();
    }
}
