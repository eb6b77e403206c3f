//! Who is due for what by the rules of the PIA, written down once more as plainly as they stand there.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::city::{City, Day, Resident, Row, YEAR, date};

/// 住民番号, 事業, 検査, 年齢.
pub(crate) type Due = (String, &'static str, &'static str, i32);

/// Programmes with the record type of their results.
pub(crate) const PROGRAMMES: [(&str, u8); 7] =
    [("stomach", 2), ("lung", 3), ("colorectal", 4), ("breast", 5), ("cervix", 6), ("osteoporosis", 7), ("oral_health", 8)];

/// What was done when, by 住民番号.
struct Past<'c> {
    /// Record type, fiscal year.
    done: HashSet<(&'c str, u8, i32)>,
    /// Fiscal years with an endoscopy.
    endoscopy: HashSet<(&'c str, i32)>,
    /// The smoking index of the latest lung screening that tells one.
    smoking: BTreeMap<&'c str, (Day, i32)>,
}

impl<'c> Past<'c> {
    fn of(city: &'c City, day: Day) -> Past<'c> {
        let mut past = Past { done: HashSet::new(), endoscopy: HashSet::new(), smoking: BTreeMap::new() };
        for (record, row) in city.results.iter().filter(|(record, _)| (2..=8).contains(record)) {
            let (resident, year) = (row["住民番号"].as_str(), row["年度"].parse().unwrap());
            let on = date(&row["受診日"]).unwrap();
            assert!(on <= day, "a result of the future");
            past.done.insert((resident, *record, year));
            if *record == 2 && row["検査方法"] == "2" {
                past.endoscopy.insert((resident, year));
            }
            if *record == 3
                && let Some(index) = smoking_index(row)
            {
                let latest = past.smoking.entry(resident).or_insert((on, index));
                if latest.0 <= on {
                    *latest = (on, index);
                }
            }
        }
        past
    }

    fn had(&self, resident: &str, programme: &str, year: i32) -> bool {
        let record = PROGRAMMES.iter().find(|(name, _)| *name == programme).unwrap().1;
        self.done.contains(&(resident, record, year))
    }
}

/// As written, or cigarettes a day times years.
fn smoking_index(row: &Row) -> Option<i32> {
    let number = |heading: &str| row[heading].parse::<i32>().ok();
    number("喫煙指数").or_else(|| Some(number("喫煙本数")? * number("喫煙年数")?))
}

/// Everything that is due in the fiscal year on a day, in the order of the output.
pub(crate) fn due(city: &City, on: Day) -> BTreeSet<Due> {
    let past = Past::of(city, on);
    let mut due = BTreeSet::new();
    for (number, resident) in &city.residents {
        if !resident.lives_here(on) {
            continue;
        }
        let age = resident.age(YEAR);
        for (programme, examination) in of_age(resident, age) {
            let last_year = match (programme, examination) {
                ("stomach", "endoscopy") => past.endoscopy.contains(&(number.as_str(), YEAR - 1)),
                ("cervix", _) => age >= 40 && past.had(number, programme, YEAR - 1),
                _ => false,
            };
            let smokes = past.smoking.get(number.as_str()).is_some_and(|(_, index)| *index >= 600);
            let asked_for = examination != "sputum" || smokes;
            if asked_for && !last_year && !past.had(number, programme, YEAR) {
                due.insert((number.clone(), programme, examination, age));
            }
        }
    }
    due
}

/// What age and sex alone open.
fn of_age(resident: &Resident, age: i32) -> Vec<(&'static str, &'static str)> {
    let mut open = Vec::new();
    let mut when = |is: bool, programme, examination| {
        if is {
            open.push((programme, examination));
        }
    };
    let woman = resident.is_woman();
    when([20, 30, 40, 50, 60, 70].contains(&age), "oral_health", "oral");
    when(woman && [40, 50, 60].contains(&age), "osteoporosis", "bone_density");
    when(age >= 35, "stomach", "xray");
    when(age >= 50, "stomach", "endoscopy");
    when(woman && age >= 20, "cervix", "cytology");
    when(age >= 40, "lung", "chest_xray");
    when(age >= 40, "lung", "sputum");
    when(woman && (30..=39).contains(&age), "breast", "ultrasound");
    when(woman && (40..=64).contains(&age), "breast", "mammography_palpation");
    when(woman && age >= 65, "breast", "mammography");
    when(age >= 40, "colorectal", "fit");
    open
}
