//! `kenshin catalogue`, and commands with a city's folder.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::place::{Place, on_both};
use crate::support::program::run;

use super::{CITY, at, init};

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/city")
}

#[test]
fn every_mistake_of_a_folder_is_named_with_file_line_and_key() {
    let good = run(["catalogue", "check", example().to_str().unwrap()]).ended(0);
    assert!(good.out.contains("fits the built-in catalogue"), "{}", good.out);
    let place = Place::folder();
    let folder = place.beside("city");
    fs::create_dir_all(folder.join("programmes")).unwrap();
    let text = fs::read_to_string(example().join("programmes/hearing.toml")).unwrap();
    let text = text.replace("copay = 500", "copey = 500").replace("sex = \"any\"", "sex = \"all\"");
    fs::write(folder.join("programmes/hearing.toml"), text).unwrap();
    fs::create_dir_all(folder.join("texts")).unwrap();
    let text = fs::read_to_string(example().join("texts/voucher.toml")).unwrap();
    fs::write(folder.join("texts/voucher.toml"), text.replace("{programme}", "{program}").replace("contact =", "contacts =")).unwrap();
    let whole = "id = \"reminder\"\nname = \"a\"\nsubject = \"b\"\nbody = \"{nam}\"\npurpose = \"c\"\ncontact = \"d\"\n";
    fs::write(folder.join("texts/reminder.toml"), whole).unwrap();
    fs::write(folder.join("offices.csv"), "所属コード,名称\n").unwrap();
    fs::write(folder.join("instituions.csv"), "").unwrap();
    let bad = run(["catalogue", "check", folder.to_str().unwrap()]).ended(1);
    for found in [
        "programmes/hearing.toml:6: sex: unknown variant `all`",
        "programmes/hearing.toml:20: examination.audiometry.copey: unknown field",
        "examination.audiometry.copay: is missing",
        "texts/voucher.toml:7: contacts: unknown field",
        "texts/voucher.toml:1: contact: is missing: add it",
        "texts/reminder.toml:1: id: no letter `reminder` is printed: the letters are voucher",
        "the file lacks the columns 行政区コード",
        "instituions.csv: is no part of a catalogue",
    ] {
        assert!(bad.out.contains(found), "{found}: {}", bad.out);
    }
    let json = run(["catalogue", "check", folder.to_str().unwrap(), "--json"]).ended(1).json();
    assert!(json.as_array().unwrap().iter().any(|finding| finding["line"] == 6 && finding["key"] == "sex"), "{json}");
    run(["catalogue", "check", "no/such/folder"]).ended(1);
}

#[test]
fn what_holds_is_shown_with_where_it_comes_from() {
    let shown = run(["catalogue", "show", "--catalogue", example().to_str().unwrap()]).ended(0).out;
    let line = |what: &str| shown.lines().find(|line| line.contains(what)).unwrap_or_else(|| panic!("{what}: {shown}")).to_owned();
    assert!(line("records 101 hearing ").starts_with("city") && line("records 2 stomach ").starts_with("built in"));
    assert!(line("institutions").contains("1 rows") && line("programmes hearing").contains("programmes/hearing.toml"));
    let json = run(["catalogue", "show", "--json"]).ended(0).json();
    assert!(json.as_array().unwrap().iter().all(|holding| holding["origin"] == "builtIn"));
}

#[test]
fn r_reg_6_a_city_s_record_type_is_imported_and_exported_by_the_folder_that_its_setting_names() {
    on_both(|place| {
        let folder = example();
        let folder = folder.to_str().unwrap();
        at(place, &["init"], &["--municipality", CITY, "--name", "みほん市", "--catalogue", folder]).ended(0);
        let registry = |command: &str, rest: &[&str]| at(place, &["registry", command], &[&["--municipality", CITY], rest].concat());
        let residents = place.beside("residents.csv");
        fs::write(&residents, "住民番号,世帯番号,氏名,氏名カナ,性別,生年月日,住所,住民区分\n1,1,見本,ミホン,1,19500401,中央,1\n").unwrap();
        registry("import-residents", &[residents.to_str().unwrap()]).ended(0);
        let (file, out, due) = (place.beside("101.csv"), place.beside("out.csv"), place.beside("due.csv"));
        fs::write(&file, "住民番号,履歴番号,年度,受診日,受診医療機関管理番号,受診区分,聴力（右）,聴力（左）,補聴器,総合判定,備考\n1,1,2025,2025-05-01,M-0001,1,45,30,1,2,\n").unwrap();
        let [file, out, due] = [&file, &out, &due].map(|path| path.to_str().unwrap());
        let imported = registry("import-results", &["--type", "101", file, "--json"]).ended(0).json();
        assert_eq!(imported["added"], 1);
        registry("export-results", &["--type", "101", "--out", out]).ended(0);
        assert_eq!(fs::read(file).unwrap(), fs::read(out).unwrap());
        registry("eligible", &["--fiscal-year", "2026", "--programme", "hearing", "--out", due]).ended(0);
        assert_eq!(fs::read_to_string(due).unwrap(), "住民番号,事業,検査,年齢\n", "examined the year before");
        let told = registry("explain", &["--resident", "1", "--programme", "hearing"]).ended(0).out;
        assert!(told.contains("聴力検査"), "{told}");
        // What the catalogue does not have is wrong usage, and what it has is said.
        let refused = registry("import-results", &["--type", "16", file]).ended(2).err;
        assert!(refused.contains("15, 101, 102"), "{refused}");
        let refused = registry("explain", &["--resident", "1", "--programme", "teeth"]).ended(2).err;
        assert!(refused.contains("hearing"), "{refused}");
    });
}

