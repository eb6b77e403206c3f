//! Files on managed media.

use std::io::Read as _;
use std::sync::LazyLock;

use registry::files::Media;
use registry::files::encoding::{Encoding, utf8};

use super::catalogues::BUILT_IN;
use super::{ready, text};

const ENCODINGS: [Encoding; 3] = [Encoding::Auto, Encoding::Utf8, Encoding::Cp932];

pub(super) fn encoding(input: &[u8]) {
    for encoding in ENCODINGS {
        let mut whole = Vec::new();
        let read = utf8(input, encoding).and_then(|mut reader| reader.read_to_end(&mut whole));
        assert!(read.is_ok(), "bytes in memory can always be read");
        assert!(
            encoding != Encoding::Cp932 || input.starts_with(b"\xef\xbb\xbf") || std::str::from_utf8(&whole).is_ok(),
            "decoded text is UTF-8"
        );
        let mut slowly: Vec<u8> = Vec::new();
        if let Ok(mut reader) = utf8(input, encoding) {
            let mut piece = [0; 3];
            while let Ok(count @ 1..) = reader.read(&mut piece) {
                slowly.extend(piece.iter().copied().take(count));
            }
        }
        assert_eq!(whole, slowly, "the size of the reader's buffer makes no difference");
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
