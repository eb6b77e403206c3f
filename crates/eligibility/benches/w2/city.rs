//! A city of the bench's own, the same on every machine: residents, results of six fiscal years, smoking indices. It is written out as
//! normalised tables for the peer and filled into columns for the engine and for the loop by hand.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use catalogue::Catalogue;
use eligibility::{Examined, History, KnownFact, Person, Population, Removal, Standing};
use vocabulary::{Date, FiscalYear, ResidentNumber, Sex, day};

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % u64::from(end)) as u32
    }

    fn day(&mut self, first: u32, years: u32) -> i32 {
        ((first + self.below(years)) * 10_000 + (1 + self.below(12)) * 100 + 1 + self.below(28)) as i32
    }
}

/// The city.
pub(crate) struct City {
    pub(crate) numbers: Vec<ResidentNumber>,
    pub(crate) people: Vec<Person>,
}

impl City {
    /// So many residents, one in ten of them dead or gone, as old as a Japanese city is.
    pub(crate) fn new(residents: u32, catalogue: &Catalogue) -> Self {
        let mut random = Random(7);
        let examinations: Vec<_> = catalogue.examinations().map(|(programme, one)| (programme.id.clone(), one.id.clone())).collect();
        let person = |_| {
            let standing = standing(&mut random);
            let age = 2027 - standing.birth.unwrap_or_default() / 10_000;
            let mut person = Person { standing, ..Person::default() };
            if age >= 20 {
                (2021..=2026).for_each(|year| attend(&mut person, &mut random, &examinations, year, age));
            }
            person
        };
        let people = (0..residents).map(person).collect();
        let numbers = (0..residents).filter_map(|place| ResidentNumber::parse(&format!("{:010}", 1_000_000 + place)).ok());
        Self { numbers: numbers.collect(), people }
    }

    /// The columns of the engine.
    pub(crate) fn columns(&self, catalogue: &Catalogue, on: Date) -> (Population, History) {
        let (mut population, mut history) = (Population::with_capacity(self.people.len()), History::new(catalogue));
        for person in &self.people {
            let row = population.push(&person.standing);
            history.take(row, person, on);
        }
        (population, history)
    }

    /// Normalised tables, as the peer loads them.
    pub(crate) fn write_tables(&self, folder: &Path) -> io::Result<()> {
        let mut residents = BufWriter::new(File::create(folder.join("residents.csv"))?);
        let mut results = BufWriter::new(File::create(folder.join("results.csv"))?);
        let mut facts = BufWriter::new(File::create(folder.join("facts.csv"))?);
        writeln!(residents, "id,number,birth,sex,resident_from,resident_to")?;
        writeln!(results, "id,programme,examination,fiscal_year,examined_on")?;
        writeln!(facts, "id,value,known_on")?;
        let iso = |number: Option<i32>| number.and_then(day::from_number).map(|day| day.to_string()).unwrap_or_default();
        for (id, (number, person)) in self.numbers.iter().zip(&self.people).enumerate() {
            let standing = &person.standing;
            let (birth, from, to) = (iso(standing.birth), iso(standing.from), iso(standing.to));
            writeln!(residents, "{id},{},{birth},{},{from},{to}", number.as_str(), standing.sex.code())?;
            for one in &person.examined {
                let (examination, on) = (one.examination.as_deref().unwrap_or_default(), one.on.map(|on| on.to_string()));
                writeln!(results, "{id},{},{examination},{},{}", one.programme, one.fiscal_year, on.unwrap_or_default())?;
            }
            for known in &person.facts {
                writeln!(facts, "{id},{},{}", known.value, known.on)?;
            }
        }
        residents.flush().and(results.flush()).and(facts.flush())
    }
}

fn standing(random: &mut Random) -> Standing {
    // More people are born in some decades than in others; nobody is older than 105.
    let birth = match random.below(10) {
        0 => random.day(1922, 20),
        1..=3 => random.day(1942, 20),
        4..=7 => random.day(1962, 36),
        _ => random.day(1998, 28),
    };
    let gone = random.below(10) == 0;
    Standing {
        birth: Some(birth),
        sex: if random.below(100) == 0 {
            Sex::Unknown
        } else if random.below(2) == 0 {
            Sex::Male
        } else {
            Sex::Female
        },
        from: (random.below(3) > 0).then(|| random.day(1990, 36)),
        to: gone.then(|| random.day(2022, 6)),
        removal: gone.then(|| if random.below(2) == 0 { Removal::Died } else { Removal::MovedOut }),
        ..Standing::default()
    }
}

/// One person in eight attends a programme in a year; every fourth at the chest X-ray says how much they smoke.
fn attend(person: &mut Person, random: &mut Random, examinations: &[(String, String)], year: i16, age: i32) {
    let woman = person.standing.sex == Sex::Female;
    for programme in examinations.chunk_by(|one, next| one.0 == next.0) {
        let Some((programme, examination)) = programme.get(random.below(programme.len() as u32) as usize) else { continue };
        let for_women = matches!(programme.as_str(), "breast" | "cervix" | "osteoporosis");
        if random.below(8) > 0 || (for_women && !woman) || (age < 35 && programme != "cervix" && programme != "oral_health") {
            continue;
        }
        let on = Date::new(year, 5 + random.below(8) as i8, 1 + random.below(28) as i8).ok();
        person.examined.push(Examined {
            programme: programme.clone(),
            examination: Some(examination.clone()),
            fiscal_year: FiscalYear(year),
            on,
        });
        if examination == "chest_xray" && random.below(4) == 0 {
            let value = (random.below(50) * 30) as i32;
            person.facts.push(KnownFact { fact: "smoking_index".to_owned(), value, on: on.unwrap_or_default() });
        }
    }
}
