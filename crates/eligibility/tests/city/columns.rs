//! The columns and what is read from them: lists as files, dry runs of other catalogues, longer intervals.

use std::fs;

use super::people::{born, examined, smoking_index};
use catalogue::Catalogue;
use eligibility::{History, Person, Plan, PlanError, Population, WriteError};
use vocabulary::{Date, FiscalYear, ResidentNumber, Sex};

fn june() -> Date {
    Date::new(2026, 6, 1).unwrap()
}

fn columns(catalogue: &Catalogue, people: &[Person]) -> (Population, History) {
    let (mut population, mut history) = (Population::default(), History::new(catalogue));
    for person in people {
        let row = population.push(&person.standing);
        history.take(row, person, june());
    }
    (population, history)
}

/// The built-in catalogue with one text of one programme replaced.
fn changed(programme: &str, from: &str, to: &str) -> Catalogue {
    let file = format!("{}/../../catalogue/programmes/{programme}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{programme} holds {from}");
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("programmes")).unwrap();
    fs::write(directory.path().join(format!("programmes/{programme}.toml")), text.replace(from, to)).unwrap();
    Catalogue::from_dir(directory.path()).unwrap()
}

fn count(catalogue: &Catalogue, people: &[Person], programme: &str, examination: &str) -> u64 {
    let (population, history) = columns(catalogue, people);
    let plan = Plan::compile(catalogue, FiscalYear(2026), june());
    plan.count(&population, &history).unwrap().of(programme, examination).unwrap()
}

#[test]
fn r_reg_3_the_list_is_the_eligible_output() {
    let catalogue = Catalogue::built_in().unwrap();
    let mut smoker = born(19_770_401, Sex::Male);
    smoker.facts.push(smoking_index(800, 20_240_601));
    let mut gone = born(19_770_401, Sex::Female);
    gone.standing.to = Some(20_260_601);
    let (population, history) = columns(&catalogue, &[born(20_070_401, Sex::Female), gone, smoker]);
    let plan = Plan::compile(&catalogue, FiscalYear(2026), june());
    let numbers: Vec<ResidentNumber> = ["0001", "0002", "A-3"].iter().map(|number| ResidentNumber::parse(number).unwrap()).collect();
    let mut out = Vec::new();
    let lines = plan.write_csv(&population, &history, &numbers, &mut out).unwrap();
    assert_eq!(lines, plan.count(&population, &history).unwrap().total());
    let out = String::from_utf8(out).unwrap();
    assert_eq!(out.lines().count() as u64, 1 + lines);
    // A city may add programmes; the lines of these stay as they are.
    let seven = ["breast", "cervix", "colorectal", "lung", "oral_health", "osteoporosis", "stomach", "事業"];
    let of_seven = out.split_inclusive('\n').filter(|line| line.split(',').nth(1).is_some_and(|programme| seven.contains(&programme)));
    let expected = "住民番号,事業,検査,年齢\n0001,cervix,cytology,20\n0001,oral_health,oral,20\nA-3,colorectal,fit,50\nA-3,lung,chest_xray,50\n\
                    A-3,lung,sputum,50\nA-3,oral_health,oral,50\nA-3,stomach,endoscopy,50\nA-3,stomach,xray,50\n";
    assert_eq!(of_seven.collect::<String>(), expected);
}

#[test]
fn a_list_longer_than_a_stretch_is_whole_and_in_order() {
    let catalogue = Catalogue::built_in().unwrap();
    let people: Vec<Person> = (0..100_000).map(|place| born(19_400_101 + place % 80 * 10_000, Sex::Female)).collect();
    let numbers: Vec<ResidentNumber> = (0..100_000).map(|place| ResidentNumber::parse(&format!("{place:010}")).unwrap()).collect();
    let (population, history) = columns(&catalogue, &people);
    let plan = Plan::compile(&catalogue, FiscalYear(2026), june());
    let mut out = Vec::new();
    let lines = plan.write_csv(&population, &history, &numbers, &mut out).unwrap();
    let mut expected = String::from("住民番号,事業,検査,年齢\n");
    plan.list(&population, &history, |one| {
        expected += &format!("{:010},{},{},{}\n", one.row, one.programme, one.examination, one.age);
    })
    .unwrap();
    assert!(String::from_utf8(out).unwrap() == expected, "the file is the list");
    assert_eq!(lines, plan.count(&population, &history).unwrap().total());
    let few = plan.write_csv(&population, &history, numbers.get(1..).unwrap(), &mut Vec::new());
    assert!(matches!(few, Err(WriteError::Numbers { numbers: 99_999, residents: 100_000 })));
}

