//! A table with a heading row, row by row.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::Arc;

use crate::book::{self, Book, BookError};
use crate::gaiji::{Gaiji, has_private_use};
use crate::lines::{Line, Lines};
use crate::row::Progress;
use crate::{Encoding, Rejected, Row};

/// Lines over which a quoted cell may go.
const CELL_LINES: usize = 64;

/// How a file is read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The encoding that is told.
    pub encoding: Encoding,
    /// What the city's own characters stand for.
    pub gaiji: Arc<Gaiji>,
    /// Whether a row may hold such a character that is not among them, as those of other houses are not; else it is refused.
    pub keeps_unknown: bool,
}

/// An encoding, and no characters of the city's own.
impl From<Encoding> for Options {
    fn from(encoding: Encoding) -> Options {
        Options { encoding, ..Options::default() }
    }
}

/// Why a file is refused whole: in Japanese, and after ` / ` in English.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The heading row does not fit.
    #[error(transparent)]
    Heading(#[from] HeadingError),
    /// It is a workbook that cannot be taken.
    #[error(transparent)]
    Book(#[from] BookError),
    /// It cannot be read.
    #[error("ファイルを読み取れません / the file cannot be read: {0}")]
    Read(#[from] io::Error),
    /// It has no heading row.
    #[error("1行目に見出しの行がありません。見出しの行を付けてください / the file has no readable heading row: give it one")]
    Empty,
    /// Most of its rows hold what means nothing in the encoding.
    #[error(
        "{rows}行のうち{unreadable}行を{encoding}として読み取れません。文字コードを指定するか、UTF-8で保存し直してください \
         / {unreadable} of {rows} rows cannot be read as {encoding}: name the encoding that the file has, or save it as UTF-8"
    )]
    Encoding {
        /// Rows that hold what cannot be read.
        unreadable: u64,
        /// All rows.
        rows: u64,
        /// As what they were read.
        encoding: Encoding,
    },
}

/// Why a heading row does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeadingError {
    /// Required columns are not there.
    #[error(
        "列「{}」がありません。見出しの行に追加してください / the file lacks the columns {}: add them to its heading row",
        .0.join("」「"),
        .0.join(", ")
    )]
    Missing(Vec<&'static str>),
    /// A column stands twice, so its meaning is not certain.
    #[error("列「{0}」が2つあります。1つにしてください / the column {0} stands twice in the heading row: leave one")]
    Twice(&'static str),
    /// No heading is one that is looked for.
    #[error(
        "見出しの行に「{}」などの列が1つもありません。文字コードと、1行目が見出しの行であることを確かめてください \
         / no heading of the file is one of {}, …: is it UTF-8, CP932 or UTF-16, and is its first row the heading row?",
        .0.join("」「"),
        .0.join(", ")
    )]
    Strange(Vec<&'static str>),
}

/// A column that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub heading: &'static str,
    /// Whether a file without it is refused.
    pub required: bool,
}

/// A table that is being read.
pub struct Sheet<R> {
    lines: Lines<R>,
    /// The rows, where the file is a workbook and no text.
    book: Option<Book>,
    gaiji: Arc<Gaiji>,
    keeps_unknown: bool,
    headings: Vec<String>,
    /// The line at hand; its text is reused.
    line: Line,
    /// Lines that were looked at for the end of a quoted cell.
    ahead: VecDeque<Line>,
    row: Row,
    rows: u64,
    unreadable: u64,
}

impl<R: Read> Sheet<R> {
    /// Reads the heading row.
    pub fn open(input: R, options: impl Into<Options>) -> Result<Sheet<R>, SheetError> {
        let options = options.into();
        let mut lines = Lines::open(input, options.encoding)?;
        let book = if book::is_book(lines.beginning()?)? { Some(Book::open(lines.rest(book::MOST)?)?) } else { None };
        let mut sheet = Sheet {
            lines,
            book,
            gaiji: options.gaiji,
            keeps_unknown: options.keeps_unknown,
            headings: Vec::new(),
            line: Line::default(),
            ahead: VecDeque::new(),
            row: Row::default(),
            rows: 0,
            unreadable: 0,
        };
        if let Some(book) = &mut sheet.book {
            sheet.headings = headings(&book.headings()?.ok_or(SheetError::Empty)?);
            return Ok(sheet);
        }
        while sheet.next_line()? {
            if sheet.line.text.is_empty() {
                continue;
            }
            let mut row = Row::default();
            if row.feed(&sheet.line.text, false) != Progress::Whole {
                return Err(SheetError::Empty);
            }
            sheet.headings = headings(&row);
            return Ok(sheet);
        }
        Err(SheetError::Empty)
    }