#[test]
fn r_reg_2_a_changed_folder_holds_for_commands_once_it_was_accepted() {
    on_both(|place| {
        let folder = place.beside("folder");
        for part in ["", "records", "programmes", "codes"] {
            fs::create_dir_all(folder.join(part)).unwrap();
            for file in fs::read_dir(example().join(part)).unwrap().map(|file| file.unwrap().path()).filter(|path| path.is_file()) {
                fs::copy(&file, folder.join(part).join(file.file_name().unwrap())).unwrap();
            }
        }
        at(place, &["init"], &["--municipality", CITY, "--name", "みほん市", "--catalogue", folder.to_str().unwrap()]).ended(0);
        let command = |words: &[&str], rest: &[&str]| at(place, words, &[&["--municipality", CITY], rest].concat());
        let residents = place.beside("residents.csv");
        let header = "住民番号,世帯番号,氏名,氏名カナ,性別,生年月日,住所,住民区分";
        fs::write(&residents, format!("{header}\n1,1,見本,ミホン,1,19500401,中央,1\n2,2,見本,ミホン,1,19400401,中央,1\n")).unwrap();
        command(&["registry", "import-residents"], &[residents.to_str().unwrap()]).ended(0);
        let out = place.beside("due.csv");
        let due = || {
            let told =
                command(&["registry", "eligible"], &["--fiscal-year", "2026", "--programme", "hearing", "--out", out.to_str().unwrap()]);
            (told.ended(0).err.contains("was changed"), fs::read_to_string(&out).unwrap().lines().count() - 1)
        };
        assert_eq!(due(), (false, 2));
        assert!(command(&["catalogue", "changes"], &[]).ended(0).out.contains("nothing waits"));
        let file = folder.join("programmes/hearing.toml");
        let text = fs::read_to_string(&file).unwrap().replace("ages = [{ from = 65 }]", "ages = [{ from = 80 }]");
        fs::write(&file, text).unwrap();
        assert_eq!(due(), (true, 2), "what was accepted holds");
        let shown = command(&["catalogue", "changes"], &[]).ended(0).out;
        assert!(shown.contains("programmes hearing examination.audiometry.ages.1.from: 65 → 80"), "{shown}");
        assert!(
            shown.contains("due for hearing: fewer than 10 → fewer than 10 people (fewer than 10 become due, fewer than 10 cease to be)"),
            "{shown}"
        );
        let changes = command(&["catalogue", "changes"], &["--json"]).ended(0).json();
        let refused = command(&["catalogue", "accept"], &["--digest", "00"]).ended(1).err;
        assert!(refused.contains("look at it again"), "{refused}");
        assert_eq!(due(), (true, 2));
        command(&["catalogue", "accept"], &["--digest", changes["digest"].as_str().unwrap(), "--as", "hanako"]).ended(0);
        assert_eq!(due(), (false, 1));
    });
}

#[test]
fn init_refuses_a_folder_that_does_not_fit_before_anything_is_made() {
    let place = Place::folder();
    let folder = place.beside("city");
    fs::create_dir_all(folder.join("programs")).unwrap();
    at(&place, &["init"], &["--municipality", CITY, "--name", "みほん市", "--catalogue", folder.to_str().unwrap()]).ended(1);
    assert!(!place.files().exists(), "nothing was made");
    init(&place).ended(0);
}
