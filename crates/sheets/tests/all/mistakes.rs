//! What a mistake in a file costs: its row, and no other.

use sheets::{Encoding, SheetError};

use super::{read, read_with};

const ROWS: usize = 300;

/// A file with some lines changed; every fourth row has a quoted cell.
fn file(mend: impl Fn(usize, &str) -> Vec<u8>) -> Vec<u8> {
    let mut file = "番号,氏名,住所\n".as_bytes().to_vec();
    for row in 2..ROWS + 2 {
        let line = if row % 4 == 0 { format!("{row},見本,\"中央,{row}番\"\n") } else { format!("{row},見本,中央{row}番\n") };
        file.extend(mend(row, &line));
    }
    file
}

#[track_caller]
fn costs_one_row(at: usize, broken: &[u8], column: &str) {
    let read = read(&file(|row, line| if row == at { broken.to_vec() } else { line.as_bytes().to_vec() }));
    assert_eq!(read.bad, [(at as u64, column.to_owned())], "{}", String::from_utf8_lossy(broken));
    assert_eq!(read.good.len(), ROWS - 1);
}

#[test]
fn r_reg_1_a_quote_that_is_never_closed_costs_its_row_and_no_other() {
    for at in [2, 3, 4, 7, ROWS, ROWS + 1] {
        for broken in ["7,\"見本,中央\n", "\"7,見本,中央\n", "7,見本,\"中央\n", "7,\"\"\"見本,中央\n", "7,見本,\"\n", "7,\"見\"本,中央\n"]
        {
            costs_one_row(at, broken.as_bytes(), "");
        }
    }
}

#[test]
fn r_reg_1_quotes_that_are_never_closed_in_rows_beside_each_other_cost_these_rows() {
    let read =
        read(&file(
            |row, line| if (10..13).contains(&row) { format!("{row},\"見本,中央\n").into_bytes() } else { line.as_bytes().to_vec() },
        ));
    assert_eq!(read.bad.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [10, 11, 12]);
    assert_eq!(read.good.len(), ROWS - 3);
}

#[test]
fn r_reg_1_a_stray_byte_costs_its_row_alone() {
    for at in [2, 9, ROWS + 1] {
        costs_one_row(at, b"7,\xff,x\n", "氏名");
        costs_one_row(at, b"7,a,\x81\n", "住所");
        costs_one_row(at, b"7,a,b\0\n", "住所");
        costs_one_row(at, b"7,a,b\rc\n", "住所");
    }
}

#[test]
fn r_reg_1_a_row_with_fewer_or_more_cells_than_the_heading_is_refused() {
    costs_one_row(9, b"7,a\n", "");
    costs_one_row(9, b"7,a,b,c\n", "");
}

#[test]
fn lines_are_counted_on_after_a_cell_of_several_lines_and_after_a_refused_one() {
    let read = read("a,b\n1,\"x\ny\"\n2\n\"3,z\n4,w\n5\n".as_bytes());
    assert_eq!(read.good, ["1|x\ny", "4|w"]);
    assert_eq!(read.bad, [(4, String::new()), (5, String::new()), (7, String::new())]);
}

#[test]
fn r_reg_1_the_encoding_is_told_wrong_only_when_most_of_the_file_is() {
    let cp932 = encoding_rs::SHIFT_JIS.encode(&"番号,氏名\n1,見本\n2,見本\n3,a\n4,見本\n".replace("番号,氏名", "id,name")).0.into_owned();
    let Err(SheetError::Encoding { unreadable, rows, encoding }) = read_with(&cp932, Encoding::Utf8, None) else { panic!("accepted") };
    assert_eq!((unreadable, rows, encoding), (3, 4, Encoding::Utf8));
    let one = read_with("id,name\n1,a\n2,b\n".as_bytes(), Encoding::Cp932, None).unwrap();
    assert_eq!(one.good.len(), 2);
    let two = read_with(b"id,name\n1,\xff\n2,b\n", Encoding::Utf8, None).unwrap();
    assert_eq!(two.bad, [(2, "name".to_owned())]);
}

#[test]
fn a_file_without_a_heading_row_is_refused_whole() {
    for file in ["", "\n\n", "a,\"b\n1,2\n"] {
        assert!(matches!(read_with(file.as_bytes(), Encoding::Auto, None), Err(SheetError::Empty)), "{file:?}");
    }
}
