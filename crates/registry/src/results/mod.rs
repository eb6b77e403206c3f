//! 検診結果 (R-REG-6): the rows of the record types, what they prove, and their CSV.

mod check;
mod compare;
mod content;
mod enter;
mod export;
mod file;
mod form;
mod import;
mod job;
mod layout;
mod list;
mod list_words;
mod preview;
mod prove;
mod reprove;
mod stored;
pub(crate) mod table;
mod write;

use protocol::messages::registry as messages;
use wire::{peer, session};
use work::jobs::DeclaredWork;

pub use check::check;
pub use compare::{Change, Difference, ProofKind};
pub(crate) use content::RecordContent;
pub use enter::{EnteredRow, Refusal, RefusedItem, check_items, correct, enter};
pub use export::RESULTS;
pub(crate) use form::Form;
pub use import::{Event, import};
pub(crate) use layout::Layouts;
pub(crate) use prove::open_fact;
pub use reprove::{DIFFERENCES, reprove};
pub(crate) use stored::{StoredRecord, days_of};
pub(crate) use write::{Origin, RowOutcome, Writer, known};

use crate::Desk;
use crate::pages::Pages;

access::actions! {
    IMPORT = personal "registry:results.import" for ResultEntry, "検診結果の取込み", "Import of results";
    EXPORT = personal "registry:results.export" for ResultEntry, "検診結果の出力", "Export of results";
    ENTER = personal "registry:results.enter" for ResultEntry, "結果の入力", "Entry of a result";
    /// Looking through the records.
    LIST = personal "registry:records.list" for ResultEntry, "検診結果の一覧", "List of records";
    /// The same as a file.
    EXPORT_LIST = personal "registry:records.export" for ResultEntry, "検診結果の書き出し", "Export of the list of records";
    REPROVE = personal "registry:results.reprove" for Operation, "判定規則の再適用", "Proofs derived anew";
}

/// The job's name.
pub const IMPORT_JOB: &str = "import-results";
/// The same of the export.
pub const EXPORT_JOB: &str = "export-results";
/// The same of what derives proofs anew.
pub const REPROVE_JOB: &str = "reprove";

/// The work on results.
pub(crate) fn kinds() -> DeclaredWork<Desk> {
    DeclaredWork::<Desk>::new()
        .blocking(messages::IMPORT_RESULTS, peer(IMPORT), IMPORT_JOB, job::import)
        .blocking(messages::EXPORT_RESULTS, peer(EXPORT), EXPORT_JOB, |desk, run, asked: messages::ExportResults| {
            export::export(run, &desk.catalogue(), asked.record_type)
        })
        .blocking(messages::REPROVE, peer(REPROVE), REPROVE_JOB, |desk, run, asked: messages::Reprove| {
            reprove::derive(run, &desk.catalogue(), asked.preview, &mut |_| {})
        })
}

/// The pages.
pub(crate) fn pages(pages: Pages) -> office::Routes<Pages> {
    office::Routes::of(pages).listed(list::RECORDS, list_words::TITLE, session(LIST), list::list).form(
        "/records/export",
        session(EXPORT_LIST),
        list::export,
    )
}
