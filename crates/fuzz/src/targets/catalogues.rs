//! A city's catalogue, and the cells of its record types.

use std::sync::LazyLock;

use catalogue::Catalogue;

use super::{ready, text};

/// Shared with the files of results.
pub(super) static BUILT_IN: LazyLock<anyhow::Result<Catalogue>> = LazyLock::new(|| Ok(Catalogue::built_in()?));

/// First line: path in the catalogue; the rest: the file.
pub(super) fn catalogue(input: &[u8]) {
    let text = text(input);
    let (path, file) = text.split_once('\n').unwrap_or((&text, ""));
    let Ok(catalogue) = Catalogue::from_texts([(path.to_owned(), file.to_owned())]) else { return };
    for record in catalogue.records() {
        assert_eq!(record.header().len(), record.items.len());
        assert_eq!(catalogue.record(record.number).map(|found| &found.id), Some(&record.id), "a number stands for one record type");
    }
    for programme in catalogue.programmes() {
        assert!(catalogue.record(programme.result.record).is_some(), "every reference resolves");
    }
}

/// Cells, separated by tabs; read as the items of every record type in turn.
pub(super) fn record_row(input: &[u8]) {
    let text = text(input);
    let cells: Vec<&str> = text.split('\t').collect();
    let catalogue = ready(&BUILT_IN);
    for record in catalogue.records() {
        let row: Vec<&str> = cells.iter().copied().chain(std::iter::repeat("")).take(record.items.len()).collect();
        let problems = catalogue.validate(record, &row);
        let mut refused = 0;
        for (item, cell) in record.items.iter().zip(&row) {
            match item.canonical(cell) {
                Ok(form) => {
                    assert_eq!(item.canonical(&form).as_deref(), Ok(form.as_ref()), "{}: a form is its own form", item.id);
                    assert!(item.value(&form).is_ok(), "{}: what is kept has a value", item.id);
                }
                Err(_) => refused += 1,
            }
        }
        assert_eq!(problems.len(), refused, "one problem for each refused cell");
    }
}
