use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use sheets::Gaiji;

use crate::city::City;
use crate::files::Files;
use crate::findings::Findings;
use crate::{
    CatalogueError, CityFolder, CodeTable, Examination, Fact, Institution, ItemProblem, LetterText, NationalCategory, Office, Origin,
    PermissionList, Prices, Programme, Record, Template, load,
};

/// The whole catalogue, checked: every reference in it resolves.
#[derive(Debug, Clone)]
pub struct Catalogue {
    pub(crate) records: Vec<Record>,
    pub(crate) tables: Vec<Arc<CodeTable>>,
    pub(crate) national: Vec<NationalCategory>,
    pub(crate) programmes: Vec<Programme>,
    pub(crate) templates: Vec<Template>,
    pub(crate) letters: Vec<LetterText>,
    pub(crate) permission_list: PermissionList,
    /// Place of a table in `tables`.
    pub(crate) table_places: HashMap<String, usize>,
    pub(crate) city: Arc<City>,
    /// Place of an institution in the city's.
    pub(crate) institution_places: HashMap<String, usize>,
    pub(crate) holdings: Vec<Holding>,
    pub(crate) digest: [u8; 32],
}

/// One thing that a catalogue holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holding {
    /// Its part of the catalogue, as the folders and files are called.
    pub part: &'static str,
    /// Its id: of a record type the number and id.
    pub id: String,
    /// Its Japanese name, or how many rows a sheet has.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The file, relative to the catalogue.
    pub file: String,
}

impl Catalogue {
    /// The catalogue that is built in: the PIA's, with the fictional city's configuration.
    pub fn built_in() -> Result<Self, CatalogueError> {
        load::load(&Files::built_in(), Findings::default())
    }

    /// The catalogue of a setting: the built-in one, with the city's folder over it where one is named.
    pub fn load(folder: Option<&Path>) -> Result<Self, CatalogueError> {
        folder.map_or_else(Self::built_in, Self::from_dir)
    }

    /// The built-in catalogue with a city's folder over it: what bears the id of something built in replaces it wholly, anything else is
    /// added. Everything is checked together.
    pub fn from_dir(folder: &Path) -> Result<Self, CatalogueError> {
        Self::of(&CityFolder::read(Some(folder))?)
    }

    /// The same with the files of a city's folder at hand.
    pub fn of(folder: &CityFolder) -> Result<Self, CatalogueError> {
        let mut findings = Findings::default();
        let files = Files::with(folder, &mut findings);
        load::load(&files, findings)
    }

    /// [`Catalogue::of`] with texts.
    pub fn from_texts(texts: impl IntoIterator<Item = (String, String)>) -> Result<Self, CatalogueError> {
        Self::of(&texts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect())
    }

    /// SHA-256 over all files that it was made of: what tells it from a changed one.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Everything that it holds, and where each comes from.
    pub fn holdings(&self) -> &[Holding] {
        &self.holdings
    }

    /// The city's institutions.
    pub fn institutions(&self) -> &[Institution] {
        &self.city.institutions
    }

    /// The institution of a code.
    pub fn institution(&self, code: &str) -> Option<&Institution> {
        self.institution_places.get(code).and_then(|place| self.city.institutions.get(*place))
    }

    /// What the institution of a code is called: its name, or the code where the city does not name it.
    pub fn institution_name<'c>(&'c self, code: &'c str) -> &'c str {
        self.institution(code).map_or(code, |institution| &institution.name)
    }

    /// The city's price list.
    pub fn prices(&self) -> &Prices {
        &self.city.prices
    }

    /// The office that serves a district.
    pub fn office_of(&self, district: &str) -> Option<&Office> {
        self.city.offices.iter().find(|office| office.districts.iter().any(|one| one == district))
    }

    /// What the city's private-use characters stand for.
    pub fn gaiji(&self) -> &Arc<Gaiji> {
        &self.city.gaiji
    }

    /// The record types, by number.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The record type of a number: 1 to 15 of the PIA, from 101 a city's own.
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

    /// The hub templates.
    pub fn templates(&self) -> &[Template] {
        &self.templates
    }

    /// The hub template of an id.
    pub fn template(&self, id: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.id == id)
    }

    /// The wording of a letter; every [`Letter`](crate::Letter) has one.
    pub fn letter(&self, id: &str) -> Option<&LetterText> {
        self.letters.iter().find(|letter| letter.id == id)
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
