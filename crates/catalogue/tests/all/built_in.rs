//! The built-in catalogue against the PIA's list of items, its own rules and the eligible output's ids.

use catalogue::{AgeRange, Catalogue, IntervalScope, SexRule};

/// The 601 items as the PIA's annex 2 lists them: type, name, number, name of the item.
const ANNEX: &str = include_str!("record-items.csv");

#[test]
fn r_reg_6_all_601_items_stand_in_the_annex_order_under_their_names() {
    let catalogue = Catalogue::built_in().unwrap();
    let listed: Vec<(u16, String, u16, String)> =
        csv::Reader::from_reader(ANNEX.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap();
    assert_eq!(listed.len(), 601);
    let ours: Vec<(u16, String, u16, String)> = catalogue
        .records()
        .iter()
        .filter(|record| record.number <= 15)
        .flat_map(|record| record.items.iter().map(move |item| (record.number, record.name.clone(), item.number, item.name.clone())))
        .collect();
    for (ours, listed) in ours.iter().zip(&listed) {
        assert_eq!(ours, listed);
    }
    assert_eq!(ours.len(), 601);
}

#[test]
fn a_name_that_stands_twice_bears_a_two_in_the_header() {
    let catalogue = Catalogue::built_in().unwrap();
    let header: Vec<&str> = catalogue.record(8).unwrap().header().collect();
    assert_eq!((header[71], header[72]), ("歯周ポケットPD(17または16)", "歯周ポケットPD(17または16)(2)"));
    for record in catalogue.records() {
        let mut header: Vec<&str> = record.header().collect();
        header.sort_unstable();
        header.dedup();
        assert_eq!(header.len(), record.items.len(), "{}: every column has its own heading", record.id);
    }
}

#[test]
fn t_39_every_national_code_of_the_mapping_is_used() {
    let catalogue = Catalogue::built_in().unwrap();
    let codes = |record: u16| {
        let items = catalogue.record(record).unwrap().items.iter();
        items.flat_map(|item| item.national.iter().map(|national| national.code.clone())).collect::<Vec<_>>()
    };
    // One of each row of the mapping (japan-standards B7).
    assert!(codes(2).contains(&"9P546000000000011".to_owned()) && codes(2).contains(&"9P544160700000011".to_owned()));
    assert!(codes(3).contains(&"9N737000000000012".to_owned()) && codes(3).contains(&"7A030000006144311".to_owned()));
    assert_eq!(codes(4).iter().filter(|code| *code == "1B040000001599811").count(), 2, "both days make one national judgement");
    assert_eq!(codes(5).iter().filter(|code| *code == "9N281000000000011").count(), 2, "the worse side counts");
    assert!(codes(6).contains(&"7A021000008543311".to_owned()));
    assert_eq!(codes(7).len(), 9, "judgement, and four methods each for bone mass and its judgement");
    assert_eq!(codes(8).len(), 1 + 6 + 7 + 7 + 3 + 4);
    assert!(codes(14).contains(&"9P565000000000011".to_owned()) && codes(15).contains(&"9P638000000000011".to_owned()));
    let bone = catalogue.record(7).unwrap().item("bone_mass").unwrap();
    assert_eq!(bone.national_code(Some("4")), Some("9Z541195600000001"));
    assert_eq!(bone.national_code(None), None);
    assert_eq!(catalogue.national_categories().iter().map(|category| category.items.len()).sum::<usize>(), 166);
}

#[test]
fn r_reg_2_the_seven_programmes_are_the_pia_s() {
    let catalogue = Catalogue::built_in().unwrap();
    let from = |from| vec![AgeRange { from, to: None }];
    let to = |from, to| vec![AgeRange { from, to: Some(to) }];
    let each = |ages: &[i16]| ages.iter().map(|&age| AgeRange { from: age, to: Some(age) }).collect::<Vec<_>>();
    let expected = [
        ("breast", "mammography", SexRule::Female, from(65)),
        ("breast", "mammography_palpation", SexRule::Female, to(40, 64)),
        ("breast", "ultrasound", SexRule::Female, to(30, 39)),
        ("cervix", "cytology", SexRule::Female, from(20)),
        ("colorectal", "fit", SexRule::Any, from(40)),
        ("lung", "chest_xray", SexRule::Any, from(40)),
        ("lung", "sputum", SexRule::Any, from(40)),
        ("oral_health", "oral", SexRule::Any, each(&[20, 30, 40, 50, 60, 70])),
        ("osteoporosis", "bone_density", SexRule::Female, each(&[40, 50, 60])),
        ("stomach", "endoscopy", SexRule::Any, from(50)),
        ("stomach", "xray", SexRule::Any, from(35)),
    ];
    // A city may add programmes; these stay as they are.
    let seven = || catalogue.examinations().filter(|(programme, _)| expected.iter().any(|(id, ..)| *id == programme.id));
    let rules = seven().map(|(programme, examination)| {
        (programme.id.as_str(), examination.id.as_str(), programme.sex, examination.ages().ranges().to_vec())
    });
    assert_eq!(rules.collect::<Vec<_>>(), expected);

    let intervals = seven().filter_map(|(_, examination)| {
        let interval = examination.interval.as_ref()?;
        Some((examination.id.as_str(), interval.scope, interval.years, interval.from_age))
    });
    let once_in_two_years = [("cytology", IntervalScope::Programme, 2, 40), ("endoscopy", IntervalScope::Examination, 2, 50)];
    assert_eq!(intervals.collect::<Vec<_>>(), once_in_two_years);
    let conditions = seven().filter_map(|(_, examination)| {
        let condition = examination.condition.as_ref()?;
        Some((examination.id.as_str(), condition.fact.as_str(), condition.at_least))
    });
    assert_eq!(conditions.collect::<Vec<_>>(), [("sputum", "smoking_index", 600)]);
}

/// A row of a record type with some items filled in.
fn row<'v>(catalogue: &Catalogue, number: u16, values: &[(&str, &'v str)]) -> Vec<&'v str> {
    let record = catalogue.record(number).unwrap();
    let mut row = vec![""; record.items.len()];
    for (id, value) in values {
        row[record.place(id).unwrap()] = value;
    }
    row
}

