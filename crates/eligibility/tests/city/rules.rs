//! The default catalogue's rules, one table each (R-REG-2, R-REG-3). Fiscal year 2026 unless a table says otherwise.

use super::people::{born, examined, smoking_index};
use catalogue::Catalogue;
use eligibility::{Explanation, Person, Removal, Residency, ResidentClass, Rule, explain};
use vocabulary::{Date, Sex, day};

const JUNE: i32 = 20_260_601;

fn ask(person: &Person, programme: &str, on: i32) -> Explanation {
    explain(&Catalogue::built_in().unwrap(), person, programme, day::from_number(on).unwrap()).unwrap()
}

/// The examinations of a programme a person is due for.
fn due(person: &Person, programme: &str, on: i32) -> Vec<String> {
    let explanation = ask(person, programme, on);
    explanation.verdicts.iter().filter(|verdict| verdict.is_due()).map(|verdict| verdict.examination.clone()).collect()
}

/// A woman who is `age` on 31 March 2027, the last of her year.
fn woman_of(age: i32) -> Person {
    born((2027 - age) * 10_000 + 401, Sex::Female)
}

#[track_caller]
fn by_age(programme: &str, table: &[(i32, &[&str])]) {
    for (age, expected) in table {
        let person = woman_of(*age);
        assert_eq!(ask(&person, programme, JUNE).age, Some(*age as i16));
        assert_eq!(due(&person, programme, JUNE), *expected, "{programme} at {age}");
        // The first of the same school year is as old on 31 March.
        let first = born((2026 - age) * 10_000 + 402, Sex::Female);
        assert_eq!(due(&first, programme, JUNE), *expected, "{programme} at {age}, born 2 April");
    }
}

#[test]
fn r_reg_2_born_on_1_april_1987_is_40_in_2026_and_a_day_later_39() {
    let (first, second) = (born(19_870_401, Sex::Female), born(19_870_402, Sex::Female));
    assert_eq!((ask(&first, "lung", JUNE).age, ask(&second, "lung", JUNE).age), (Some(40), Some(39)));
    assert_eq!((due(&first, "lung", JUNE), due(&second, "lung", JUNE)), (vec!["chest_xray".to_owned()], vec![]));
    assert_eq!(
        (due(&first, "breast", JUNE), due(&second, "breast", JUNE)),
        (vec!["mammography_palpation".to_owned()], vec!["ultrasound".to_owned()])
    );
}

#[test]
fn r_reg_2_born_on_29_february_completes_the_year_on_the_28th() {
    let person = born(19_880_229, Sex::Male);
    assert_eq!(ask(&person, "lung", 20_270_331).age, Some(39));
    assert_eq!(ask(&person, "lung", 20_270_401).age, Some(40));
    assert_eq!(due(&person, "lung", 20_280_228), ["chest_xray"]);
}

#[test]
fn r_reg_2_oral_health_is_for_those_who_reach_a_round_age_up_to_70() {
    let oral: &[&str] = &["oral"];
    by_age("oral_health", &[(19, &[]), (20, oral), (21, &[]), (29, &[]), (30, oral), (31, &[]), (39, &[]), (40, oral), (41, &[])]);
    by_age(
        "oral_health",
        &[(49, &[]), (50, oral), (51, &[]), (59, &[]), (60, oral), (61, &[]), (69, &[]), (70, oral), (71, &[]), (80, &[])],
    );
    assert_eq!(due(&born(19_570_401, Sex::Male), "oral_health", JUNE), ["oral"]);
}

#[test]
fn r_reg_2_osteoporosis_is_for_women_who_reach_40_50_or_60() {
    let bone: &[&str] = &["bone_density"];
    by_age(
        "osteoporosis",
        &[(39, &[]), (40, bone), (41, &[]), (49, &[]), (50, bone), (51, &[]), (59, &[]), (60, bone), (61, &[]), (70, &[])],
    );
}

#[test]
fn r_reg_2_stomach_is_x_ray_from_35_and_endoscopy_from_50() {
    by_age("stomach", &[(34, &[]), (35, &["xray"]), (49, &["xray"]), (50, &["endoscopy", "xray"]), (100, &["endoscopy", "xray"])]);
}

#[test]
fn r_reg_2_cervix_is_for_women_from_20() {
    by_age("cervix", &[(19, &[]), (20, &["cytology"]), (39, &["cytology"]), (40, &["cytology"]), (90, &["cytology"])]);
}

#[test]
fn r_reg_2_lung_and_colorectal_are_from_40() {
    by_age("lung", &[(39, &[]), (40, &["chest_xray"]), (99, &["chest_xray"])]);
    by_age("colorectal", &[(39, &[]), (40, &["fit"]), (99, &["fit"])]);
}

