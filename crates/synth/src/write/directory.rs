//! A city's directory: `residents.csv`, `weekly-01.csv` …, `results/NN_type-year.csv`, `incoming.csv`, `truth.csv`.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, ErrorKind, Write},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use super::{Encoding, RESIDENT_COLUMNS, residents};
use crate::{
    City, Facility, SynthError, facilities,
    incoming::{self, IncomingRecord, Unsorted},
    people::Builder,
    results::{self, Layouts, Sheets},
};

/// How far the writing has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows of `residents.csv` written.
    pub residents: u32,
    /// Rows there will be.
    pub of: u32,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows of `residents.csv`.
    pub residents: u64,
    /// Rows of each weekly file.
    pub weekly: Vec<u64>,
    /// Rows of the result files by record type and fiscal year.
    pub results: BTreeMap<(u16, i16), u64>,
    /// Rows of `incoming.csv` and of `truth.csv`.
    pub incoming: u64,
    /// The files, in the order they were begun.
    pub files: Vec<PathBuf>,
}

/// What one block adds to the files.
struct Piece {
    residents: Vec<u8>,
    rows: u32,
    weekly: Vec<(Vec<u8>, u64)>,
    results: BTreeMap<(u16, i16), (Vec<u8>, u64)>,
    incoming: Vec<Unsorted>,
}

impl City {
    /// Writes the whole directory; files of ours that an earlier city left there are replaced or removed. `progress` is called now and then.
    ///
    /// Every file is written beside its place and moved there when all are whole, `truth.csv` last: where it stands, the others do, and
    /// a writing that was killed is seen by its absence.
    pub fn write(&self, directory: &Path, encoding: Encoding, progress: &mut dyn FnMut(Progress)) -> Result<Written, SynthError> {
        let layouts = Layouts::of_catalogue(self.catalogue())?;
        let facilities = facilities(self.plan().municipality);
        let results = directory.join("results");
        at(&results, fs::create_dir_all(&results))?;
        remove_leftovers(directory, &results)?;
        let mut files = Files { encoding, open: BTreeMap::new(), order: Vec::new() };
        let header = residents::header(&RESIDENT_COLUMNS);
        let mut written = Written { weekly: vec![0; self.plan().weeks.into()], ..Written::default() };
        let mut records = Vec::with_capacity(usize::try_from(self.plan().incoming).unwrap_or_default());
        // Every week has its file, even a quiet one.
        let weekly: Vec<PathBuf> = (1..=self.plan().weeks).map(|week| directory.join(format!("weekly-{week:02}.csv"))).collect();
        files.append(&directory.join("residents.csv"), &header, &[])?;
        for path in &weekly {
            files.append(path, &header, &[])?;
        }
        let blocks: Vec<u32> = (0..self.blocks()).collect();
        for batch in blocks.chunks(rayon::current_num_threads().max(1) * 2) {
            let pieces: Vec<Result<Piece, SynthError>> =
                batch.par_iter().map(|&block| self.piece(block, &layouts, &facilities, encoding)).collect();
            for piece in pieces {
                let piece = piece?;
                files.append(&directory.join("residents.csv"), &header, &piece.residents)?;
                written.residents += u64::from(piece.rows);
                for ((path, count), (bytes, rows)) in weekly.iter().zip(&mut written.weekly).zip(piece.weekly) {
                    files.append(path, &header, &bytes)?;
                    *count += rows;
                }
                for ((record, year), (bytes, rows)) in piece.results {
                    files.append(&results.join(layouts.file_name(record, year)), layouts.header(record), &bytes)?;
                    *written.results.entry((record, year)).or_default() += rows;
                }
                records.extend(piece.incoming);
            }
            progress(Progress { residents: u32::try_from(written.residents).unwrap_or(u32::MAX), of: self.plan().residents });
        }
        let records = incoming::sorted(records, self.plan().fiscal_year.0);
        written.incoming = u64::try_from(records.len()).unwrap_or_default();
        files.write_records(directory, &records)?;
        written.files = files.finish()?;
        Ok(written)
    }

    /// Writes `residents.csv` as it would stand after so many of the weeks: the full file in which two rows in a hundred of each week differ.
    pub fn write_residents_after(&self, weeks: u8, path: &Path, encoding: Encoding) -> Result<u64, SynthError> {
        let mut files = Files { encoding, open: BTreeMap::new(), order: Vec::new() };
        let header = residents::header(&RESIDENT_COLUMNS);
        files.append(path, &header, &[])?;
        let mut rows = 0;
        let blocks: Vec<u32> = (0..self.blocks()).collect();
        for batch in blocks.chunks(rayon::current_num_threads().max(1) * 2) {
            let pieces: Vec<(Vec<u8>, usize)> = batch
                .par_iter()
                .map(|&block| {
                    let mut people = self.block(block);
                    for week in 1..=weeks.min(self.plan().weeks) {
                        self.pass_week(week, block, &mut people);
                    }
                    let mut text = String::new();
                    people.iter().for_each(|person| residents::row(person, &mut text));
                    (encoding.bytes(&text).into_owned(), people.len())
                })
                .collect();
            for (bytes, count) in pieces {
                files.append(path, &header, &bytes)?;
                rows += u64::try_from(count).unwrap_or_default();
            }
        }
        files.finish()?;
        Ok(rows)
    }

