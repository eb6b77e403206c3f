//! `kenshin jobs`: work is asked for, listed and changed without a server, in the words of its messages.

use std::fs;

use super::{CITY, at, init};
use crate::support::place::on_both;
use crate::support::program::run;

#[test]
fn work_is_started_from_the_command_line_once_and_wrong_fields_are_named() {
    on_both(|place| {
        init(place).ended(0);
        let jobs = |rest: &[&str]| at(place, &["jobs", rest[0]], &[&["--municipality", CITY], &rest[1..]].concat());
        assert!(jobs(&["list"]).ended(0).out.contains("there are no jobs"));
        let kinds = run(["jobs", "kinds"]).ended(0).out;
        for kind in [
            "extract fiscalYear=YYYY on=YYYY-MM-DD\n    Finds who is due",
            "inquire information=TEXT provider=TEXT residents=TEXT,TEXT…\n    Asks the municipality",
            "fetch-answers\n    Fetches",
        ] {
            assert!(kinds.contains(kind), "{kinds}");
        }
        // What is asked is told field by field, as it is meant by that kind.
        let reprove = run(["jobs", "kinds", "reprove"]).ended(0).out;
        assert!(
            reprove.contains("    preview         Look first (Yes: what would change is shown") && !reprove.contains("extract"),
            "{reprove}"
        );
        assert!(kinds.contains("    fiscalYear      Fiscal year (Such as 2026"), "{kinds}");
        assert!(run(["jobs", "kinds", "dance"]).ended(2).err.contains("there is import-residents"));
        let start = ["start", "extract", "fiscalYear=2026", "on=2026-06-01", "--json"];
        let first = jobs(&start).ended(0).json();
        assert_eq!((&first["kind"], &first["state"], &first["purpose"]), (&"extract".into(), &"waiting".into(), &"eligibility".into()));
        assert_eq!(jobs(&start).ended(0).json()["id"], first["id"], "the same work is the same job");
        let written = ["start", "extract", "fiscalYear=令和８", "on=R8.6.1", "--json"];
        assert_eq!(jobs(&written).ended(0).json()["id"], first["id"], "as it is written on a page");
        let other = jobs(&["start", "extract", "fiscalYear=2027", "on=2026-06-01", "--json"]).ended(0).json();
        assert_ne!(other["id"], first["id"]);
        for (wrong, told) in [
            (["start", "extract", "fiscalYear=2026", "on=someday"], "on: write YYYY-MM-DD"),
            (["start", "extract", "fiscalYear=soon", "on=2026-06-01"], "fiscalYear: write YYYY"),
            (["start", "extract", "fiscalYear=2026", "year=2026"], "asks for no year"),
            (["start", "extract", "fiscalYear=2026", "fiscalYear=2026"], "given twice"),
            (["start", "extract", "fiscalYear=2026", "fiscalYear"], "no key=value"),
            (["start", "dance", "fiscalYear=2026", "on=2026-06-01"], "there is import-residents"),
        ] {
            let err = jobs(&wrong).ended(2).err;
            assert!(err.contains(told), "{wrong:?}: {err}");
        }
        let id = first["id"].as_str().unwrap();
        let listed = jobs(&["list"]).ended(0).out;
        assert!(listed.starts_with("JOB ") && listed.contains("+09:00") && listed.contains(id), "{listed}");
        assert_eq!(listed.lines().count(), 3, "{listed}");
        assert_eq!(jobs(&["cancel", id, "--json"]).ended(0).json()["state"], "cancelled");
        assert_eq!(jobs(&["resume", id, "--json"]).ended(0).json()["state"], "waiting");
        let nobody = "00000000000000000000000000000001";
        for command in ["show", "cancel"] {
            assert!(jobs(&[command, nobody]).ended(1).err.contains("kenshin jobs list"), "{command}");
        }
        // Every system with an office has the same commands.
        for system in ["atena", "relay"] {
            assert!(jobs(&["list", "--system", system]).ended(0).out.contains("there are no jobs"));
            assert!(run(["jobs", "kinds", "--system", system]).ended(0).out.contains("no work"));
        }
    });
}

#[test]
fn c_iii_3_r2_pmh_6_the_command_line_waits_for_a_second_person_where_the_setting_says_so_and_asks_the_policies() {
    on_both(|place| {
        init(place).ended(0);
        let config = place.files().join("etc").join(format!("registry.{CITY}.toml"));
        let text = fs::read_to_string(&config).unwrap();
        let names = |kind: &str| fs::write(&config, format!("second-person = [\"{kind}\"]\n{text}")).unwrap();
        let jobs = |rest: &[&str]| at(place, &["jobs", rest[0]], &[&["--municipality", CITY], &rest[1..]].concat());
        names("dance");
        let err = jobs(&["list"]).ended(1).err;
        assert!(err.contains("the work dance") && err.contains("import-residents"), "{err}");
        let doctor = at(place, &["doctor"], &[]).ended(1);
        assert!(doctor.out.contains("the work dance"), "what a start would refuse: {}", doctor.out);
        names("extract");
        let waits = jobs(&["start", "extract", "fiscalYear=2026", "on=2026-06-01", "--json"]).ended(0).json();
        assert_eq!(waits["state"], "awaitingApproval");
        let id = waits["id"].as_str().unwrap();
        for name in [&["--as", "suzuki"][..], &[]] {
            let err = jobs(&[&["approve", id], name].concat()).ended(1).err;
            assert!(err.contains("a second person has to approve"), "{err}");
        }
        assert_eq!(jobs(&["cancel", id, "--json"]).ended(0).json()["state"], "cancelled");
        assert_eq!(jobs(&["resume", id, "--json"]).ended(0).json()["state"], "awaitingApproval");
        // A command that does its work itself waits too.
        names("import-residents");
        let file = place.beside("residents.csv");
        fs::write(&file, "住民番号,氏名\n").unwrap();
        let import = at(place, &["registry", "import-residents"], &["--municipality", CITY, file.to_str().unwrap()]).ended(1).err;
        assert!(import.contains("waits for a second person"), "{import}");
        let out = place.beside("out.csv");
        for (kind, command, asked) in [("list-eligible", "eligible", "--fiscal-year"), ("export-results", "export-results", "--type")] {
            names(kind);
            let rest = ["--municipality", CITY, asked, if kind == "export-results" { "2" } else { "2026" }, "--out", out.to_str().unwrap()];
            let err = at(place, &["registry", command], &rest).ended(1).err;
            assert!(err.contains("waits for a second person") && !out.exists(), "{err}");
        }
        // C-II-6-PMH-5: what opens individual numbers is not for the operator.
        for refused in [&["unified-numbers"][..], &["register-targets", "extraction=1", "programme=colorectal"]] {
            let err = jobs(&[&["start"], refused].concat()).ended(1).err;
            assert!(err.contains("no policy permits it"), "{err}");
        }
    });
}
