//! What is shown before it is done: `import-residents --dry-run` and `reprove --dry-run` tell what comes, change nothing, and it comes so.

use std::fs;
use std::path::Path;

use super::registry::registry;
use super::{CITY, at, init};
use crate::support::city::rows;
use crate::support::place::on_both;

const HEADING: &str = "住民番号,世帯番号,氏名,氏名カナ,性別,生年月日,住所,住民区分";

#[test]
fn r_reg_1_a_dry_run_of_an_import_tells_what_it_brings_and_writes_nothing() {
    on_both(|place| {
        init(place).ended(0);
        let file = place.beside("residents.csv");
        let path = file.to_str().unwrap();
        let write = |rows: &str| fs::write(&file, format!("{HEADING}\n{rows}")).unwrap();
        write("1,1,見本,ミホン,1,19500401,中央,1\n2,2,見本,ミホン,1,19400401,中央,1\n");
        registry(place, "import-residents", &[path]).ended(0);
        // One has another address, one is new, one is missing, and one was born on a day that is none.
        write("1,1,見本,ミホン,1,19500401,東町,1\n3,3,見本,ミホン,2,19600401,中央,1\n4,4,見本,ミホン,2,19600231,中央,1\n");
        for _ in 0..2 {
            let dry = registry(place, "import-residents", &[path, "--dry-run", "--kind", "full", "--json"]).ended(1);
            assert!(dry.err.contains("line 4: 生年月日"), "{}", dry.err);
            let told = dry.json();
            let told = ["rows", "new", "changed", "unchanged", "refused", "missing"].map(|name| told[name].as_u64().unwrap());
            assert_eq!(told, [3, 1, 1, 0, 1, 1], "nothing was written the time before");
        }
        let told = registry(place, "import-residents", &[path, "--dry-run", "--kind", "full"]).ended(1).out;
        for part in [
            "3 rows: 1 new, 1 changed, 0 unchanged, 1 refused",
            "1 are missing",
            "0 are older",
            "0 change two or more",
            "nothing is in yet",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(!place.beside("residents.rejects.csv").exists());
        let told = registry(place, "import-residents", &[path, "--json"]).ended(1).json();
        assert_eq!(["read", "added", "changed", "rejected"].map(|name| told[name].as_u64().unwrap()), [3, 1, 1, 1]);
    });
}

#[test]
fn r_reg_2_reprove_shows_what_accepted_rules_change_and_then_changes_it() {
    on_both(|place| {
        let folder = place.beside("folder");
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/city");
        for part in ["records", "programmes", "codes"] {
            fs::create_dir_all(folder.join(part)).unwrap();
            for file in fs::read_dir(example.join(part)).unwrap().map(|file| file.unwrap().path()) {
                fs::copy(&file, folder.join(part).join(file.file_name().unwrap())).unwrap();
            }
        }
        at(place, &["init"], &["--municipality", CITY, "--name", "みほん市", "--catalogue", folder.to_str().unwrap()]).ended(0);
        let file = place.beside("residents.csv");
        fs::write(&file, format!("{HEADING}\n1,1,見本,ミホン,1,19500401,中央,1\n2,2,見本,ミホン,1,19400401,中央,1\n")).unwrap();
        registry(place, "import-residents", &[file.to_str().unwrap()]).ended(0);
        // By the rules that hold, the first needs a detailed examination and the second does not.
        let results = "1,1,2025,2025-05-01,M-0001,1,45,30,1,2,\n2,1,2025,2025-05-01,M-0001,1,20,20,1,1,\n";
        let heading = "住民番号,履歴番号,年度,受診日,受診医療機関管理番号,受診区分,聴力（右）,聴力（左）,補聴器,総合判定,備考";
        let file = place.beside("101.csv");
        fs::write(&file, format!("{heading}\n{results}")).unwrap();
        registry(place, "import-results", &["--type", "101", file.to_str().unwrap()]).ended(0);
        let out = place.beside("out.csv");
        let out = out.to_str().unwrap();
        let in_need = || {
            let asked = ["--municipality", CITY, "--here", "follow-up", "fiscalYear=2025", "--json"];
            at(place, &["jobs", "start"], &asked).ended(0).json()["result"]["needsDetailed"].as_u64().unwrap()
        };
        let reprove = |rest: &[&str]| {
            let told = registry(place, "reprove", &[rest, &["--out", out, "--json"]].concat()).ended(0).json();
            (told["differing"].as_u64().unwrap(), told["examinations"]["hearing"]["changed"].as_u64(), rows(Path::new(out)).len())
        };
        assert_eq!((in_need(), reprove(&["--dry-run"])), (1, (0, None, 0)));
        let rules = folder.join("programmes/hearing.toml");
        let text = fs::read_to_string(&rules).unwrap();
        let changed = text.replace("needs_detailed = [\"2\"]", "needs_detailed = [\"1\", \"2\"]");
        assert_ne!(changed, text);
        fs::write(&rules, changed).unwrap();
        assert_eq!(reprove(&["--dry-run"]).0, 0, "what was accepted holds");
        let digest = at(place, &["catalogue", "changes"], &["--municipality", CITY, "--json"]).ended(0).json();
        at(place, &["catalogue", "accept"], &["--municipality", CITY, "--digest", digest["digest"].as_str().unwrap()]).ended(0);
        for _ in 0..2 {
            assert_eq!(reprove(&["--dry-run"]), (1, Some(1), 1), "shown, and nothing changed the time before");
        }
        assert_eq!(in_need(), 1);
        let told = registry(place, "reprove", &["--dry-run"]).ended(0).out;
        assert!(
            told.contains("1 of them, of 1 people, would prove something else") && told.contains("examinations of hearing: +0 -0 ~1"),
            "{told}"
        );
        assert_eq!(reprove(&[]), (1, Some(1), 1));
        assert_eq!(in_need(), 2);
        assert_eq!(reprove(&["--dry-run"]), (0, None, 0));
    });
}
