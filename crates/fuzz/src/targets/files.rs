//! Files on managed media.

use std::sync::LazyLock;

use registry::files::Media;
use sheets::{Encoding, Sheet};

use super::catalogues::BUILT_IN;
use super::{ready, text};

const ENCODINGS: [Encoding; 5] = [Encoding::Auto, Encoding::Utf8, Encoding::Cp932, Encoding::Utf16Le, Encoding::Utf16Be];

/// Any bytes as a table: every row is given or refused, and what is given has as many cells as the heading row and nothing unreadable.
pub(super) fn encoding(input: &[u8]) {
    for encoding in ENCODINGS {
        let Ok(mut sheet) = Sheet::open(input, encoding) else { continue };
        let (columns, mut last) = (sheet.headings().len(), 0);
        while let Ok(Some(row)) = sheet.next_row() {
            let line = match row {
                Ok(row) => {
                    assert_eq!(row.iter().count(), columns, "a row has the columns of the heading row");
                    assert!(row.iter().all(|cell| !cell.contains(['\u{fffd}', '\0', '\r'])), "what is given can be read");
                    row.line()
                }
                Err(rejected) => rejected.line,
            };
            assert!(line > last, "rows come in their order");
            last = line;
        }
    }
}

pub(super) fn residents(input: &[u8]) {
    for encoding in ENCODINGS {
        let mut refused = 0;
        if let Ok(checked) = registry::residents::check(input, encoding, &mut |_| refused += 1) {
            assert_eq!(checked.rejected, refused);
            assert!(checked.rejected <= checked.read && checked.read <= input.len() as u64);
        }
    }
}

pub(super) fn results(input: &[u8]) {
    let catalogue = ready(&BUILT_IN);
    for record in catalogue.records() {
        let mut refused = 0;
        if let Ok(checked) = registry::results::check(catalogue, record.number, input, Encoding::Auto, &mut |_| refused += 1) {
            assert_eq!(checked.rejected, refused);
            assert!(checked.rejected <= checked.read && checked.read <= input.len() as u64);
        }
    }
}

/// A folder with one file in it, and one beside it that no name may reach.
static MEDIA: LazyLock<anyhow::Result<(tempfile::TempDir, Media)>> = LazyLock::new(|| {
    let root = tempfile::tempdir()?;
    let folder = root.path().join("media");
    std::fs::create_dir(&folder)?;
    std::fs::write(folder.join("residents.csv"), "rows")?;
    std::fs::write(root.path().join("secret.csv"), "secret")?;
    let media = Media::open(Some(&folder))?;
    Ok((root, media))
});

pub(super) fn media_name(input: &[u8]) {
    let (_, media) = ready(&MEDIA);
    let name = text(input);
    assert_eq!(media.read(&name).is_ok(), name == "residents.csv", "the one file, by its name alone");
}