    /// The headings, without spaces around them.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// Where each of these columns stands.
    pub fn places<const N: usize>(&self, columns: &[Column; N]) -> Result<[Option<usize>; N], HeadingError> {
        let mut places = [None; N];
        for (place, column) in places.iter_mut().zip(columns) {
            let mut found = (0..).zip(&self.headings).filter(|(_, heading)| *heading == column.heading).map(|(at, _)| at);
            *place = found.next();
            if found.next().is_some() {
                return Err(HeadingError::Twice(column.heading));
            }
        }
        let lacking = columns.iter().zip(&places).filter(|(column, place)| column.required && place.is_none());
        let lacking: Vec<&'static str> = lacking.map(|(column, _)| column.heading).collect();
        if !lacking.is_empty() && places.iter().all(Option::is_none) {
            return Err(HeadingError::Strange(lacking));
        }
        if lacking.is_empty() { Ok(places) } else { Err(HeadingError::Missing(lacking)) }
    }

    /// The next row, or why it is refused; `None` at the end. A row has as many cells as the heading row, and every character of it can be read.
    pub fn next_row(&mut self) -> Result<Option<Result<&Row, Rejected>>, SheetError> {
        if let Some(book) = &mut self.book {
            let Some(width) = book.next(&mut self.row, self.headings.len()) else { return self.end() };
            self.rows += 1;
            let rejected = self.too_wide(width).or_else(|| self.check());
            return Ok(Some(rejected.map_or(Ok(&self.row), Err)));
        }
        loop {
            if !self.next_line()? {
                return self.end();
            }
            if !self.line.text.is_empty() {
                break;
            }
        }
        self.rows += 1;
        self.row.line = self.line.number;
        if memchr::memchr(b'"', self.line.text.as_bytes()).is_none() {
            self.row.split(&mut self.line.text);
        } else {
            self.row.clear();
            let progress = match self.row.feed(&self.line.text, false) {
                Progress::Open => self.go_on()?,
                progress => progress,
            };
            match progress {
                Progress::Whole => {}
                Progress::Open => {
                    return Ok(Some(Err(Rejected::row(
                        self.row.line,
                        "引用符 (\") が閉じていません。この行の引用符を直してください",
                        "a quote is not closed: mend the quotes of this line",
                    ))));
                }
                Progress::Misquoted => {
                    return Ok(Some(Err(Rejected::row(
                        self.row.line,
                        "引用符 (\") の後に文字があります。この行の引用符を直してください",
                        "something stands after a closing quote: mend the quotes of this line",
                    ))));
                }
            }
        }
        match self.check() {
            Some(rejected) => Ok(Some(Err(rejected))),
            None => Ok(Some(Ok(&self.row))),
        }
    }

    /// The row at hand: of a refused one the cells before the mistake, as they can be shown.
    pub fn row(&self) -> &Row {
        &self.row
    }

    /// A quote is open at the end of the line: looks for its end in the lines that follow. One that leads into a row of its own was never
    /// closed, and then the lines that follow are rows of their own.
    fn go_on(&mut self) -> io::Result<Progress> {
        let begun = self.row.ends.len();
        let progress = self.go_on_from(begun)?;
        if progress != Progress::Whole {
            self.row.ends.truncate(begun);
        }
        Ok(progress)
    }

    fn go_on_from(&mut self, begun: usize) -> io::Result<Progress> {
        let mut alone = Row::default();
        for at in 0..CELL_LINES {
            if self.ahead.len() <= at {
                let number = self.ahead.back().map_or(self.line.number, |line| line.number);
                let mut line = Line { text: String::new(), number };
                if !self.lines.next(&mut line)? {
                    return Ok(Progress::Open);
                }
                self.ahead.push_back(line);
            }
            let Some(line) = self.ahead.get(at) else { return Ok(Progress::Open) };
            self.row.text.push('\n');
            let progress = self.row.feed(&line.text, true);
            alone.clear();
            let is_row = alone.feed(&line.text, false) == Progress::Whole && alone.len() == self.headings.len();
            match progress {
                // A cell that began in the first column ends in a line that has all columns, too.
                Progress::Whole if self.row.len() == self.headings.len() && !(is_row && begun > 0) => {
                    self.line.number = line.number;
                    self.ahead.drain(..=at);
                    return Ok(Progress::Whole);
                }
                Progress::Open if !is_row => {}
                _ => return Ok(Progress::Open),
            }
        }
        Ok(Progress::Open)
    }

