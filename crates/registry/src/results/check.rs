//! A dry run: what an import would say of a file, without a room. Whether its residents are known is not asked.

use std::io::Read;

use catalogue::Catalogue;

use super::file::File;
use super::form::Form;
use crate::RegistryError;
use crate::files::Rejected;
use crate::files::encoding::Encoding;
use crate::residents::Checked;

/// Reads a whole file of a record type and keeps nothing of it; `on` hears of the rows that an import would refuse.
pub fn check<R: Read>(
    catalogue: &Catalogue,
    record_type: u16,
    input: R,
    encoding: Encoding,
    on: &mut dyn FnMut(Rejected),
) -> Result<Checked, RegistryError> {
    let form = Form::of(catalogue, record_type)?;
    let mut file = File::open(&form, input, encoding)?;
    let mut checked = Checked::default();
    while let Some(row) = file.next_row()? {
        checked.read += 1;
        match row {
            Ok(row) => {
                // what a good row proves is worked out too: an import does the same before it writes
                let cells: Vec<&str> = row.cells.iter().map(String::as_str).collect();
                form.proofs(&cells, 0);
            }
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

    #[test]
    fn r_reg_6_a_dry_run_names_the_rows_that_an_import_would_refuse() {
        let catalogue = Catalogue::built_in().unwrap();
        let record = catalogue.record(2).unwrap();
        let header: Vec<&str> = record.header().collect();
        let text = format!("{}\n1,2\n", header.join(","));
        let mut lines = Vec::new();
        let checked = check(&catalogue, 2, text.as_bytes(), Encoding::Auto, &mut |rejected| lines.push(rejected.line)).unwrap();
        assert_eq!((checked, lines), (Checked { read: 1, rejected: 1 }, vec![2]));
        assert!(check(&catalogue, 2, &b"a,b\n"[..], Encoding::Auto, &mut |_| {}).is_err());
    }
}
