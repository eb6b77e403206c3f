//! The register in columns, ready to be searched.

use crate::index::{ALL, Buckets, Items, KINDS, Kind, Names, Part};
use crate::normal::{Birth, Name, NameRef, Numbers, Phone, Place, PlaceRef, postal_code};
use crate::resident::Resident;
use rayon::prelude::*;
use std::fmt;
use vocabulary::Sex;

/// Residents folded by one task while building.
const CHUNK: usize = 4096;
/// Residents taken from the caller before they are folded in parallel.
const BATCH: usize = 16 * CHUNK;
/// Former names and addresses kept of one resident, newest last; a longer history says nothing more.
const FORMER: usize = 4;

/// Everybody who can be found: built once, searched from any thread. It holds personal data in memory and shows none of it.
pub struct Register {
    rows: Vec<Row>,
    /// Folded texts, one for each chunk; a row points into its own.
    texts: Vec<String>,
    residents: Residents,
    buckets: Vec<Buckets>,
    names: Names,
}

/// A resident under one name and one address: those of today, or former ones.
struct Row {
    person: u32,
    chunk: u32,
    start: u32,
    postal_code: u32,
    phone: Phone,
    birth: Birth,
    numbers: Numbers,
    kana: Lengths,
    name: Lengths,
    town: u8,
    sex: Sex,
    former_name: bool,
    former_address: bool,
    /// In eighths of a bit: what agreement is worth of family and given name in kana, of both in writing; most of the whole in each.
    rarity: [u8; 6],
}

/// Bytes of a whole name, and of the family name in it.
#[derive(Clone, Copy, Default)]
struct Lengths {
    whole: u8,
    family: u8,
}

/// A row with its texts.
pub(crate) struct RowView<'a> {
    pub(crate) items: Items<'a>,
    pub(crate) person: u32,
    pub(crate) sex: Sex,
    pub(crate) postal_code: u32,
    pub(crate) family_rarity: (f64, f64),
    pub(crate) given_rarity: (f64, f64),
    pub(crate) whole_rarity: (f64, f64),
    pub(crate) former_name: bool,
    pub(crate) former_address: bool,
}

/// Resident numbers one after the other.
#[derive(Default)]
struct Residents {
    text: String,
    ends: Vec<u32>,
}

/// What one task makes of its residents.
#[derive(Default)]
struct Chunk {
    rows: Vec<Row>,
    keys: Vec<[u64; KINDS]>,
    text: String,
}

impl fmt::Debug for Register {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Register").field("residents", &self.len()).finish_non_exhaustive()
    }
}

impl Register {
    /// Folds and indexes residents; the order of the input is the order of the rows. At most 4,000 million.
    pub fn build<'a>(residents: impl IntoIterator<Item = Resident<'a>>) -> Self {
        let mut numbers = Residents::default();
        let mut chunks: Vec<Chunk> = Vec::new();
        let mut source = residents.into_iter();
        let mut batch: Vec<Resident<'a>> = Vec::with_capacity(BATCH);
        loop {
            let first = u32::try_from(numbers.ends.len()).unwrap_or(u32::MAX);
            batch.clear();
            batch.extend(source.by_ref().take(BATCH));
            if batch.is_empty() {
                break;
            }
            numbers.extend(&batch);
            chunks.par_extend(batch.par_chunks(CHUNK).enumerate().map(|(place, residents)| {
                let first = first.saturating_add(u32::try_from(place * CHUNK).unwrap_or(u32::MAX));
                Chunk::fold(first, residents)
            }));
        }
        Self::join(numbers, chunks)
    }

    fn join(residents: Residents, chunks: Vec<Chunk>) -> Self {
        let count = chunks.iter().map(|chunk| chunk.rows.len()).sum();
        let buckets = ALL
            .par_iter()
            .map(|kind| {
                let column = *kind as usize;
                let keys = || chunks.iter().flat_map(|chunk| &chunk.keys).map(|keys| keys.get(column).copied().unwrap_or(0));
                Buckets::build(count, keys)
            })
            .collect();
        let mut rows = Vec::with_capacity(count);
        let mut texts = Vec::with_capacity(chunks.len());
        for (place, chunk) in (0u32..).zip(chunks) {
            rows.extend(chunk.rows.into_iter().map(|row| Row { chunk: place, ..row }));
            texts.push(chunk.text);
        }
        let (names, wholes) = (Names::new(count), Names::of_wholes(count));
        rows.par_iter().filter(|row| !row.former_name && !row.former_address).for_each(|row| {
            let items = row.items(&texts);
            for (part, word) in words(&items) {
                names.add(part, word);
            }
            wholes.add(Part::WholeKana, items.kana.whole);
            wholes.add(Part::WholeWritten, items.name.whole);
        });
        rows.par_iter_mut().for_each(|row| {
            let items = row.items(&texts);
            let [family_kana, given_kana, family_written, given_written] = words(&items).map(|(part, word)| names.rarity(part, word));
            let whole_kana = wholes.most(Part::WholeKana, items.kana.whole);
            let whole_written = wholes.most(Part::WholeWritten, items.name.whole);
            row.rarity = [family_kana, given_kana, family_written, given_written, whole_kana, whole_written];
        });
        Self { rows, texts, residents, buckets, names }
    }

    /// How many residents there are.
    pub fn len(&self) -> usize {
        self.residents.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.residents.ends.is_empty()
    }

    /// The resident number (住民番号) of a verdict's row.
    pub fn resident_number(&self, row: u32) -> Option<&str> {
        let row = row as usize;
        let end = *self.residents.ends.get(row)? as usize;
        let start = row.checked_sub(1).and_then(|before| self.residents.ends.get(before)).map_or(0, |start| *start as usize);
        self.residents.text.get(start..end)
    }

    /// Bytes of memory that the register holds, to the nearest few.
    pub fn bytes(&self) -> usize {
        self.rows.len() * size_of::<Row>()
            + self.texts.iter().map(String::len).sum::<usize>()
            + self.residents.text.len()
            + self.residents.ends.len() * 4
            + self.buckets.iter().map(Buckets::bytes).sum::<usize>()
            + self.names.bytes()
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    pub(crate) fn bucket(&self, kind: Kind) -> Option<&Buckets> {
        self.buckets.get(kind as usize)
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn view(&self, row: u32) -> Option<RowView<'_>> {
        let row = self.rows.get(row as usize)?;
        let [family_kana, given_kana, family_written, given_written, whole_kana, whole_written] =
            row.rarity.map(|eighths| f64::from(eighths) / 8.0);
        Some(RowView {
            items: row.items(&self.texts),
            person: row.person,
            sex: row.sex,
            postal_code: row.postal_code,
            family_rarity: (family_kana, family_written),
            given_rarity: (given_kana, given_written),
            whole_rarity: (whole_kana, whole_written),
            former_name: row.former_name,
            former_address: row.former_address,
        })
    }
}