    /// The records of `incoming.csv` with the truth and their slips, in its order.
    pub fn incoming(&self) -> Vec<IncomingRecord> {
        let builder = Builder::new(self.plan());
        let blocks: Vec<u32> = (0..self.blocks()).collect();
        let records = blocks
            .par_iter()
            .flat_map_iter(|&block| incoming::of_block(&builder, block, &self.block(block), self.incoming_of(block)))
            .collect();
        incoming::sorted(records, self.plan().fiscal_year.0)
    }

    /// How many incoming records are about a block: its share of the rows, to the last record.
    fn incoming_of(&self, block: u32) -> u32 {
        let share = |block: u32| u64::from(self.plan().incoming) * u64::from(block) / u64::from(self.blocks().max(1));
        u32::try_from(share(block + 1) - share(block)).unwrap_or_default()
    }

    fn piece(&self, block: u32, layouts: &Layouts, facilities: &[Facility], encoding: Encoding) -> Result<Piece, SynthError> {
        let builder = Builder::new(self.plan());
        let mut people = self.block(block);
        let mut text = String::with_capacity(people.len() * 300);
        let mut sheets = Sheets::new(layouts);
        for person in &people {
            residents::row(person, &mut text);
            results::history(&builder, facilities, person, self.is_movers(block), &mut sheets);
        }
        let rows = u32::try_from(people.len()).unwrap_or_default();
        let incoming = incoming::of_block(&builder, block, &people, self.incoming_of(block));
        let weekly = (1..=self.plan().weeks)
            .map(|week| {
                let before = people.len();
                let changed = self.pass_week(week, block, &mut people);
                let changed = people.iter().zip(changed).filter_map(|(person, changed)| changed.then_some(person));
                let newcomers = people.get(before..).unwrap_or_default();
                let mut text = String::new();
                let rows = changed.chain(newcomers).map(|person| residents::row(person, &mut text)).count();
                (encoding.bytes(&text).into_owned(), u64::try_from(rows).unwrap_or_default())
            })
            .collect();
        let encode = |(key, (text, rows)): ((u16, i16), (String, u64))| (key, (encoding.bytes(&text).into_owned(), rows));
        let results = sheets.finish()?.into_iter().map(encode).collect();
        Ok(Piece { residents: encoding.bytes(&text).into_owned(), rows, weekly, results, incoming })
    }
}

/// Files that are being written.
struct Files {
    encoding: Encoding,
    open: BTreeMap<PathBuf, BufWriter<File>>,
    order: Vec<PathBuf>,
}

impl Files {
    /// Adds bytes to a file; begins it with its header.
    fn append(&mut self, path: &Path, header: &str, bytes: &[u8]) -> Result<(), SynthError> {
        if !self.open.contains_key(path) {
            let mut file = BufWriter::with_capacity(1 << 18, at(path, create(&unfinished(path)))?);
            at(path, file.write_all(&self.encoding.bytes(header)))?;
            self.open.insert(path.to_owned(), file);
            self.order.push(path.to_owned());
        }
        match self.open.get_mut(path) {
            Some(file) => at(path, file.write_all(bytes)),
            None => Ok(()),
        }
    }

    fn write_records(&mut self, directory: &Path, records: &[IncomingRecord]) -> Result<(), SynthError> {
        let (mut rows, mut truth) = (String::new(), String::new());
        for record in records {
            record.row(&mut rows);
            record.truth_row(&mut truth);
        }
        let (rows, truth) = (self.encoding.bytes(&rows).into_owned(), self.encoding.bytes(&truth).into_owned());
        self.append(&directory.join("incoming.csv"), &residents::header(&incoming::INCOMING_COLUMNS), &rows)?;
        self.append(&directory.join("truth.csv"), &residents::header(&incoming::TRUTH_COLUMNS), &truth)
    }

    fn finish(mut self) -> Result<Vec<PathBuf>, SynthError> {
        for (path, file) in &mut self.open {
            at(path, file.flush())?;
        }
        self.open.clear();
        for path in &self.order {
            at(path, fs::rename(unfinished(path), path))?;
        }
        Ok(self.order)
    }
}

/// For its owner alone. What a writing that was killed left there is taken away; a link is not followed.
fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Where a file is written until it is whole.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// The truth, weekly and result files of an earlier city, by our own names; nothing else is touched.
fn remove_leftovers(directory: &Path, results: &Path) -> Result<(), SynthError> {
    for (folder, ours) in [(directory, is_truth_or_weekly as fn(&str) -> bool), (results, is_result)] {
        for entry in at(folder, fs::read_dir(folder))? {
            let path = at(folder, entry)?.path();
            if path.file_name().and_then(|name| name.to_str()).is_some_and(ours) {
                at(&path, fs::remove_file(&path))?;
            }
        }
    }
    Ok(())
}

fn is_truth_or_weekly(name: &str) -> bool {
    let name = name.trim_end_matches(".part");
    name == "truth.csv"
        || name
            .strip_prefix("weekly-")
            .and_then(|rest| rest.strip_suffix(".csv"))
            .is_some_and(|week| week.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_result(name: &str) -> bool {
    let Some((record, rest)) = name.trim_end_matches(".part").split_once('_') else { return false };
    record.len() == 2 && record.bytes().all(|byte| byte.is_ascii_digit()) && rest.ends_with(".csv")
}

fn at<T>(path: &Path, outcome: std::io::Result<T>) -> Result<T, SynthError> {
    outcome.map_err(|source| SynthError::File { path: path.to_owned(), source })
}
