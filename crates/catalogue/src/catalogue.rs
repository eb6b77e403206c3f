use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use crate::files::Files;
use crate::{
    CatalogueError, CodeTable, Examination, Fact, ItemProblem, NationalCategory, NationalItem, PermissionList, Programme, Record, Template,
    load,
};

/// The whole catalogue, checked: every reference in it resolves.
#[derive(Debug, Clone)]
pub struct Catalogue {
    pub(crate) records: Vec<Record>,
    pub(crate) tables: Vec<Arc<CodeTable>>,
    pub(crate) national: Vec<NationalCategory>,
    pub(crate) programmes: Vec<Programme>,
    pub(crate) templates: Vec<Template>,
    pub(crate) permission_list: PermissionList,
    /// Place of a table in `tables`.
    pub(crate) table_places: HashMap<String, usize>,
}

impl Catalogue {
    /// The catalogue that is built in: the PIA's, with the fictional city's configuration.
    pub fn built_in() -> Result<Self, CatalogueError> {
        load::load(&Files::built_in())
    }

    /// The built-in catalogue with a city's directory laid over it: a file of the same relative path replaces the built-in one, others are
    /// added. Everything is checked together.
    pub fn from_dir(directory: &Path) -> Result<Self, CatalogueError> {
        load::load(&Files::overlaid_by(directory)?)
    }

    /// The built-in catalogue with texts laid over it, by relative path: as [`Catalogue::from_dir`], without a directory.
    pub fn from_texts(texts: impl IntoIterator<Item = (String, String)>) -> Result<Self, CatalogueError> {
        load::load(&Files::with(texts))
    }

    /// The record types, by number.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The record type of a number (1 to 15 of the PIA).
    pub fn record(&self, number: u16) -> Option<&Record> {
        self.records.iter().find(|record| record.number == number)
    }

    /// The record type of an English identifier.
    pub fn record_of(&self, id: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.id == id)
    }

    /// The programmes, sorted by id.
    pub fn programmes(&self) -> &[Programme] {
        &self.programmes
    }

    /// The programme of an id.
    pub fn programme(&self, id: &str) -> Option<&Programme> {
        self.programmes.iter().find(|programme| programme.id == id)
    }

    /// The programmes whose results stand in a record type.
    pub fn programmes_of(&self, record: u16) -> impl Iterator<Item = &Programme> {
        self.programmes.iter().filter(move |programme| programme.result.record == record)
    }

    /// Every examination with its programme, in the order of the eligible output (by programme, then examination).
    pub fn examinations(&self) -> impl Iterator<Item = (&Programme, &Examination)> {
        self.programmes.iter().flat_map(|programme| programme.examinations.iter().map(move |examination| (programme, examination)))
    }

    /// Every fact that conditions look at.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.programmes.iter().flat_map(|programme| &programme.facts)
    }

    /// The code tables, in the order of the files.
    pub fn code_tables(&self) -> impl Iterator<Item = &CodeTable> {
        self.tables.iter().map(Arc::as_ref)
    }

    /// The code table of an id.
    pub fn code_table(&self, id: &str) -> Option<&CodeTable> {
        self.tables.get(*self.table_places.get(id)?).map(Arc::as_ref)
    }

    /// The national report categories.
    pub fn national_categories(&self) -> &[NationalCategory] {
        &self.national
    }

    /// The national item of a JLAC10 code.
    pub fn national_item(&self, code: &str) -> Option<&NationalItem> {
        self.national.iter().flat_map(|category| &category.items).find(|item| item.code == code)
    }

    /// The hub templates.
    pub fn templates(&self) -> &[Template] {
        &self.templates
    }

    /// The hub template of an id.
    pub fn template(&self, id: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.id == id)
    }

    /// The permission list.
    pub fn permission_list(&self) -> &PermissionList {
        &self.permission_list
    }

    /// Checks one CSV row of a record type; see [`Record::validate`].
    pub fn validate(&self, record: &Record, row: &[&str]) -> Vec<ItemProblem> {
        record.validate(row)
    }
}
