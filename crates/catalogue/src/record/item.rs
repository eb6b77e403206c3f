//! 項目: one column of a record type.

use std::sync::Arc;

use serde::Deserialize;

use crate::{CodeTable, Trust};

/// One item of a record type.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Place in the form, from 1: what stands before it says so.
    #[serde(skip)]
    pub number: u16,
    /// Japanese name, as the PIA writes it.
    pub name: String,
    /// English identifier, unique in the record type.
    pub id: String,
    /// What it holds.
    pub kind: ItemKind,
    /// Longest value in characters, where the kind does not say it.
    #[serde(default)]
    pub length: Option<u16>,
    /// Id of the code table of a coded item.
    #[serde(default)]
    pub codes: Option<String>,
    /// Most digits after the point of a decimal.
    #[serde(default)]
    pub decimals: Option<u8>,
    /// Largest number.
    #[serde(default)]
    pub max: Option<i64>,
    /// Unit, as it is written in Japan.
    #[serde(default)]
    pub unit: Option<String>,
    /// Must not be empty.
    #[serde(default)]
    pub required: bool,
    /// National items it corresponds to.
    #[serde(default)]
    pub national: Vec<National>,
    /// How far the correspondence may be relied on.
    #[serde(default)]
    pub trust: Option<Trust>,
    /// How several items make one national item.
    #[serde(default)]
    pub combine: Option<Combine>,
    #[serde(skip)]
    pub(crate) header: String,
    #[serde(skip)]
    pub(crate) table: Option<Arc<CodeTable>>,
}

/// A national item that an item of ours corresponds to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct National {
    /// Only when the record's method item has this value.
    #[serde(default)]
    pub when: Option<String>,
    /// JLAC10 code.
    pub code: String,
}

/// How several items of ours make one national item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// The worst of them by the table's severity (both breasts, both days).
    Worse,
    /// Two flags, serious incident and death by it, make table 2010 or 2011.
    Incident,
}

/// What an item holds and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// 整理番号: the resident number stands for it.
    ResidentNumber,
    /// 履歴番号: 1, 2, … of the same person and record type.
    HistoryNumber,
    /// Any characters, without control characters.
    Text,
    /// Printable ASCII (半角): numbers and codes of the city.
    Ascii,
    /// A value of a code table.
    Code,
    /// 2026-04-01.
    Date,
    /// 09:30.
    Time,
    /// 2026.
    FiscalYear,
    /// 2026-04.
    YearMonth,
    /// A whole number, not negative.
    Integer,
    /// A number with a point, not negative.
    Decimal,
    /// 0 or 1.
    Flag,
    /// Whole yen.
    Yen,
    /// 医療機関コード of ten digits with its check digit, or a shorter number of the city's own.
    Institution,
    /// 980-0000.
    PostalCode,
}

impl Item {
    /// The heading of its column: the name, with (2) where it is the second of that name.
    pub fn header(&self) -> &str {
        &self.header
    }

    /// The code table of a coded item.
    pub fn code_table(&self) -> Option<&CodeTable> {
        self.table.as_deref()
    }

    /// The national code, given the value of the record's method item.
    pub fn national_code(&self, method: Option<&str>) -> Option<&str> {
        let fits = |national: &&National| national.when.is_none() || national.when.as_deref() == method;
        self.national.iter().find(fits).map(|national| national.code.as_str())
    }

    /// An English label made of the identifier, for pages in English.
    pub fn english(&self) -> String {
        let words = self.id.replace('_', " ");
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }
}
