//! The ways in which a good file may be written.

use encoding_rs::SHIFT_JIS;
use sheets::{Column, Encoding, Gaiji, HeadingError, Options, Sheet};

use super::{read, read_with};

const TEXT: &str = "番号,氏名,備考\r\n1,髙橋 一,\"中央,\r\n一丁目\"\r\n\r\n2,見本 二,\"言った \"\"はい\"\"\"\r\n";

#[test]
fn r_reg_1_one_file_is_the_same_in_every_encoding() {
    let expected = ["1|髙橋 一|中央,\n一丁目", "2|見本 二|言った \"はい\""];
    let utf16 = |bytes: fn(u16) -> [u8; 2], text: &str| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let marked = format!("\u{feff}{TEXT}");
    let files = [
        TEXT.as_bytes().to_vec(),
        marked.clone().into_bytes(),
        SHIFT_JIS.encode(TEXT).0.into_owned(),
        utf16(u16::to_le_bytes, TEXT),
        utf16(u16::to_be_bytes, TEXT),
        utf16(u16::to_le_bytes, &marked),
        utf16(u16::to_be_bytes, &marked),
    ];
    for file in files {
        let read = read(&file);
        assert_eq!((read.good, read.bad), (expected.map(str::to_owned).to_vec(), Vec::new()));
    }
}

#[test]
fn r_reg_1_a_character_of_the_city_s_own_is_replaced_by_what_it_stands_for_or_costs_its_row() {
    // In UCS-2 as in CP932 (F0 40) it is a private-use character.
    let text = "番号,氏名\n1,\u{e000}井\n2,見本\n";
    let ucs2: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cp932 = [SHIFT_JIS.encode("番号,氏名\n1,").0.as_ref(), b"\xf0\x40", &SHIFT_JIS.encode("井\n2,見本\n").0].concat();
    let gaiji = Gaiji::new([('\u{e000}', "辻\u{e0101}".to_owned())]);
    for file in [text.as_bytes(), &ucs2, &cp932] {
        let known = read_with(file, Encoding::Auto, Some(&gaiji)).unwrap();
        assert_eq!(known.good, ["1|辻\u{e0101}井", "2|見本"]);
        let unknown = read(file);
        assert_eq!((unknown.good, unknown.bad), (vec!["2|見本".to_owned()], vec![(2, "氏名".to_owned())]));
        let mut kept = Sheet::open(file, Options { keeps_unknown: true, ..Options::default() }).unwrap();
        assert_eq!(kept.next_row().unwrap().unwrap().unwrap().get(1), Some("\u{e000}井"));
    }
}

#[test]
fn columns_are_found_by_their_headings_in_any_order() {
    const NUMBER: Column = Column { heading: "番号", required: true };
    const KANA: Column = Column { heading: "カナ", required: false };
    let places = |file: &str| Sheet::open(file.as_bytes(), Options::default()).unwrap().places(&[NUMBER, KANA]);
    assert_eq!(places("カナ,余り, 番号\u{3000}\n"), Ok([Some(2), Some(0)]));
    assert_eq!(places("番号\n"), Ok([Some(0), None]));
    assert_eq!(places("カナ\n"), Err(HeadingError::Missing(vec!["番号"])));
    assert_eq!(places("番号,番号\n"), Err(HeadingError::Twice("番号")));
    assert_eq!(places("a,b\n"), Err(HeadingError::Strange(vec!["番号"])));
}
