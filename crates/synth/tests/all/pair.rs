//! The two cities of the demonstration.

use std::collections::{BTreeMap, HashMap};

use crate::reading::{read, result_files, write};
use synth::{Movers, movers, pair};
use vocabulary::{FiscalYear, era};

#[test]
fn at_least_one_in_a_hundred_and_three_moved_from_the_first_city_to_the_second() {
    for (residents, count) in [(100, 3), (300, 3), (1_234, 13), (20_000, 200)] {
        assert_eq!(movers(residents), count);
        let pair = pair(residents, 7).unwrap();
        assert!(matches!(pair.first.plan().movers, Movers::Left { count: left, .. } if left == count));
        assert_eq!(pair.first.people().count(), usize::try_from(residents).unwrap());
    }
}

#[test]
fn movers_are_the_same_people_with_the_same_number_and_a_past_in_the_first_city() {
    let pair = pair(2_000, 7).unwrap();
    let (first, second) = (write(&pair.first), write(&pair.second));
    let (left, entered) = (read(&first, "residents.csv"), read(&second, "residents.csv"));
    let by_number: HashMap<&str, HashMap<&str, &str>> =
        left.maps().filter(|row| !row["個人番号"].is_empty()).map(|row| (row["個人番号"], row)).collect();
    let common: Vec<_> = entered.maps().filter_map(|row| Some((by_number.get(row["個人番号"])?, row))).collect();
    assert_eq!(common.len(), 20, "those who moved and nobody else have one number in both cities");
    let mut examined: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for (record, name) in result_files(&first) {
        let rows = read(&first, &format!("results/{name}"));
        examined.entry(record).or_default().extend(rows.maps().map(|row| row["住民番号"].to_owned()));
    }
    let (entering, mut in_second) = (read(&second, "residents.csv"), 0);
    for (before, after) in &common {
        for column in ["氏名", "氏名カナ", "性別", "生年月日", "電話番号"] {
            assert_eq!(before[column], after[column], "{column}");
        }
        assert_eq!((before["異動事由"], before["消除事由"], after["異動事由"], after["消除事由"]), ("転出", "1", "転入", ""));
        assert_eq!(before["住民でなくなった日"], after["住民となった日"]);
        assert!(before["住所"].contains("みほん市") && after["住所"].contains("となり市"));
        assert_eq!(FiscalYear::of(era::parse_date(after["異動日"]).unwrap()), FiscalYear(2026));
        for record in [8, 4] {
            assert!(examined[&record].iter().any(|number| number == before["住民番号"]), "no result of type {record} in the first city");
        }
        in_second += 1;
    }
    assert_eq!(in_second, 20);
    assert_eq!(entering.rows.len(), 2_000);
    // None of them is due for an oral health check in the second city this year.
    let ages: Vec<i16> = common.iter().map(|(_, row)| FiscalYear(2026).age(era::parse_date(row["生年月日"]).unwrap())).collect();
    assert!(ages.iter().all(|age| [41, 51, 61].contains(age)));
}

#[test]
fn there_are_enough_targets_for_every_part_in_a_city_of_a_thousand() {
    let city = pair(1_000, 7).unwrap().second;
    let targets = city
        .people()
        .filter(|person| person.lives_here(city.plan().today) && !person.protected && person.number.is_some())
        .filter(|person| [20, 30, 40, 50, 60, 70].contains(&FiscalYear(2026).age(person.birth)))
        .count();
    assert!(targets >= synth::part::CARDS, "{targets}");
}