#[test]
fn an_age_beyond_the_tables_is_written_as_it_is() {
    let catalogue = Catalogue::built_in().unwrap();
    let (population, history) = columns(&catalogue, &[born(18_860_401, Sex::Male), born(16_260_402, Sex::Male)]);
    let plan = Plan::compile(&catalogue, FiscalYear(2026), june()).only("colorectal").unwrap();
    let numbers = [ResidentNumber::parse("1").unwrap(), ResidentNumber::parse("2").unwrap()];
    let mut out = Vec::new();
    plan.write_csv(&population, &history, &numbers, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "住民番号,事業,検査,年齢\n1,colorectal,fit,141\n2,colorectal,fit,400\n");
}

#[test]
fn r_reg_2_a_changed_rule_is_tried_on_the_same_columns() {
    let people: Vec<Person> = (30..60).map(|age| born((2027 - age) * 10_000 + 401, Sex::Male)).collect();
    assert_eq!(count(&Catalogue::built_in().unwrap(), &people, "colorectal", "fit"), 20);
    let changed = changed("colorectal", "from = 40", "from = 35, to = 44");
    let (population, history) = columns(&Catalogue::built_in().unwrap(), &people);
    let plan = Plan::compile(&changed, FiscalYear(2026), june());
    assert_eq!(plan.count(&population, &history).unwrap().of("colorectal", "fit"), Some(10));
}

#[test]
fn r_reg_2_a_programme_counts_only_in_the_fiscal_years_it_is_offered() {
    let people = [born(19_770_401, Sex::Male)];
    for (validity, expected) in [("valid_from = 2026", 1), ("valid_from = 2027", 0), ("valid_to = 2026", 1), ("valid_to = 2025", 0)] {
        let catalogue = changed("colorectal", "sex = \"any\"", &format!("sex = \"any\"\n{validity}"));
        assert_eq!(count(&catalogue, &people, "colorectal", "fit"), expected, "{validity}");
    }
}

#[test]
fn r_reg_2_an_interval_of_three_years_looks_two_years_back() {
    let catalogue = changed("cervix", "years = 2", "years = 3");
    for (year, expected) in [(2025, 0), (2024, 0), (2023, 1)] {
        let mut person = born(19_770_401, Sex::Female);
        person.examined.push(examined("cervix", "cytology", year));
        assert_eq!(count(&catalogue, &[person], "cervix", "cytology"), expected, "examined in {year}");
    }
}

#[test]
fn r_reg_2_an_interval_of_the_programme_is_kept_by_any_of_its_examinations() {
    let catalogue = changed("stomach", "scope = \"examination\"", "scope = \"programme\"");
    let mut person = born(19_770_401, Sex::Male);
    person.examined.push(examined("stomach", "xray", 2025));
    assert_eq!(count(&catalogue, &[person.clone()], "stomach", "endoscopy"), 0);
    assert_eq!(count(&Catalogue::built_in().unwrap(), &[person], "stomach", "endoscopy"), 1);
}

#[test]
fn a_history_for_other_examinations_is_refused_until_it_is_recast() {
    let mut person = born(19_770_401, Sex::Male);
    person.examined = vec![examined("stomach", "endoscopy", 2025), examined("colorectal", "fit", 2026)];
    person.facts.push(smoking_index(800, 20_240_601));
    let (population, history) = columns(&Catalogue::built_in().unwrap(), &[person]);
    // A programme before all others moves every bit.
    let other = changed("colorectal", "id = \"fit\"", "id = \"annual_fit\"");
    let plan = Plan::compile(&other, FiscalYear(2026), june());
    assert_eq!(plan.count(&population, &history), Err(PlanError::OtherCatalogue));
    let counts = plan.count(&population, &history.recast(&other)).unwrap();
    assert_eq!(counts.of("colorectal", "annual_fit"), Some(0), "an examination that is gone still counts for its programme");
    assert_eq!((counts.of("stomach", "endoscopy"), counts.of("stomach", "xray")), (Some(0), Some(1)));
    assert_eq!(counts.of("lung", "sputum"), Some(1));
}

#[test]
fn nothing_personal_is_in_a_debug_print() {
    let catalogue = Catalogue::built_in().unwrap();
    let mut person = born(19_770_401, Sex::Male);
    person.examined.push(examined("colorectal", "fit", 2025));
    let (population, history) = columns(&catalogue, &[person.clone()]);
    let printed = format!("{person:?} {population:?} {history:?} {:?}", person.standing);
    assert!(!printed.contains("1977") && !printed.contains("fit"), "{printed}");
}
