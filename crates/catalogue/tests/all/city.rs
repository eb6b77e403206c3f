//! The sheets of a city's folder: institutions, prices, offices, characters of its own.

use catalogue::{Catalogue, CatalogueError};
use vocabulary::{FiscalYear, Yen, day};

fn load(sheets: &[(&str, &str)]) -> Result<Catalogue, CatalogueError> {
    Catalogue::from_texts(sheets.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())))
}

#[track_caller]
fn findings(sheets: &[(&str, &str)]) -> Vec<(Option<usize>, String)> {
    match load(sheets) {
        Err(CatalogueError::Findings(findings)) => findings.into_iter().map(|finding| (finding.line, finding.key)).collect(),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("accepted"),
    }
}

const INSTITUTIONS: &str = "医療機関コード,名称,名称カナ,郵便番号,住所,電話番号,開始日,終了日,事業
0110113719,みほん\u{e000}医院,,980-0000,中央一丁目,,2026-04-01,R9.3.31,stomach|lung
K-12,となり医院,,,,,,,
";
const GAIJI: &str = "外字コード,文字\nU+E000,辻\u{e0101}\n";

#[test]
fn an_institution_has_a_name_and_does_its_programmes_in_its_time() {
    let catalogue = load(&[("institutions.csv", INSTITUTIONS), ("gaiji.csv", GAIJI)]).unwrap();
    assert_eq!(catalogue.institution_name("0110113719"), "みほん辻\u{e0101}医院");
    assert_eq!(catalogue.institution_name("K-99"), "K-99");
    let on = |number| day::from_number(number).unwrap();
    let one = catalogue.institution("0110113719").unwrap();
    assert!(one.does("lung", on(20_260_401)) && one.does("lung", on(20_270_331)));
    assert!(!one.does("breast", on(20_260_401)) && !one.does("lung", on(20_260_331)) && !one.does("lung", on(20_270_401)));
    assert!(catalogue.institution("K-12").unwrap().does("breast", on(20_260_331)));
}

#[test]
fn a_price_of_the_institution_goes_before_that_of_all_and_the_class_before_everybody() {
    let prices = "医療機関コード,事業,検査,年度,単価,自己負担区分,自己負担額
,lung,chest_xray,2026,3300,,300
,lung,chest_xray,2026,3300,3,0
K-12,lung,chest_xray,2026,4000,,500
,lung,chest_xray,2027,3500,,
";
    let catalogue = load(&[("institutions.csv", INSTITUTIONS), ("gaiji.csv", GAIJI), ("prices.csv", prices)]).unwrap();
    let prices = catalogue.prices();
    let price = |institution: &str, year| prices.unit_price(institution, "lung", "chest_xray", FiscalYear(year));
    assert_eq!([price("", 2026), price("K-12", 2026), price("0110113719", 2027)], [3300, 4000, 3500].map(|yen| Some(Yen(yen))));
    assert_eq!((price("K-12", 2025), prices.unit_price("K-12", "lung", "sputum", FiscalYear(2026))), (None, None));
    let copay = |institution: &str, year, class| prices.copay(institution, "lung", "chest_xray", FiscalYear(year), class);
    assert_eq!([copay("", 2026, "1"), copay("", 2026, "3"), copay("K-12", 2026, "3")], [300, 0, 500].map(|yen| Some(Yen(yen))));
    assert_eq!(copay("", 2027, "1"), None);
}

#[test]
fn a_district_is_served_by_one_office() {
    let offices = "所属コード,名称,行政区コード\n01,本庁,001|002\n02,支所,003\n";
    let catalogue = load(&[("offices.csv", offices)]).unwrap();
    assert_eq!(catalogue.office_of("003").map(|office| office.name.as_str()), Some("支所"));
    assert!(catalogue.office_of("004").is_none());
    let twice = findings(&[("offices.csv", "所属コード,名称,行政区コード\n01,本庁,001\n01,,001\n")]);
    assert_eq!(twice, [(Some(3), "名称".to_owned()), (Some(3), "所属コード".to_owned()), (Some(3), "行政区コード".to_owned())]);
}

#[test]
fn every_mistake_of_a_sheet_is_named_with_line_and_column() {
    let institutions = "医療機関コード,名称,開始日,終了日,事業,余り
0110113718,医院,,,,
K-1,,2026-13-01,,,
K-1,医院,2026-04-01,2026-03-31,gastric,
K-2,\"医院,,,,
K-3,\u{e001}医院,,,,
";
    let expected = [
        (1, "余り"),
        (2, "医療機関コード"),
        (3, "名称"),
        (3, "開始日"),
        (4, "事業"),
        (4, "医療機関コード"),
        (4, "終了日"),
        (5, ""),
        (6, "名称"),
    ];
    assert_eq!(findings(&[("institutions.csv", institutions)]), expected.map(|(line, column)| (Some(line), column.to_owned())));
    let prices = "医療機関コード,事業,検査,年度,単価,自己負担区分,自己負担額
K-9,lung,chest_xray,2026,3300,,
,gastric,xray,2026,100,,
,lung,xray,26,-1,8,
,lung,sputum,2026,100,,101
,lung,sputum,2026,200,,
";
    let expected = [
        (2, "医療機関コード"),
        (3, "事業"),
        (4, "単価"),
        (4, "年度"),
        (4, "検査"),
        (4, "自己負担区分"),
        (5, "自己負担額"),
        (6, "医療機関コード"),
        (6, "単価"),
    ];
    let with_institutions = [("institutions.csv", "医療機関コード,名称\nK-1,医院\n"), ("prices.csv", prices)];
    assert_eq!(findings(&with_institutions), expected.map(|(line, column)| (Some(line), column.to_owned())));
    let gaiji = "外字コード,文字\nU+4E00,辻\nE000,ab\nE001,\u{e002}\nE003,辻\nE003,辻\n";
    let expected = [(2, "外字コード"), (3, "文字"), (4, ""), (6, "外字コード")];
    let found = findings(&[("gaiji.csv", gaiji)]);
    assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), expected.map(|(line, _)| Some(line)), "{found:?}");
    assert_eq!(findings(&[("prices.csv", "事業,単価\n")]), [(None, String::new())]);
}
