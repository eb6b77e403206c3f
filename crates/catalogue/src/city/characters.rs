//! `gaiji.csv`: what the city's private-use characters stand for.

use sheets::{Column, Gaiji, Options, Row, Sheet, SheetError, is_private_use};
use vocabulary::text;

use super::required;
use crate::findings::{Findings, Mistake, mistake};

const COLUMNS: [Column; 2] = [required("外字コード"), required("文字")];

/// A character for each code (`U+E000` or `E000`).
pub(super) fn read(file: &str, bytes: &[u8], findings: &mut Findings) -> Gaiji {
    let mut pairs: Vec<(char, String)> = Vec::new();
    let mut add = |row: &Row, [code, character]: [Option<usize>; 2], findings: &mut Findings| {
        let line = usize::try_from(row.line()).unwrap_or(usize::MAX);
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or_default().trim();
        let point =
            u32::from_str_radix(cell(code).trim_start_matches("U+"), 16).ok().and_then(char::from_u32).filter(|c| is_private_use(*c));
        let Some(point) = point else {
            findings.at(
                file,
                line,
                "外字コード",
                mistake!("外字コードではありません。例 U+E000", "is no private-use character, such as U+E000"),
            );
            return;
        };
        let stands_for = cell(character);
        if text::count(stands_for) != 1 || stands_for.chars().any(is_private_use) {
            findings.at(
                file,
                line,
                "文字",
                mistake!(
                    "Unicode の1文字ではありません（異体字セレクターは付けられます）",
                    "is not one character of Unicode (a variation selector may follow it)"
                ),
            );
        } else if pairs.iter().any(|(known, _)| *known == point) {
            findings.at(
                file,
                line,
                "外字コード",
                mistake!("U+{:04X} は前の行にもあります", "U+{:04X} stands in a row before this one", u32::from(point)),
            );
        } else {
            pairs.push((point, stands_for.to_owned()));
        }
    };
    let outcome = (|| {
        let mut sheet = Sheet::open(bytes, Options::default())?;
        let places = sheet.places(&COLUMNS)?;
        while let Some(row) = sheet.next_row()? {
            match row {
                Ok(row) => add(row, places, findings),
                Err(rejected) => findings.refused(file, rejected),
            }
        }
        Ok::<_, SheetError>(())
    })();
    if let Err(error) = outcome {
        findings.add(file, "", Mistake::of_both(&error.to_string()));
    }
    Gaiji::new(pairs)
}