#[test]
fn r_reg_2_breast_changes_its_examination_at_40_and_65() {
    let (young, middle, old): (&[&str], &[&str], &[&str]) = (&["ultrasound"], &["mammography_palpation"], &["mammography"]);
    by_age("breast", &[(29, &[]), (30, young), (39, young), (40, middle), (64, middle), (65, old), (100, old)]);
}

#[test]
fn r_reg_2_programmes_for_women_need_sex_2() {
    for programme in ["breast", "cervix", "osteoporosis"] {
        for (sex, expected) in [(Sex::Female, 1), (Sex::Male, 0), (Sex::Unknown, 0)] {
            assert_eq!(due(&born(19_870_401, sex), programme, JUNE).len(), expected, "{programme} {sex:?}");
        }
    }
    for sex in [Sex::Female, Sex::Male, Sex::Unknown] {
        assert_eq!(due(&born(19_870_401, sex), "stomach", JUNE), ["xray"], "{sex:?}");
    }
}

#[test]
fn r_reg_2_endoscopy_waits_a_year_and_the_x_ray_does_not() {
    let table: &[(&str, i16, &[&str])] = &[
        ("endoscopy", 2025, &["xray"]),
        ("endoscopy", 2024, &["endoscopy", "xray"]),
        ("xray", 2025, &["endoscopy", "xray"]),
        ("endoscopy", 2026, &[]),
        ("xray", 2026, &[]),
        ("endoscopy", 2027, &["endoscopy", "xray"]),
    ];
    for (examination, year, expected) in table {
        let mut person = woman_of(55);
        person.examined.push(examined("stomach", examination, *year));
        assert_eq!(due(&person, "stomach", 20_260_901), *expected, "{examination} in {year}");
    }
}

#[test]
fn r_reg_2_cytology_waits_a_year_from_40_on() {
    for (age, year, expected) in [(39, 2025, 1), (40, 2025, 0), (40, 2024, 1), (39, 2026, 0), (40, 2026, 0), (75, 2025, 0)] {
        let mut person = woman_of(age);
        person.examined.push(examined("cervix", "cytology", year));
        assert_eq!(due(&person, "cervix", 20_260_901).len(), expected, "at {age}, examined in {year}");
    }
}

#[test]
fn r_reg_2_an_examination_of_another_programme_changes_nothing() {
    let mut person = woman_of(55);
    person.examined = vec![examined("cervix", "cytology", 2026), examined("lung", "chest_xray", 2025)];
    assert_eq!(due(&person, "stomach", 20_260_901), ["endoscopy", "xray"]);
    assert_eq!(due(&person, "lung", 20_260_901), ["chest_xray"]);
}

#[test]
fn r_reg_2_a_record_that_does_not_tell_the_examination_counts_for_the_programme_alone() {
    let mut person = woman_of(55);
    let mut unknown = examined("stomach", "", 2025);
    unknown.examination = None;
    person.examined.push(unknown.clone());
    assert_eq!(due(&person, "stomach", 20_260_901), ["endoscopy", "xray"], "no endoscopy is known of");
    unknown.fiscal_year.0 = 2026;
    person.examined.push(unknown);
    assert_eq!(due(&person, "stomach", 20_260_901), Vec::<String>::new());
}

#[test]
fn r_reg_2_sputum_needs_the_latest_known_smoking_index_to_be_600() {
    let table: &[(&[(i32, i32)], bool)] = &[
        (&[], false),
        (&[(599, 20_250_601)], false),
        (&[(600, 20_250_601)], true),
        (&[(600, 20_240_601), (400, 20_250_601)], false),
        (&[(400, 20_240_601), (600, 20_250_601)], true),
        (&[(600, 20_250_601), (400, 20_240_601)], true),
        (&[(600, 20_260_602)], false),
    ];
    for (facts, expected) in table {
        let mut person = woman_of(40);
        person.facts = facts.iter().map(|(value, on)| smoking_index(*value, *on)).collect();
        assert_eq!(due(&person, "lung", JUNE).contains(&"sputum".to_owned()), *expected, "{facts:?}");
        person.standing.birth = Some(19_870_402);
        assert!(due(&person, "lung", JUNE).is_empty(), "not at 39");
    }
}

#[test]
fn r_reg_2_an_examination_after_the_day_is_not_known_on_the_day() {
    let mut person = woman_of(55);
    person.examined.push(examined("colorectal", "fit", 2026));
    assert_eq!(due(&person, "colorectal", 20_260_531), ["fit"]);
    assert_eq!(due(&person, "colorectal", 20_260_601), Vec::<String>::new());
}

