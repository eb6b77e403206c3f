use std::fs;

use super::*;

const HEAD: &str = "date,commit,databases,crate,test,outcome\n";

fn read(text: &str) -> anyhow::Result<Vec<Evidence>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("results.csv");
    fs::write(&file, text)?;
    evidence(Some(&file))
}

/// The evidence of a run in which these tests ended as they say, on this day.
fn ended(tests: &[(&str, &str)]) -> Vec<Evidence> {
    let rows = tests.iter().map(|(test, outcome)| format!("2027-01-15,abc,sqlite postgresql,access,{test},{outcome}\n"));
    read(&(HEAD.to_owned() + &rows.collect::<String>())).unwrap()
}

fn find<'a>(all: &'a [Evidence], id: &str) -> &'a Evidence {
    all.iter().find(|one| one.control == id).unwrap()
}

#[test]
fn what_is_proven_has_a_day_and_nothing_else_has() {
    let all = evidence(None).unwrap();
    for one in &all {
        assert_eq!(one.date.is_some(), one.state == State::Proven, "{}", one.control);
    }
    let [(_, proven), ..] = counts(&all);
    assert!(proven > 20, "{proven}");
    assert!(!unmet(&all) && run(&all).is_none());
}

#[test]
fn a_run_dates_its_tests_and_one_that_failed_or_was_not_run_proves_nothing() {
    const CONTROL: &str = "C-III-3-R2c-PMH-2";
    const ONE: &str = "c_iii_3_r2c_pmh_2_an_expired_password_allows_only_its_change_and_the_last_ones_do_not_come_back";
    const OTHER: &str = "contradiction_3_expiry_is_a_setting_of_the_tenant";
    let all = ended(&[(ONE, "passed"), (OTHER, "passed")]);
    assert_eq!((find(&all, CONTROL).state, find(&all, CONTROL).date), (State::Proven, Some(Date::constant(2027, 1, 15))));
    assert_eq!(run(&all).unwrap().commit, "abc");
    // A test that a program did not come to, because it crashed or hung before, is not among the results.
    for (of_other, words) in
        [(Some("failed"), "failed: access::contra"), (Some("ignored"), "not run: access::contra"), (None, "not run: access::contra")]
    {
        let all = ended(&[(ONE, "passed")].into_iter().chain(of_other.map(|outcome| (OTHER, outcome))).collect::<Vec<_>>());
        let one = find(&all, CONTROL);
        assert_eq!((one.state, one.date), (State::Partly, None), "{of_other:?}");
        assert!(
            one.missing.as_deref().unwrap().contains(words) && one.missing_ja.as_deref().unwrap().contains("contra"),
            "{:?}",
            one.missing
        );
        assert!(unmet(&all));
    }
    let all = ended(&[(ONE, "passed"), (OTHER, "failed"), (OTHER, "passed")]);
    assert_eq!(find(&all, CONTROL).state, State::Partly, "it holds when it holds in every program");
}

#[test]
fn a_dated_soak_is_no_part_of_a_run() {
    let all = ended(&[("another", "passed")]);
    let soaks = all.iter().flat_map(|one| &one.proofs).filter(|proof| proof.name.contains("::soak_"));
    assert!(soaks.map(|proof| (proof.date.is_some(), proof.outcome)).any(|soak| soak == (true, None)));
}

#[test]
fn what_is_no_file_of_the_results_of_one_run_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert!(evidence(Some(&folder.path().join("results.csv"))).is_err());
    let row = |commit: &str, day: &str| format!("{day},{commit},sqlite,access,x,passed\n");
    for rows in [String::new(), row("abc", "yesterday"), row("abc", "2027-01-15") + &row("def", "2027-01-15")] {
        assert!(read(&(HEAD.to_owned() + &rows)).is_err(), "{rows:?}");
    }
    for text in ["", "a,b\n1,2\n", "date,crate,test,outcome\n2027-01-15,access,x,passed\n"] {
        assert!(read(text).is_err(), "{text:?}");
    }
}

#[test]
fn t_37_the_pages_are_well_made_in_both_languages_and_name_every_control() {
    let all = evidence(None).unwrap();
    for language in Language::ALL {
        let page = page::page(&all, language);
        assert_eq!(face::check::problems(&page), Vec::<String>::new());
        assert!(all.iter().all(|one| page.contains(&one.control)));
    }
}