fn done(catalogue: &Catalogue, programme: &str, values: &[(&str, &str)]) -> Vec<String> {
    let programme = catalogue.programme(programme).unwrap();
    let row = row(catalogue, programme.result.record, values);
    programme.done_in(&row).map(|examination| examination.id.clone()).collect()
}

#[test]
fn r_reg_7_a_result_row_tells_which_examinations_were_done() {
    let catalogue = Catalogue::built_in().unwrap();
    let day = ("examined_on", "2026-06-01");
    assert_eq!(done(&catalogue, "stomach", &[day, ("method", "2")]), ["endoscopy"]);
    assert_eq!(done(&catalogue, "stomach", &[day]), Vec::<String>::new(), "the method is not known");
    assert_eq!(done(&catalogue, "stomach", &[("method", "2")]), Vec::<String>::new(), "a voucher is not an examination");
    assert_eq!(done(&catalogue, "lung", &[day, ("xray_reading", "1"), ("sputum_result", "1")]), ["chest_xray", "sputum"]);
    assert_eq!(done(&catalogue, "breast", &[day, ("ultrasound_right", "1")]), ["ultrasound"]);
    assert_eq!(done(&catalogue, "breast", &[day, ("mammography_left", "1"), ("palpation_left", "1")]), ["mammography_palpation"]);
    assert_eq!(done(&catalogue, "breast", &[day, ("mammography_left", "1"), ("ultrasound_left", "1")]), ["mammography"]);
    let not_unreadable = [("mammography_unreadable_right", "0"), ("mammography_unreadable_left", "0")];
    let ultrasound = [day, ("ultrasound_right", "1")].into_iter().chain(not_unreadable).collect::<Vec<_>>();
    assert_eq!(done(&catalogue, "breast", &ultrasound), ["ultrasound"], "a flag that is 0 tells of no mammography");
    assert_eq!(done(&catalogue, "breast", &[day, ("mammography_unreadable_right", "1")]), ["mammography"]);
    assert_eq!(done(&catalogue, "oral_health", &[day]), ["oral"]);
}

#[test]
fn r_reg_2_the_smoking_index_is_the_item_or_else_the_product() {
    let catalogue = Catalogue::built_in().unwrap();
    let fact = catalogue.facts().next().unwrap();
    let read = |values: &[(&str, &str)]| fact.read(&row(&catalogue, 3, values));
    assert_eq!(read(&[("smoking_index", "400"), ("cigarettes_per_day", "20"), ("smoking_years", "30")]), Some(400));
    assert_eq!(read(&[("cigarettes_per_day", "20"), ("smoking_years", "30")]), Some(600));
    assert_eq!(read(&[("cigarettes_per_day", "20")]), None);
}

#[test]
fn r_reg_8_judgements_that_need_a_detailed_examination_are_known() {
    let catalogue = Catalogue::built_in().unwrap();
    let needs = |programme: &str, judgement: &str| catalogue.programme(programme).unwrap().needs_detailed(judgement);
    assert!(needs("stomach", "2") && !needs("stomach", "1") && !needs("stomach", "9"));
    assert!(needs("oral_health", "3") && !needs("oral_health", "2"));
    assert!(needs("cervix", "9"), "a smear that cannot be judged counts");
}

#[test]
fn r_reg_6_a_row_is_checked_item_by_item_and_the_answer_names_the_column() {
    let catalogue = Catalogue::built_in().unwrap();
    let record = catalogue.record(2).unwrap();
    let good = row(&catalogue, 2, &[("resident_number", "0000123"), ("fiscal_year", "2026"), ("judgement", "1")]);
    assert!(catalogue.validate(record, &good).is_empty());
    let bad = row(&catalogue, 2, &[("fiscal_year", "26"), ("judgement", "7")]);
    let problems = catalogue.validate(record, &bad);
    let columns: Vec<_> = problems.iter().map(|problem| (problem.column(record), problem.problem.code())).collect();
    assert_eq!(columns, [("整理番号", "missing"), ("年度", "not_a_fiscal_year"), ("総合判定", "not_in_table")]);
    assert_eq!(catalogue.validate(record, &good[1..])[0].problem.code(), "columns");
}
