use std::fs;

use super::*;

fn results(rows: &str) -> Vec<Evidence> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.csv");
    fs::write(&file, format!("date,crate,test,outcome\n{rows}")).unwrap();
    evidence(Some(&file)).unwrap()
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
    assert!(!failed(&all));
}

#[test]
fn a_run_dates_its_tests_and_one_that_failed_proves_nothing() {
    const CONTROL: &str = "C-III-3-R2c-PMH-2";
    const ONE: &str = "access,c_iii_3_r2c_pmh_2_an_expired_password_allows_only_its_change_and_the_last_ones_do_not_come_back";
    const OTHER: &str = "access,contradiction_3_expiry_is_a_setting_of_the_tenant";
    let all = results(&format!("2027-01-15,{ONE},passed\n2027-01-15,{OTHER},passed\n"));
    assert_eq!(find(&all, CONTROL).date, Some(Date::constant(2027, 1, 15)));
    let all = results(&format!("2027-01-15,{ONE},passed\n2027-01-15,{OTHER},failed\n"));
    let one = find(&all, CONTROL);
    assert_eq!((one.state, one.date), (State::Partly, None));
    assert!(one.missing.as_deref().unwrap().contains("contradiction_3") && failed(&all));
    // What was not run has the day on which it was judged, which is the earlier one.
    let all = results(&format!("2027-01-15,{ONE},passed\n"));
    assert_eq!(find(&all, CONTROL).date, Some(Date::constant(2026, 11, 30)));
}

#[test]
fn what_is_no_file_of_results_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.csv");
    assert!(evidence(Some(&file)).is_err());
    for text in ["", "date,crate,test,outcome\n", "a,b\n1,2\n", "date,crate,test,outcome\nyesterday,access,x,passed\n"] {
        fs::write(&file, text).unwrap();
        assert!(evidence(Some(&file)).is_err(), "{text:?}");
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
