//! What differs between two versions of a city's folder.

use catalogue::{CityFolder, changes};

fn folder(files: &[(&str, &str)]) -> CityFolder {
    files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
}

fn told(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<String> {
    changes(&folder(before), &folder(after)).iter().map(ToString::to_string).collect()
}

const CODES: &str =
    "[[table]]\nid = \"ear\"\nname = \"耳\"\n[[table.code]]\nvalue = \"1\"\nname = \"右\"\n[[table.code]]\nvalue = \"2\"\nname = \"左\"\n";

#[test]
fn a_changed_key_is_named_with_both_values_and_order_and_blank_lines_are_no_change() {
    let after = CODES.replace("左", "左耳");
    assert_eq!(told(&[("codes/ear.toml", CODES)], &[("codes/ear.toml", &after)]), ["codes ear code.2.name: 左 → 左耳"]);
    let moved = "[[table]]\nname = \"耳\"\nid = \"ear\"\n\n[[table.code]]\nvalue = \"2\"\nname = \"左\"\n[[table.code]]\nvalue = \"1\"\nname = \"右\"\n";
    assert_eq!(told(&[("codes/ear.toml", CODES)], &[("codes/other.toml", moved)]), Vec::<String>::new());
}

#[test]
fn what_comes_and_goes_is_named_whole_and_what_replaces_something_built_in_by_its_keys() {
    assert_eq!(told(&[], &[("codes/ear.toml", CODES)]), ["codes ear: + 耳"]);
    assert_eq!(told(&[("codes/ear.toml", CODES)], &[]), ["codes ear: - 耳"]);
    let built_in = include_str!("../../../../catalogue/programmes/oral_health.toml");
    assert_eq!(told(&[], &[("programmes/own.toml", built_in)]), Vec::<String>::new());
    let dearer = built_in.replace("english = \"", "english = \"Own ");
    let found = told(&[], &[("programmes/own.toml", &dearer)]);
    assert!(found.iter().all(|line| line.starts_with("programmes oral_health ") && line.contains("→ Own ")), "{found:?}");
    assert!(!found.is_empty());
}

#[test]
fn a_price_is_told_from_others_by_everything_but_its_amounts() {
    let prices =
        "医療機関コード,事業,検査,年度,単価,自己負担区分,自己負担額\n,lung,chest_xray,2026,3300,,300\nM-1,lung,chest_xray,2026,3500,,300\n";
    let after = prices.replace("3500", "3600").replace(",300\nM", ",0\nM");
    assert_eq!(
        told(&[("prices.csv", prices)], &[("prices.csv", &after)]),
        ["prices.csv /lung/chest_xray/2026/ 自己負担額: 300 → 0", "prices.csv M-1/lung/chest_xray/2026/ 単価: 3500 → 3600"]
    );
    assert_eq!(
        told(&[("gaiji.csv", "外字コード,文字\nU+E000,辻\n")], &[("gaiji.csv", "外字コード,文字\nU+E001,葛\n")]),
        ["gaiji.csv U+E000: - 辻", "gaiji.csv U+E001: + 葛"]
    );
}