#[test]
fn r_reg_3_residence_ends_on_the_day_of_leaving_and_begins_on_the_day_of_coming() {
    let mut person = woman_of(55);
    person.standing.to = Some(JUNE);
    for removal in [Some(Removal::MovedOut), Some(Removal::Died), Some(Removal::Other), None] {
        person.standing.removal = removal;
        for (on, expected) in [(20_260_531, 1), (JUNE, 0), (20_260_602, 0)] {
            assert_eq!(due(&person, "colorectal", on).len(), expected, "{removal:?} on {on}");
        }
    }
    let mut person = woman_of(55);
    person.standing.from = Some(JUNE);
    for (on, expected) in [(20_260_531, 0), (JUNE, 1), (20_260_602, 1)] {
        assert_eq!(due(&person, "colorectal", on).len(), expected, "came on {JUNE}, asked {on}");
    }
}

#[test]
fn r_reg_3_the_dead_without_a_day_and_those_outside_the_register_are_never_due() {
    let mut person = woman_of(55);
    person.standing.removal = Some(Removal::Died);
    assert!(due(&person, "colorectal", JUNE).is_empty());
    let mut person = woman_of(55);
    person.standing.class = ResidentClass::Outside;
    assert!(due(&person, "colorectal", JUNE).is_empty());
    person.standing.class = ResidentClass::Foreign;
    assert_eq!(due(&person, "colorectal", JUNE), ["fit"]);
}

#[test]
fn r_reg_3_without_a_birth_date_nobody_is_due() {
    let mut person = woman_of(55);
    person.standing.birth = None;
    for programme in ["breast", "cervix", "colorectal", "lung", "oral_health", "osteoporosis", "stomach"] {
        assert!(due(&person, programme, JUNE).is_empty(), "{programme}");
    }
}

#[test]
fn r_reg_3_every_answer_has_its_reasons_with_their_source_in_both_languages() {
    let mut person = woman_of(55);
    person.examined.push(examined("stomach", "endoscopy", 2025));
    let explanation = ask(&person, "stomach", 20_260_901);
    let [endoscopy, xray] = explanation.verdicts.as_slice() else { unreachable!("two examinations") };
    assert!(xray.is_due() && !endoscopy.is_due());
    let against: Vec<_> = endoscopy.against().collect();
    assert!(matches!(against.as_slice(), [one] if matches!(one.rule, Rule::Interval { years: 2, .. })));
    assert_eq!(against.first().map(|one| one.ja()), Some("2年に1回です（2025年度に受診しています）".to_owned()));
    assert_eq!(against.first().map(|one| one.en()), Some("once in 2 fiscal years (examined in fiscal year 2025)".to_owned()));
    assert!(against.iter().all(|one| one.source.contains("PIA")));
    assert_eq!(endoscopy.next.map(|year| year.0), Some(2027));
    let ja = explanation.ja();
    assert!(ja.contains("胃内視鏡検査: 対象外") && ja.contains("胃部エックス線検査: 対象\n"), "{ja}");
    assert!(ja.contains("年度末年齢は55歳です（50歳以上の方が対象）") && ja.contains("次に対象となる年度: 2027年度"), "{ja}");
    let en = explanation.en();
    assert!(
        en.contains("aged 55 on 31 March of the fiscal year (for ages 35 and over)") && en.contains("next due in fiscal year 2027"),
        "{en}"
    );
}

#[test]
fn r_reg_3_residence_is_explained_with_its_day() {
    let mut person = woman_of(55);
    person.standing.to = Some(20_260_401);
    person.standing.removal = Some(Removal::Died);
    let explanation = ask(&person, "colorectal", JUNE);
    let day = Date::new(2026, 4, 1).ok();
    let tested = explanation.verdicts.iter().flat_map(|verdict| verdict.against()).collect::<Vec<_>>();
    assert!(matches!(tested.as_slice(), [one] if one.rule == Rule::Resident(Residency::Died(day))));
    assert!(explanation.verdicts.iter().all(|verdict| verdict.next.is_none()), "the dead are never due again");
    assert!(explanation.ja().contains("亡くなっています（令和8年4月1日）"), "{}", explanation.ja());
}

#[test]
fn a_programme_that_is_not_in_the_catalogue_is_an_error() {
    let catalogue = Catalogue::built_in().unwrap();
    assert!(explain(&catalogue, &woman_of(40), "hepatitis", Date::new(2026, 6, 1).unwrap()).is_err());
}
