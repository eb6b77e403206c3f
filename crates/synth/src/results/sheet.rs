//! Rows of result files, filled by the items' identifiers.

use std::collections::{BTreeMap, HashMap};

use catalogue::Catalogue;

use crate::{
    SynthError,
    write::{cell, end_row},
};

/// Where the items of a record type stand.
#[derive(Debug)]
struct Layout {
    record: u16,
    id: String,
    header: String,
    places: HashMap<String, usize>,
    width: usize,
    business_number: String,
}

/// The forms of the record types, from the catalogue.
#[derive(Debug)]
pub(crate) struct Layouts(Vec<Layout>);

impl Layouts {
    /// Of the 15 record types, in a city's forms or in the built-in ones.
    pub(crate) fn of_catalogue(city: Option<&Catalogue>) -> Result<Self, SynthError> {
        let built_in;
        let catalogue = match city {
            Some(catalogue) => catalogue,
            None => {
                built_in = Catalogue::built_in()?;
                &built_in
            }
        };
        let layout = |record: &catalogue::Record| {
            let mut header = String::new();
            record.header().for_each(|name| cell(if name == "整理番号" { "住民番号" } else { name }, &mut header));
            end_row(&mut header);
            let own = || format!("{}01", record.number);
            Layout {
                record: record.number,
                id: record.id.clone(),
                header,
                places: record.items.iter().enumerate().map(|(place, item)| (item.id.clone(), place)).collect(),
                width: record.items.len(),
                business_number: catalogue
                    .programmes_of(record.number)
                    .next()
                    .map_or_else(own, |programme| programme.business_number.clone()),
            }
        };
        Ok(Self(catalogue.records().iter().filter(|record| record.number <= 15).map(layout).collect()))
    }

    fn of(&self, record: u16) -> Option<&Layout> {
        self.0.iter().find(|layout| layout.record == record)
    }

    /// The name of a result file: 02_stomach-2025.csv.
    pub(crate) fn file_name(&self, record: u16, year: i16) -> String {
        format!("{record:02}_{}-{year}.csv", self.of(record).map_or("", |layout| layout.id.as_str()))
    }

    pub(crate) fn header(&self, record: u16) -> &str {
        self.of(record).map_or("", |layout| layout.header.as_str())
    }

    pub(crate) fn business_number(&self, record: u16) -> &str {
        self.of(record).map_or("", |layout| layout.business_number.as_str())
    }
}

/// Rows and how many, by record type and fiscal year.
pub(crate) type Texts = BTreeMap<(u16, i16), (String, u64)>;

/// The rows of a block by record type and fiscal year.
#[derive(Debug)]
pub(crate) struct Sheets<'l> {
    pub(crate) layouts: &'l Layouts,
    texts: Texts,
    cells: Vec<String>,
    missing: Option<SynthError>,
}

impl<'l> Sheets<'l> {
    pub(crate) fn new(layouts: &'l Layouts) -> Self {
        Self { layouts, texts: BTreeMap::new(), cells: Vec::new(), missing: None }
    }

    /// Writes one row; `fill` names the items that are not empty.
    pub(crate) fn row(&mut self, record: u16, year: i16, fill: impl FnOnce(&mut Row<'_>)) {
        let Some(layout) = self.layouts.of(record) else {
            self.missing = Some(SynthError::Item { record, item: "(all)" });
            return;
        };
        self.cells.iter_mut().for_each(String::clear);
        self.cells.resize(layout.width, String::new());
        let mut row = Row { layout, cells: &mut self.cells, missing: None };
        fill(&mut row);
        if let Some(item) = row.missing {
            self.missing = Some(SynthError::Item { record, item });
        }
        let (text, count) = self.texts.entry((record, year)).or_default();
        self.cells.iter().for_each(|value| cell(value, text));
        end_row(text);
        *count += 1;
    }

    /// The texts of all sheets with their number of rows, or the item the catalogue did not have.
    pub(crate) fn finish(self) -> Result<Texts, SynthError> {
        self.missing.map_or(Ok(self.texts), Err)
    }
}

/// One row while it is filled.
pub(crate) struct Row<'r> {
    layout: &'r Layout,
    cells: &'r mut Vec<String>,
    missing: Option<&'static str>,
}

impl Row<'_> {
    /// Sets an item by its identifier.
    pub(crate) fn set(&mut self, item: &'static str, value: impl AsRef<str>) {
        match self.layout.places.get(item).and_then(|&place| self.cells.get_mut(place)) {
            Some(cell) => cell.push_str(value.as_ref()),
            None => self.missing = Some(item),
        }
    }

    /// Sets an item where the record type has it.
    pub(crate) fn set_if_there(&mut self, item: &'static str, value: impl AsRef<str>) {
        if self.layout.places.contains_key(item) {
            self.set(item, value);
        }
    }

    pub(crate) fn business_number(&mut self) {
        let number = self.layout.business_number.clone();
        self.set("business_number", number);
    }
}