    /// Why the row at hand is refused.
    fn check(&mut self) -> Option<Rejected> {
        let line = self.row.line;
        let heading = |at: Option<usize>| at.and_then(|at| self.headings.get(at)).cloned().unwrap_or_default();
        let bytes = self.row.text.as_bytes();
        let is_broken = memchr::memmem::find(bytes, "\u{fffd}".as_bytes()).is_some() || memchr::memchr2(0, b'\r', bytes).is_some();
        if is_broken {
            let found = ['\u{fffd}', '\0', '\r'].into_iter().find_map(|character| self.row.cell_with(character));
            self.unreadable += 1;
            return Some(Rejected::cell(
                line,
                heading(found),
                "読めない文字があります。文字コードとこの行を確かめてください",
                "holds a character that cannot be read: look at the encoding and at this line",
            ));
        }
        if self.row.len() != self.headings.len() {
            return Some(self.other_width(self.row.len()));
        }
        if has_private_use(&self.row.text) && !(self.keeps_unknown && self.gaiji.is_empty()) {
            return self.replace_own();
        }
        None
    }

    /// Why a row of a workbook is refused that holds something beyond the heading row's last column.
    fn too_wide(&self, width: usize) -> Option<Rejected> {
        (width > self.headings.len()).then(|| self.other_width(width))
    }

    fn other_width(&self, cells: usize) -> Rejected {
        let columns = self.headings.len();
        Rejected::row(
            self.row.line,
            format!("列が{cells}個あります。見出しの行と同じ{columns}個にしてください"),
            format!("the row has {cells} columns; the heading row has {columns}"),
        )
    }

    /// Replaces the city's own characters by what they stand for.
    fn replace_own(&mut self) -> Option<Rejected> {
        let mut replaced = Row { line: self.row.line, ..Row::default() };
        for (at, cell) in self.row.iter().enumerate() {
            match self.gaiji.replace(cell) {
                Ok(cell) => {
                    replaced.text.push_str(&cell);
                    replaced.ends.push(replaced.text.len());
                    replaced.text.push(',');
                }
                Err(_) if self.keeps_unknown => {
                    replaced.text.push_str(cell);
                    replaced.ends.push(replaced.text.len());
                    replaced.text.push(',');
                }
                Err(unknown) => {
                    let code = u32::from(unknown);
                    return Some(Rejected::cell(
                        self.row.line,
                        self.headings.get(at).cloned().unwrap_or_default(),
                        format!("外字 U+{code:04X} があります。gaiji.csv にこの外字の文字を書いてください"),
                        format!("holds U+{code:04X}, a character of the city's own: say in gaiji.csv what it stands for"),
                    ));
                }
            }
        }
        self.row = replaced;
        None
    }

    fn next_line(&mut self) -> io::Result<bool> {
        match self.ahead.pop_front() {
            Some(line) => {
                self.line = line;
                Ok(true)
            }
            None => self.lines.next(&mut self.line),
        }
    }

    /// The heading row counts as one that could be read: one bad row of one is a row.
    fn end<T>(&self) -> Result<Option<T>, SheetError> {
        let (rows, unreadable, encoding) = (self.rows, self.unreadable, self.lines.encoding);
        if unreadable * 2 > rows + 1 { Err(SheetError::Encoding { unreadable, rows, encoding }) } else { Ok(None) }
    }
}

fn headings(row: &Row) -> Vec<String> {
    row.iter().map(|heading| heading.trim_matches([' ', '\u{3000}', '\u{feff}']).to_owned()).collect()
}

impl<R> std::fmt::Debug for Sheet<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sheet").field("encoding", &self.lines.encoding).field("rows", &self.rows).finish_non_exhaustive()
    }
}
