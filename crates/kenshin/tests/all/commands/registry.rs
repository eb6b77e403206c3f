//! `kenshin registry …` on one synthetic city, from its files to its lists.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use super::{CITY, at, init};
use crate::support::city::{City, Resident, TODAY, rows};
use crate::support::due::{PROGRAMMES, due};
use crate::support::place::{Place, on_both};
use crate::support::program::{Done, run};

/// The day of the synthetic city, and of every list here.
const DAY: &str = "2026-11-22";

/// A city of files beside the place.
pub(super) fn city(place: &Place, residents: &str) -> PathBuf {
    let folder = place.beside("city");
    run(["synth", "--residents", residents, "--seed", "7", "--out", folder.to_str().unwrap()]).ended(0);
    folder
}

pub(super) fn registry(place: &Place, command: &str, rest: &[&str]) -> Done {
    let rest: Vec<&str> = ["--municipality", CITY].into_iter().chain(rest.iter().copied()).collect();
    at(place, &["registry", command], &rest)
}

/// Imports the register, the week, and every result file.
pub(super) fn import(place: &Place, folder: &std::path::Path) {
    init(place).ended(0);
    for file in ["residents.csv", "weekly-01.csv"] {
        registry(place, "import-residents", &[folder.join(file).to_str().unwrap()]).ended(0);
    }
    let mut files: Vec<PathBuf> = fs::read_dir(folder.join("results")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let number = file.file_name().unwrap().to_str().unwrap()[..2].parse::<u8>().unwrap().to_string();
        registry(place, "import-results", &["--type", &number, file.to_str().unwrap()]).ended(0);
    }
}

#[test]
fn the_list_of_the_eligible_is_the_rules_row_by_row() {
    on_both(|place| {
        let folder = city(place, "1000");
        import(place, &folder);
        let read = City::read(&folder);
        let expected = due(&read, TODAY);
        let out = place.beside("eligible.csv");
        let out = out.to_str().unwrap();
        let list = registry(place, "eligible", &["--fiscal-year", "2026", "--on", DAY, "--out", out, "--json"]).ended(0).json();
        assert_eq!(list["rows"], expected.len());
        let mut text = "住民番号,事業,検査,年齢\n".to_owned();
        for (resident, programme, examination, age) in &expected {
            writeln!(text, "{resident},{programme},{examination},{age}").unwrap();
        }
        same(&fs::read_to_string(out).unwrap(), &text);
        for (programme, _) in PROGRAMMES {
            registry(place, "eligible", &["--fiscal-year", "2026", "--on", DAY, "--programme", programme, "--out", out]).ended(0);
            let of_it = |line: &&str| line.starts_with("住民番号") || line.split(',').nth(1) == Some(programme);
            let text: String = text.lines().filter(of_it).flat_map(|line| [line, "\n"]).collect();
            same(&fs::read_to_string(out).unwrap(), &text);
        }
        explained(place, &read);
        identified(place, &folder, &read);
    });
}

/// The first line that differs says more than two texts of thousands.
fn same(found: &str, expected: &str) {
    let pair = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    assert!(pair.is_none(), "found and expected: {pair:?}");
    assert_eq!(found.lines().count(), expected.lines().count());
    assert_eq!(found, expected);
}

/// `explain` says of each examination whether it is in the list, with a reason.
fn explained(place: &Place, city: &City) {
    let due = due(city, TODAY);
    // Every shape that a city begins with: 39 and 40 by a day, foreign, moved out, died, outside the register.
    for (number, _) in city.residents.iter().take(4).chain(city.residents.iter().skip(10).take(6)) {
        for programme in ["cervix", "stomach"] {
            let asked = ["--resident", number, "--programme", programme, "--on", DAY, "--json"];
            let told = registry(place, "explain", &asked).ended(0).json();
            for verdict in told["verdicts"].as_array().unwrap() {
                let examination = verdict["examination"].as_str().unwrap();
                let listed = due.iter().any(|(resident, of, which, _)| resident == number && *of == programme && *which == examination);
                assert_eq!(verdict["due"], listed, "{number} {programme} {examination}: {told}");
                assert!(!verdict["ja"].as_str().unwrap().is_empty() && !verdict["en"].as_str().unwrap().is_empty());
            }
            assert!(!told["verdicts"].as_array().unwrap().is_empty());
        }
    }
    registry(place, "explain", &["--resident", "nobody", "--programme", "cervix", "--on", DAY]).ended(1);
}

