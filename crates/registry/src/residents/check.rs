//! A dry run: what an import would say of a file, without a room.

use std::collections::HashSet;
use std::io::Read;

use sheets::Options;

use super::compare::stands_before;
use super::file::{File, FileError};
use crate::files::Rejected;

/// What a dry run found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Checked {
    /// Rows of the file.
    pub read: u64,
    /// Rows that an import would refuse.
    pub rejected: u64,
}

/// Reads the whole file and keeps nothing of it; `on` hears of the rows that an import would refuse.
pub fn check<R: Read>(input: R, options: impl Into<Options>, on: &mut dyn FnMut(Rejected)) -> Result<Checked, FileError> {
    let mut file = File::open(input, options)?;
    let mut checked = Checked::default();
    let (mut canonical, mut seen) = (Vec::new(), HashSet::new());
    while let Some(row) = file.next_row()? {
        checked.read += 1;
        match row.and_then(|row| if seen.insert(row.resident) { Ok(row) } else { Err(stands_before(row.line)) }) {
            Ok(row) => row.canonical(&mut canonical),
            Err(rejected) => {
                checked.rejected += 1;
                on(rejected);
            }
        }
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::encoding::Encoding;

    #[test]
    fn r_reg_1_a_dry_run_names_the_rows_that_an_import_would_refuse() {
        let text = "住民番号,世帯番号,氏名,氏名カナ,性別,生年月日,住所,住民区分\n1,1,見本,ミホン,1,19870401,中央,1\n2,1,見本,ミホン,8,19870401,中央,1\n1,1,見本,ミホン,1,19870401,中央,1\n";
        let mut lines = Vec::new();
        let checked = check(text.as_bytes(), Encoding::Auto, &mut |rejected| lines.push((rejected.line, rejected.column))).unwrap();
        assert_eq!((checked, lines), (Checked { read: 3, rejected: 2 }, vec![(3, "性別".into()), (4, "住民番号".into())]));
    }
}
