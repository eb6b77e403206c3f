//! One row: its cells in one piece of text, and where each ends.

/// The cells of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    pub(crate) line: u64,
    /// The cells, with one byte between them.
    pub(crate) text: String,
    /// Where each cell ends in it.
    pub(crate) ends: Vec<usize>,
}

/// How far a row has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// The row is whole.
    Whole,
    /// A quote is open at the end of the line.
    Open,
    /// Something stands between a closing quote and the next comma.
    Misquoted,
}

impl Row {
    /// The line of the file on which it begins; 1 is the heading row.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A cell.
    pub fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)?;
        let start = if at == 0 { 0 } else { self.ends.get(at - 1)? + 1 };
        self.text.get(start..end)
    }

    /// The cells.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at).unwrap_or_default())
    }

    /// The first cell that holds a character.
    pub(crate) fn cell_with(&self, character: char) -> Option<usize> {
        (0..self.len()).find(|at| self.get(*at).is_some_and(|cell| cell.contains(character)))
    }

    /// The row whose line is `line`, which is left with the old row's text. Only for a line without quotes.
    pub(crate) fn split(&mut self, line: &mut String) {
        std::mem::swap(&mut self.text, line);
        self.ends.clear();
        self.ends.extend(memchr::memchr_iter(b',', self.text.as_bytes()));
        self.ends.push(self.text.len());
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Adds a line to the row; `open` when a quote is open from the line before.
    pub(crate) fn feed(&mut self, line: &str, mut open: bool) -> Progress {
        let mut rest = line;
        loop {
            if !open {
                match rest.strip_prefix('"') {
                    Some(quoted) => rest = quoted,
                    None => {
                        let (cell, more) = match rest.split_once(',') {
                            Some((cell, more)) => (cell, Some(more)),
                            None => (rest, None),
                        };
                        self.text.push_str(cell);
                        self.end_cell();
                        match more {
                            Some(more) => rest = more,
                            None => return Progress::Whole,
                        }
                        continue;
                    }
                }
            }
            open = false;
            // In quotes: to the next quote that is not doubled.
            loop {
                let Some((part, more)) = rest.split_once('"') else {
                    self.text.push_str(rest);
                    return Progress::Open;
                };
                self.text.push_str(part);
                match more.strip_prefix('"') {
                    Some(more) => {
                        self.text.push('"');
                        rest = more;
                    }
                    None => {
                        rest = more;
                        break;
                    }
                }
            }
            self.end_cell();
            match rest.strip_prefix(',') {
                Some(more) => rest = more,
                None if rest.is_empty() => return Progress::Whole,
                None => return Progress::Misquoted,
            }
        }
    }

    /// Adds a cell.
    pub(crate) fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.end_cell();
    }

    fn end_cell(&mut self) {
        self.ends.push(self.text.len());
        self.text.push(',');
    }
}

/// For tests and for rows that come from elsewhere.
impl<'c> FromIterator<&'c str> for Row {
    fn from_iter<I: IntoIterator<Item = &'c str>>(cells: I) -> Row {
        let mut row = Row::default();
        for cell in cells {
            row.push(cell);
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(line: &str) -> (Progress, Vec<String>) {
        let mut row = Row::default();
        (row.feed(line, false), row.iter().map(str::to_owned).collect())
    }

    #[test]
    fn cells_are_split_and_unquoted() {
        assert_eq!(
            cells("a,,\"b,c\",\"d\"\"e\",\"\",f\"g"),
            (Progress::Whole, ["a", "", "b,c", "d\"e", "", "f\"g"].map(str::to_owned).to_vec())
        );
        assert_eq!(cells("a,"), (Progress::Whole, vec!["a".to_owned(), String::new()]));
        assert_eq!(cells("a,\"b").0, Progress::Open);
        assert_eq!(cells("a,\"b\"c,d").0, Progress::Misquoted);
        let mut row = Row::default();
        row.split(&mut "a,,b".to_owned());
        assert_eq!(row.iter().collect::<Vec<_>>(), ["a", "", "b"]);
    }

    #[test]
    fn a_quoted_cell_goes_on_in_the_next_line() {
        let mut row = Row::default();
        assert_eq!(row.feed("1,\"a", false), Progress::Open);
        row.text.push('\n');
        assert_eq!(row.feed("b\",2", true), Progress::Whole);
        assert_eq!(row.iter().collect::<Vec<_>>(), ["1", "a\nb", "2"]);
    }
}