/// `match` answers every row, and says 一致 of nobody else.
fn identified(place: &Place, folder: &std::path::Path, city: &City) {
    let out = place.beside("matches.csv");
    let incoming = folder.join("incoming.csv");
    let counts = registry(place, "match", &[incoming.to_str().unwrap(), "--out", out.to_str().unwrap(), "--json"]).ended(0).json();
    let mut judged: BTreeMap<String, u64> = BTreeMap::new();
    let matches = rows(&out);
    assert_eq!(matches.len(), city.truth.len());
    for row in &matches {
        if row["判定"] == "一致" {
            assert_eq!(row["住民番号"], city.truth[&row["受付番号"]], "a wrong 一致");
        }
        *judged.entry(row["判定"].clone()).or_default() += 1;
    }
    for (name, verdict) in [("matched", "一致"), ("review", "要確認"), ("unmatched", "該当なし")] {
        assert_eq!(counts[name], judged.get(verdict).copied().unwrap_or(0), "{name}");
    }
}

#[test]
fn r_reg_1_bad_rows_are_refused_with_line_and_reason_and_the_rest_goes_in() {
    on_both(|place| {
        let folder = city(place, "200");
        init(place).ended(0);
        let text = fs::read_to_string(folder.join("residents.csv")).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let rows = lines.len() - 1;
        // A wrong check digit in line 4, and a day that is none in line 7.
        let number = lines[3].split(',').nth(1).unwrap().to_owned();
        assert_eq!(number.len(), 12);
        let last = number.as_bytes()[11] - b'0';
        lines[3] = lines[3].replace(&number, &format!("{}{}", &number[..11], (last + 1) % 10));
        let birth = lines[6].split(',').nth(6).unwrap().to_owned();
        lines[6] = lines[6].replacen(&birth, "1987-02-30", 1);
        let file = place.beside("bad.csv");
        fs::write(&file, lines.join("\r\n") + "\r\n").unwrap();
        let rejects = place.beside("rejects.csv");
        let asked = [file.to_str().unwrap(), "--rejects", rejects.to_str().unwrap(), "--json"];
        let counts = registry(place, "import-residents", &asked).ended(1).json();
        assert_eq!(counts["read"], rows);
        assert_eq!((&counts["added"], &counts["rejected"]), (&serde_json::json!(rows - 2), &serde_json::json!(2)));
        let rejected = crate::support::city::rows(&rejects);
        let of: Vec<(&str, &str)> = rejected.iter().map(|row| (row["行"].as_str(), row["列"].as_str())).collect();
        assert_eq!(of, [("4", "個人番号"), ("7", "生年月日")]);
        assert!(rejected.iter().all(|row| !row["理由"].is_empty()));
        let told = fs::read_to_string(&rejects).unwrap();
        assert!(!told.contains(&number[..11]), "the value of a refused row is not told");
        // Mended and imported again, the rest comes in and nothing else changes; then the file of rejects is not there.
        fs::remove_file(&rejects).unwrap();
        let asked = [folder.join("residents.csv").to_str().unwrap().to_owned(), "--json".to_owned()];
        let shown = registry(place, "import-residents", &[&asked[0], &asked[1], "--dry-run", "--kind", "full"]).ended(0).json();
        assert_eq!((&shown["new"], &shown["changed"], &shown["missing"]), (&2.into(), &0.into(), &0.into()));
        let counts = registry(place, "import-residents", &[&asked[0], &asked[1]]).ended(0).json();
        assert_eq!((&counts["added"], &counts["changed"]), (&serde_json::json!(2), &serde_json::json!(0)));
        assert!(!folder.join("residents.rejects.csv").exists());
    });
}

