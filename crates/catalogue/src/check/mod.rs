//! The checks over the whole catalogue: what each file says alone, and whether everything it names exists.

mod codes;
mod letters;
mod permission;
mod programmes;
mod records;
mod templates;

use std::collections::HashSet;

use crate::files::FileName;
use crate::findings::{Findings, Mistake, mistake};
use crate::{CodeTable, Item, LetterText, NationalCategory, NationalItem, PermissionList, Programme, Record, Template};

/// Everything that was read, each with the file it came from.
pub(crate) struct Sources {
    pub(crate) records: Vec<(FileName, Record)>,
    pub(crate) tables: Vec<(FileName, CodeTable)>,
    pub(crate) national: Vec<(FileName, NationalCategory)>,
    pub(crate) programmes: Vec<(FileName, Programme)>,
    pub(crate) templates: Vec<(FileName, Template)>,
    pub(crate) letters: Vec<(FileName, LetterText)>,
    pub(crate) permission_lists: Vec<(FileName, PermissionList)>,
}

pub(crate) fn all(sources: &Sources, findings: &mut Findings) {
    codes::check(sources, findings);
    records::check(sources, findings);
    programmes::check(sources, findings);
    templates::check(sources, findings);
    letters::check(sources, findings);
    permission::check(sources, findings);
}

/// A programme that is named and not there.
pub(crate) fn no_programme(id: &str) -> Mistake {
    mistake!("事業 `{id}` はありません", "there is no programme `{id}`")
}

/// A record type that is named and not there.
fn no_record(number: u16) -> Mistake {
    mistake!("結果の種類 {number} はありません", "no record type {number}")
}

/// A code table that is named and not there.
fn no_table(id: &str) -> Mistake {
    mistake!("コード表 `{id}` はありません", "there is no code table `{id}`")
}

/// A value that its code table does not have.
pub(crate) fn not_in_table(value: &str, table: &str) -> Mistake {
    mistake!("`{value}` はコード表 `{table}` にありません", "`{value}` is not in code table `{table}`")
}

/// An item that is coded without a table, or has a table and is not coded.
fn table_of_other_kind() -> Mistake {
    mistake!(
        "コード表（codes）は、種類が code の項目には必ず、ほかの項目には書かないでください",
        "a coded item names its table, others none"
    )
}

impl Sources {
    pub(crate) fn table(&self, id: &str) -> Option<&CodeTable> {
        self.tables.iter().map(|(_, table)| table).find(|table| table.id == id)
    }

    fn record(&self, number: u16) -> Option<&Record> {
        self.records.iter().map(|(_, record)| record).find(|record| record.number == number)
    }

    pub(crate) fn programme(&self, id: &str) -> Option<&Programme> {
        self.programmes.iter().map(|(_, programme)| programme).find(|programme| programme.id == id)
    }

    fn national(&self, code: &str) -> Option<(&NationalCategory, &NationalItem)> {
        let categories = self.national.iter().map(|(_, category)| category);
        categories.flat_map(|category| category.items.iter().map(move |item| (category, item))).find(|(_, item)| item.code == code)
    }

    /// An item of a record type, or a finding that there is none.
    fn item(&self, record: u16, id: &str, file: &str, key: &str, findings: &mut Findings) -> Option<&Item> {
        let item = self.record(record).and_then(|record| record.item(id));
        findings.resolves(item.is_some(), file, key, || {
            mistake!("結果の種類 {record} に項目 `{id}` はありません", "record type {record} has no item `{id}`")
        });
        item
    }

    /// That every value is in the code table of an item.
    fn values<'v>(&self, item: &Item, values: impl IntoIterator<Item = &'v String>, file: &str, key: &str, findings: &mut Findings) {
        let Some(table) = item.codes.as_deref().and_then(|id| self.table(id)) else {
            findings.resolves(false, file, key, || mistake!("項目 `{}` にコード表がありません", "item `{}` has no code table", item.id));
            return;
        };
        for value in values {
            let held = table.codes.iter().any(|code| &code.value == value);
            findings.unless(held, file, key, || not_in_table(value, &table.id));
        }
    }
}

/// That an id stands once, and is written in lower case with underscores.
fn id_is_new<'i>(seen: &mut HashSet<&'i str>, id: &'i str, file: &str, key: &str, findings: &mut Findings) {
    let written = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    findings.unless(!id.is_empty() && id.bytes().all(written), file, key, || {
        mistake!("`{id}` は、半角の英小文字、数字、下線で書いてください", "`{id}` is not lower case with underscores")
    });
    findings.unless(seen.insert(id), file, key, || mistake!("`{id}` が2つあります", "`{id}` stands twice"));
}

/// That names are given in both languages.
fn words(texts: &[&str], file: &str, key: &str, findings: &mut Findings) {
    findings.unless(texts.iter().all(|text| !text.trim().is_empty()), file, key, || {
        mistake!("名称または文面が空です", "a name or wording is empty")
    });
}