impl Row {
    fn items<'a>(&self, texts: &'a [String]) -> Items<'a> {
        let text = texts.get(self.chunk as usize).and_then(|text| text.get(self.start as usize..)).unwrap_or_default();
        let (kana, text) = text.split_at_checked(usize::from(self.kana.whole)).unwrap_or_default();
        let (name, text) = text.split_at_checked(usize::from(self.name.whole)).unwrap_or_default();
        let town = text.get(..usize::from(self.town)).unwrap_or_default();
        Items {
            name: NameRef::new(name, usize::from(self.name.family)),
            kana: NameRef::new(kana, usize::from(self.kana.family)),
            birth: self.birth,
            place: PlaceRef { town, numbers: self.numbers },
            phone: self.phone,
        }
    }
}

/// The four words whose frequency counts; of a name without a blank, the whole stands for the given name.
fn words<'a>(items: &Items<'a>) -> [(Part, &'a str); 4] {
    let given = |name: NameRef<'a>| if name.is_split() { name.given } else { name.whole };
    [
        (Part::FamilyKana, items.kana.family),
        (Part::GivenKana, given(items.kana)),
        (Part::FamilyWritten, items.name.family),
        (Part::GivenWritten, given(items.name)),
    ]
}

impl Residents {
    fn extend(&mut self, residents: &[Resident<'_>]) {
        for resident in residents {
            self.text.push_str(&resident.resident_number);
            self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        }
    }
}

impl Chunk {
    fn fold(first: u32, residents: &[Resident<'_>]) -> Self {
        let mut chunk = Self::default();
        let mut buffer = String::new();
        for (person, resident) in (first..).zip(residents) {
            let name = Name::written(&resident.name, &mut buffer);
            let kana = Name::kana(&resident.kana, &mut buffer);
            let place = Place::parse(&resident.address, &mut buffer);
            chunk.push(person, resident, (&name, &kana, false), (&place, false));
            let former_places = latest(&resident.former_addresses).map(|address| Place::parse(address, &mut buffer)).collect::<Vec<_>>();
            for former in &former_places {
                chunk.push(person, resident, (&name, &kana, false), (former, true));
            }
            for (former_name, former_kana) in latest(&resident.former_names) {
                let former_name = Name::written(former_name, &mut buffer);
                let former_kana = Name::kana(former_kana, &mut buffer);
                chunk.push(person, resident, (&former_name, &former_kana, true), (&place, false));
                for former in &former_places {
                    chunk.push(person, resident, (&former_name, &former_kana, true), (former, true));
                }
            }
        }
        chunk
    }

    fn push(
        &mut self,
        person: u32,
        resident: &Resident<'_>,
        (name, kana, former_name): (&Name, &Name, bool),
        (place, former_address): (&Place, bool),
    ) {
        let (name, kana, place) = (name.as_ref(), kana.as_ref(), place.as_ref());
        let phone = Phone::parse(&resident.phone);
        let birth = Birth::from_number(resident.birth);
        let items = Items { name, kana, birth, place, phone };
        self.keys.push(ALL.map(|kind| items.key(kind)));
        self.rows.push(Row {
            person,
            chunk: 0,
            start: u32::try_from(self.text.len()).unwrap_or(u32::MAX),
            postal_code: postal_code(&resident.postal_code),
            phone,
            birth,
            numbers: place.numbers,
            kana: Lengths::of(kana),
            name: Lengths::of(name),
            town: u8::try_from(place.town.len()).unwrap_or(0),
            sex: resident.sex,
            former_name,
            former_address,
            rarity: [0; 6],
        });
        self.text.push_str(kana.whole);
        self.text.push_str(name.whole);
        self.text.push_str(place.town);
    }
}

fn latest<T>(history: &[T]) -> impl Iterator<Item = &T> {
    history.iter().skip(history.len().saturating_sub(FORMER))
}

impl Lengths {
    fn of(name: NameRef<'_>) -> Self {
        Self { whole: u8::try_from(name.whole.len()).unwrap_or(0), family: u8::try_from(name.family.len()).unwrap_or(0) }
    }
}
