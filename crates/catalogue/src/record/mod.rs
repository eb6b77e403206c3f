//! 記録: a record type of the PIA's annex 2 and its items.

mod item;
mod problem;
mod read;
mod value;

use std::collections::HashMap;

use serde::Deserialize;

pub use item::{Combine, Item, ItemKind, National};
pub use problem::{ItemProblem, Problem};
pub use value::Value;

/// A record type (記録種別): one CSV form, one table of results.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// 1 to 15 in the PIA's order; a city's own begin at 101.
    pub number: u16,
    /// English identifier, unique.
    pub id: String,
    /// Japanese name.
    pub name: String,
    /// English name.
    pub english: String,
    /// Whether it holds a screening or the detailed examination after it.
    pub stage: Stage,
    /// 報告区分 of the national form, when there is one.
    #[serde(default)]
    pub report_category: Option<String>,
    /// The item whose value decides between several national codes.
    #[serde(default)]
    pub method: Option<String>,
    /// The items, in the order of the form.
    #[serde(rename = "item")]
    pub items: Vec<Item>,
    #[serde(skip)]
    by_id: HashMap<String, usize>,
}

/// Which examination a record type holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 検診.
    Screening,
    /// 精密検査.
    Detailed,
}

impl Record {
    /// Numbers, column headings and places by id; called once after loading.
    pub(crate) fn index(&mut self) {
        let mut seen: HashMap<String, u32> = HashMap::new();
        for (place, item) in self.items.iter_mut().enumerate() {
            item.number = u16::try_from(place + 1).unwrap_or(u16::MAX);
            let times = seen.entry(item.name.clone()).and_modify(|times| *times += 1).or_insert(1);
            item.header = if *times == 1 { item.name.clone() } else { format!("{}({times})", item.name) };
            self.by_id.insert(item.id.clone(), place);
        }
    }

    /// The item of an English identifier.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.get(self.place(id)?)
    }

    /// The column (from 0) of an item.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The header of its CSV: item names in order; where a name occurs again, it bears (2).
    pub fn header(&self) -> impl ExactSizeIterator<Item = &str> {
        self.items.iter().map(|item| item.header.as_str())
    }

    /// Checks one row of the CSV, item by item. No allocation unless something is wrong; an answer never holds a value.
    pub fn validate(&self, row: &[&str]) -> Vec<ItemProblem> {
        if row.len() != self.items.len() {
            return vec![ItemProblem { item: 0, problem: Problem::Columns { expected: self.items.len(), found: row.len() } }];
        }
        let pairs = self.items.iter().zip(row);
        pairs.filter_map(|(item, text)| item.canonical(text).err().map(|problem| ItemProblem { item: item.number, problem })).collect()
    }
}
