//! `kenshin jobs`: work is asked for, listed and changed without a server, in the words of its messages.

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
        let start = ["start", "extract", "fiscalYear=2026", "on=2026-06-01", "--json"];
        let first = jobs(&start).ended(0).json();
        assert_eq!((&first["kind"], &first["state"], &first["purpose"]), (&"extract".into(), &"waiting".into(), &"eligibility".into()));
        assert_eq!(jobs(&start).ended(0).json()["id"], first["id"], "the same work is the same job");
        let other = jobs(&["start", "extract", "fiscalYear=2027", "on=2026-06-01", "--json"]).ended(0).json();
        assert_ne!(other["id"], first["id"]);
        for (wrong, told) in [
            (["start", "extract", "fiscalYear=2026", "on=someday"], "on=…"),
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
