//! The people of a city as the demonstration plays them: who lives there after the first week, read from the input files alone.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use catalogue::Programme;
use eligibility::{Removal, Residency, ResidentClass, Standing};
use number::IndividualNumber;
use vocabulary::{Date, FiscalYear, ResidentNumber, day, era};

/// What the demonstration must know of a person to act as one.
pub struct Person {
    /// 住民番号.
    pub resident: ResidentNumber,
    /// 個人番号, where the file has one.
    pub number: Option<IndividualNumber>,
    /// Age on 31 March of the fiscal year.
    pub age: i16,
    of_age: bool,
    protected: bool,
    standing: Standing,
    moved_in: bool,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(***)")
    }
}

/// Everybody, by 住民番号.
#[derive(Debug)]
pub struct People(BTreeMap<ResidentNumber, Person>);

impl People {
    /// Reads `residents.csv`, then `weekly-01.csv` over it; `programme` is the one whose targets are registered with the hub.
    pub fn read(folder: &Path, year: FiscalYear, programme: &Programme) -> anyhow::Result<People> {
        let mut people = BTreeMap::new();
        for file in ["residents.csv", "weekly-01.csv"] {
            let path = folder.join(file);
            let mut reader = csv::Reader::from_path(&path).with_context(|| path.display().to_string())?;
            let headings = reader.headers()?.clone();
            for row in reader.records() {
                if let Some(person) = person(&headings, &row?, year, programme) {
                    people.insert(person.resident, person);
                }
            }
        }
        Ok(People(people))
    }

    /// Those whose oral health check is registered with the hub, in the order of their 住民番号; their place in this list decides their part.
    pub fn targets(&self, on: Date) -> Vec<&Person> {
        let due = |person: &&Person| {
            person.standing.on(on) == Residency::Resident && person.of_age && !person.protected && person.number.is_some()
        };
        self.0.values().filter(due).collect()
    }

    /// Those who stand in both cities' files, in the order of their 住民番号 here.
    pub fn movers(&self, from: &People) -> Vec<&Person> {
        let mut known: Vec<&IndividualNumber> = from.0.values().filter_map(|person| person.number.as_ref()).collect();
        let key = |number: &IndividualNumber| number.open(vocabulary::Purpose::Operation).to_string();
        known.sort_by_cached_key(|number| key(number));
        let known: Vec<String> = known.into_iter().map(key).collect();
        let both = |person: &&Person| person.number.as_ref().is_some_and(|number| known.binary_search(&key(number)).is_ok());
        self.0.values().filter(|person| person.moved_in).filter(both).collect()
    }
}

fn person(headings: &csv::StringRecord, row: &csv::StringRecord, year: FiscalYear, programme: &Programme) -> Option<Person> {
    let cell = |heading: &str| headings.iter().position(|found| found == heading).and_then(|at| row.get(at)).unwrap_or_default();
    let date = |heading: &str| era::parse_date(cell(heading)).ok();
    let birth = date("生年月日")?;
    Some(Person {
        resident: ResidentNumber::parse(cell("住民番号")).ok()?,
        number: IndividualNumber::parse(cell("個人番号")).ok(),
        age: year.age(birth),
        of_age: programme.examinations.iter().any(|examination| examination.ages().hold(year.age(birth))),
        protected: cell("支援措置") == "1",
        standing: Standing {
            birth: Some(day::to_number(birth)),
            class: cell("住民区分").parse().ok().and_then(ResidentClass::from_code).unwrap_or_default(),
            from: date("住民となった日").map(day::to_number),
            to: date("住民でなくなった日").map(day::to_number),
            removal: cell("消除事由").parse().ok().and_then(Removal::from_code),
            ..Standing::default()
        },
        moved_in: cell("異動事由") == "転入",
    })
}
