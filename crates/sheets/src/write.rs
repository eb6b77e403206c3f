//! The writer of CSV: UTF-8, LF, quotes where they must be (RFC 4180).

use std::io::{self, Write};

/// Bytes that are gathered before they are written out.
const GATHERED: usize = 1 << 16;

/// Writes rows. What was not finished may lack its last rows.
#[must_use = "rows are written out when it is finished"]
pub struct Writer<W: Write> {
    out: W,
    gathered: String,
    /// A cell that a spreadsheet would compute is written so that it shows it instead.
    inert: bool,
}

impl<W: Write> Writer<W> {
    /// For programs: every cell as it is.
    pub fn interchange(out: W) -> Writer<W> {
        Writer { out, gathered: String::new(), inert: false }
    }

    /// For people, who open the file with a spreadsheet: a cell that begins like a formula gets an apostrophe before it.
    pub fn for_people(out: W) -> Writer<W> {
        Writer { out, gathered: String::new(), inert: true }
    }

    /// Writes a row.
    pub fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) -> io::Result<()> {
        let start = self.gathered.len();
        for cell in cells {
            let cell = cell.as_ref();
            if self.inert && cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) {
                append_cell(&format!("'{cell}"), &mut self.gathered);
            } else {
                append_cell(cell, &mut self.gathered);
            }
        }
        end_row(&mut self.gathered);
        // A row of one empty cell would be an empty line, which says nothing.
        if self.gathered.len() == start + 1 {
            self.gathered.insert_str(start, "\"\"");
        }
        if self.gathered.len() >= GATHERED {
            self.out.write_all(self.gathered.as_bytes())?;
            self.gathered.clear();
        }
        Ok(())
    }

    /// Writes out what is gathered → what was written to.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.write_all(self.gathered.as_bytes())?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl<W: Write> std::fmt::Debug for Writer<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("inert", &self.inert).finish_non_exhaustive()
    }
}

/// Adds a cell to a row in the making; quoted when it has to be.
pub fn append_cell(text: &str, row: &mut String) {
    if text.contains(['"', ',', '\n', '\r']) {
        row.push('"');
        for (at, part) in text.split('"').enumerate() {
            if at > 0 {
                row.push_str("\"\"");
            }
            row.push_str(part);
        }
        row.push('"');
    } else {
        row.push_str(text);
    }
    row.push(',');
}

/// Turns the last comma into the end of the line.
pub fn end_row(row: &mut String) {
    row.pop();
    row.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(mut writer: Writer<Vec<u8>>, rows: &[&[&str]]) -> String {
        rows.iter().for_each(|row| writer.row(*row).unwrap());
        String::from_utf8(writer.finish().unwrap()).unwrap()
    }

    #[test]
    fn cells_are_quoted_when_they_must_be() {
        let rows: [&[&str]; 3] = [&["a", "", "b,c", "d\"e", "f\ng", "h\rg"], &[""], &["", ""]];
        assert_eq!(written(Writer::interchange(Vec::new()), &rows), "a,,\"b,c\",\"d\"\"e\",\"f\ng\",\"h\rg\"\n\"\"\n,\n");
    }

    #[test]
    fn what_a_spreadsheet_would_compute_is_shown_to_people_and_kept_for_programs() {
        let row: &[&str] = &["=1+1", "+81", "-1", "@x", "a=b", "=\"a\""];
        assert_eq!(written(Writer::for_people(Vec::new()), &[row]), "'=1+1,'+81,'-1,'@x,a=b,\"'=\"\"a\"\"\"\n");
        assert_eq!(written(Writer::interchange(Vec::new()), &[row]), "=1+1,+81,-1,@x,a=b,\"=\"\"a\"\"\"\n");
    }
}
