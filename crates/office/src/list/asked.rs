//! What is asked of a list, as its address says it.

use std::collections::HashMap;

use super::{ListForm, ListPage, Order, Rank};
use crate::Visit;

/// Stands between rank and key of a mark.
const BETWEEN: char = '\u{1f}';

/// The row after which a page begins: where it stands in the list, even when it is there no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its value in the column that the list is sorted by.
    pub rank: Rank,
    /// Its key.
    pub key: String,
}

impl Mark {
    pub(super) fn standing(&self) -> (&Rank, &str) {
        (&self.rank, &self.key)
    }

    /// Its value in a column of numbers.
    pub fn number(&self) -> Option<i64> {
        match self.rank {
            Rank::Number(number) => Some(number),
            Rank::Text(_) => None,
        }
    }

    fn written(&self) -> String {
        hex::encode(format!("{}{BETWEEN}{}", self.rank.written(), self.key))
    }

    fn read(written: &str) -> Option<Mark> {
        let text = String::from_utf8(hex::decode(written).ok()?).ok()?;
        let (rank, key) = text.split_once(BETWEEN)?;
        Some(Mark { rank: Rank::read(rank)?, key: key.to_owned() })
    }
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListAsked {
    /// The name of the part; empty where the list has none.
    pub part: String,
    /// How it stands.
    pub order: Order,
    /// Where the page begins; none for the first.
    pub after: Option<Mark>,
}

impl ListForm {
    /// What the address of a visit asks for; what the list does not have is as if nobody had asked.
    pub fn asked(&self, visit: &Visit) -> ListAsked {
        self.read(&visit.guest.query)
    }

    pub(super) fn read(&self, query: &HashMap<String, String>) -> ListAsked {
        let part = query.get("part").and_then(|name| self.parts.iter().find(|part| part.name == *name)).or(self.parts.first());
        let order = query.get("sort").and_then(|sort| {
            let (is_down, name) = sort.strip_prefix('-').map_or((false, sort.as_str()), |name| (true, name));
            let column = self.columns.iter().find(|column| column.is_sortable && column.name == name)?;
            Some(Order { column: column.name, is_down })
        });
        ListAsked {
            part: part.map(|part| part.name.clone()).unwrap_or_default(),
            order: order.unwrap_or(self.order),
            after: query.get("after").and_then(|after| Mark::read(after)),
        }
    }

    /// The address of what is shown: a switch of the language leads back to it.
    pub fn here(&self, asked: &ListAsked) -> String {
        self.address("", &asked.part, asked.order, asked.after.as_ref())
    }

    /// The address of a part in an order, from its first page.
    pub(super) fn href(&self, part: &str, order: Order) -> String {
        self.address("", part, order, None)
    }

    /// The page after this one.
    pub(super) fn next(&self, asked: &ListAsked, page: &ListPage) -> Option<String> {
        let last = page.rows.last().filter(|_| page.has_more)?;
        let (rank, key) = last.standing(self.place(asked.order));
        let mark = Mark { rank: rank.clone(), key: key.to_owned() };
        Some(self.address("", &asked.part, asked.order, Some(&mark)))
    }

    /// Where the same is written into a file.
    pub(super) fn export(&self, asked: &ListAsked) -> String {
        self.address("/export", &asked.part, asked.order, asked.after.as_ref())
    }

    fn address(&self, act: &str, part: &str, order: Order, after: Option<&Mark>) -> String {
        let is_first = self.parts.first().is_none_or(|first| first.name == part);
        let sign = if order.is_down { "-" } else { "" };
        let pairs = [
            (!is_first).then(|| format!("part={part}")),
            (order != self.order).then(|| format!("sort={sign}{}", order.column)),
            after.map(|mark| format!("after={}", mark.written())),
        ];
        let query: Vec<String> = pairs.into_iter().flatten().collect();
        let path = self.path;
        if query.is_empty() { format!("{path}{act}") } else { format!("{path}{act}?{}", query.join("&")) }
    }
}