#[test]
fn a_file_that_is_none_is_refused_whole() {
    let place = Place::folder();
    init(&place).ended(0);
    let file = place.beside("other.csv");
    fs::write(&file, "住民番号,氏名\n1,見本　花子\n").unwrap();
    let rejects = place.beside("other.rejects.csv");
    for (command, rest) in [("import-residents", &[][..]), ("import-results", &["--type", "8"][..])] {
        let rest: Vec<&str> = rest.iter().copied().chain([file.to_str().unwrap()]).collect();
        registry(&place, command, &rest).ended(1);
        let told = crate::support::city::rows(&rejects);
        assert_eq!(told.len(), 1, "{command}: {told:?}");
        assert_eq!((told[0]["行"].as_str(), told[0]["列"].as_str()), ("1", ""));
        assert!(!told[0]["理由"].is_empty() && !told[0]["理由"].contains("見本"), "{told:?}");
        fs::remove_file(&rejects).unwrap();
    }
    // A path that was mistyped leaves nothing where it points.
    let nowhere = place.beside("nowhere.csv");
    registry(&place, "import-residents", &[nowhere.to_str().unwrap()]).ended(1);
    registry(&place, "import-results", &["--type", "8", nowhere.to_str().unwrap()]).ended(1);
    assert!(!place.beside("nowhere.rejects.csv").exists());
}

#[test]
fn results_of_nobody_are_refused_and_the_rest_goes_in_once() {
    let place = Place::folder();
    let folder = city(&place, "300");
    init(&place).ended(0);
    let read = City::read(&folder);
    registry(&place, "import-residents", &[folder.join("residents.csv").to_str().unwrap()]).ended(0);
    let file = fs::read_dir(folder.join("results")).unwrap().map(|entry| entry.unwrap().path());
    let file = file.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("02_")).max().unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let known = text.lines().count() - 1;
    let somebody = text.lines().nth(1).unwrap();
    let resident = somebody.split(',').next().unwrap();
    assert!(read.residents.get(resident).map(Resident::is_woman).is_some());
    let more = place.beside("stomach.csv");
    fs::write(&more, format!("{}\n{}\n", text.trim_end(), somebody.replacen(resident, "9999999999", 1))).unwrap();
    let asked = ["--type", "2", more.to_str().unwrap(), "--json"];
    // Shown first: the same counts and refused rows, and nothing is in.
    let elsewhere = place.beside("shown.csv");
    let only_shown = ["--dry-run", "--rejects", elsewhere.to_str().unwrap()];
    let shown = registry(&place, "import-results", &[asked.as_slice(), &only_shown].concat()).ended(1).json();
    let rejects = fs::read_to_string(&elsewhere).unwrap();
    assert!(!place.beside("stomach.rejects.csv").exists());
    assert_eq!(records_of_the_stomach(&place), 0);
    let counts = registry(&place, "import-results", &asked).ended(1).json();
    assert_eq!((&counts, fs::read_to_string(place.beside("stomach.rejects.csv")).unwrap()), (&shown, rejects));
    assert_eq!(records_of_the_stomach(&place), known);
    assert_eq!((&counts["added"], &counts["rejected"]), (&serde_json::json!(known), &serde_json::json!(1)));
    assert!(fs::read_to_string(place.beside("stomach.rejects.csv")).unwrap().lines().count() >= 2);
    let counts = registry(&place, "import-results", &["--type", "2", file.to_str().unwrap(), "--json"]).ended(0).json();
    assert_eq!((&counts["added"], &counts["unchanged"]), (&serde_json::json!(0), &serde_json::json!(known)));
}

fn records_of_the_stomach(place: &Place) -> usize {
    let out = place.beside("exported.csv");
    registry(place, "export-results", &["--type", "2", "--out", out.to_str().unwrap()]).ended(0);
    fs::read_to_string(&out).unwrap().lines().count() - 1
}
