//! Three tellers of the same rules on random people: the compiled tables, the explanation, and a reading of the interfaces page as plain
//! as it can be, which knows neither the catalogue nor the vocabulary.

use super::people::Random;
use catalogue::Catalogue;
use eligibility::{History, Person, Plan, Population, Removal, ResidentClass, explain, explain_in};
use vocabulary::{Date, FiscalYear, Sex};

const PEOPLE: usize = 100_000;

type Line = (usize, String, String, i16);

/// The rules of the default catalogue, as the interfaces page writes them.
mod page {
    use super::*;

    /// "age = age at the end of the fiscal year (31 March) under the Age Calculation Act": a year is completed on the day before the birthday.
    fn age(birth: i32, year: i16) -> i32 {
        let (y, md) = (birth / 10_000, birth % 10_000);
        // On 31 March those born on 1 April complete their year; those born on 2 April have another day to go.
        i32::from(year) + 1 - y - i32::from(md > 401)
    }

    fn examined(person: &Person, on: Date, year: i16, programme: &str, examination: Option<&str>) -> bool {
        person.examined.iter().any(|one| {
            let known = one.on.is_none_or(|day| day <= on);
            let meant = examination.is_none() || one.examination.as_deref() == examination;
            known && meant && one.fiscal_year.0 == year && one.programme == programme
        })
    }

    /// "Only people who are residents on the day of extraction; not dead, not moved out."
    fn resident(person: &Person, on: Date) -> bool {
        let standing = &person.standing;
        let today = i32::from(on.year()) * 10_000 + i32::from(on.month()) * 100 + i32::from(on.day());
        let came = standing.from.is_none() || standing.from.unwrap() <= today;
        let left = match (standing.to, standing.removal) {
            (Some(to), _) => to <= today,
            (None, Some(Removal::Died | Removal::MovedOut | Removal::Other)) => true,
            (None, None) => false,
        };
        let before = standing.former.iter().any(|period| period.from.is_none_or(|from| from <= today) && today < period.to);
        let born = standing.birth.is_none_or(|birth| birth <= today);
        standing.class != ResidentClass::Outside && born && (came && !left || before)
    }

    /// The programmes it speaks of; a city may add others.
    pub(super) const PROGRAMMES: [&str; 7] = ["breast", "cervix", "colorectal", "lung", "oral_health", "osteoporosis", "stomach"];

    pub(super) fn due(person: &Person, year: i16, on: Date) -> Vec<(&'static str, &'static str, i16)> {
        let mut due = Vec::new();
        let (true, Some(birth)) = (resident(person, on), person.standing.birth) else { return due };
        let age = age(birth, year);
        let woman = person.standing.sex == Sex::Female;
        let index = person.facts.iter().filter(|fact| fact.on <= on).max_by_key(|fact| fact.on).map(|fact| fact.value);
        let not_yet = |programme: &str| !examined(person, on, year, programme, None);
        let mut add = |programme, examination| due.push((programme, examination, i16::try_from(age).unwrap()));
        if woman && not_yet("breast") {
            match age {
                30..=39 => add("breast", "ultrasound"),
                40..=64 => add("breast", "mammography_palpation"),
                65.. => add("breast", "mammography"),
                _ => {}
            }
        }
        if woman && age >= 20 && not_yet("cervix") && (age < 40 || !examined(person, on, year - 1, "cervix", None)) {
            add("cervix", "cytology");
        }
        if age >= 40 && not_yet("colorectal") {
            add("colorectal", "fit");
        }
        if age >= 40 && not_yet("lung") {
            add("lung", "chest_xray");
            if index >= Some(600) {
                add("lung", "sputum");
            }
        }
        if [20, 30, 40, 50, 60, 70].contains(&age) && not_yet("oral_health") {
            add("oral_health", "oral");
        }
        if woman && [40, 50, 60].contains(&age) && not_yet("osteoporosis") {
            add("osteoporosis", "bone_density");
        }
        if not_yet("stomach") {
            if age >= 50 && !examined(person, on, year - 1, "stomach", Some("endoscopy")) {
                add("stomach", "endoscopy");
            }
            if age >= 35 {
                add("stomach", "xray");
            }
        }
        due
    }
}

struct City {
    catalogue: Catalogue,
    people: Vec<Person>,
}

impl City {
    fn new(seed: u64, people: usize) -> Self {
        Self::of(Catalogue::built_in().unwrap(), seed, people)
    }

    fn of(catalogue: Catalogue, seed: u64, people: usize) -> Self {
        let examinations: Vec<_> = catalogue.examinations().map(|(programme, one)| (programme.id.clone(), one.id.clone())).collect();
        let mut random = Random(seed);
        let people = (0..people).map(|_| random.person(&examinations)).collect();
        Self { catalogue, people }
    }

    fn columns(&self, on: Date) -> (Population, History) {
        let mut population = Population::with_capacity(self.people.len());
        let mut history = History::new(&self.catalogue);
        for person in &self.people {
            let row = population.push(&person.standing);
            history.take(row, person, on);
        }
        (population, history)
    }

    fn batch(&self, year: FiscalYear, on: Date) -> Vec<Line> {
        let (population, history) = self.columns(on);
        let plan = Plan::compile(&self.catalogue, year, on);
        let mut lines = Vec::new();
        plan.list(&population, &history, |one| lines.push((one.row, one.programme.to_owned(), one.examination.to_owned(), one.age)))
            .unwrap();
        let counts = plan.count(&population, &history).unwrap();
        for (programme, examination, count) in counts.iter() {
            let listed = lines.iter().filter(|(_, its, id, _)| its == programme && id == examination).count();
            assert_eq!(count, listed as u64, "{programme}:{examination} is counted as it is listed");
        }
        lines
    }

    fn page(&self, year: FiscalYear, on: Date) -> Vec<Line> {
        let due = |(row, person)| page::due(person, year.0, on).into_iter().map(move |(p, e, age)| (row, p.to_owned(), e.to_owned(), age));
        self.people.iter().enumerate().flat_map(due).collect()
    }
}

#[track_caller]
fn same(ours: &[Line], theirs: &[Line]) {
    assert!(ours.len() > 10_000, "enough people are due to compare: {}", ours.len());
    for (one, other) in ours.iter().zip(theirs) {
        assert_eq!(one, other);
    }
    assert_eq!(ours.len(), theirs.len());
}

#[test]
fn r_reg_3_the_batch_says_what_the_interfaces_page_says() {
    let city = City::new(1, PEOPLE);
    let day = |year, month, day| Date::new(year, month, day).unwrap();
    for (year, on) in [(2026, day(2026, 6, 1)), (2026, day(2026, 3, 31)), (2025, day(2026, 3, 31)), (2027, day(2027, 2, 28))] {
        let mut batch = city.batch(FiscalYear(year), on);
        batch.retain(|(_, programme, ..)| page::PROGRAMMES.contains(&programme.as_str()));
        same(&batch, &city.page(FiscalYear(year), on));
    }
}

#[test]
fn r_reg_3_explanation_and_batch_agree_on_everybody() {
    explanation_and_batch_agree(&City::new(2, PEOPLE));
}

#[test]
fn r_reg_2_a_catalogue_has_as_many_examinations_as_a_city_offers() {
    // 80 more in a programme in the middle: bits of three words, with ages, intervals and a condition in each of them.
    let file = format!("{}/../../catalogue/programmes/lung.toml", env!("CARGO_MANIFEST_DIR"));
    let more: String = (0..80)
        .map(|place| {
            let (from, scope) = (30 + place % 50, ["examination", "programme"][place % 2]);
            let interval =
                if place % 3 == 0 { format!("interval = {{ scope = \"{scope}\", years = 3, source = \"X\" }}\n") } else { String::new() };
            let condition = if place % 5 == 0 { "condition = { fact = \"smoking_index\", at_least = 300, source = \"X\" }\n" } else { "" };
            format!(
                "[[examination]]\nid = \"extra_{place:02}\"\nname = \"追加\"\nenglish = \"Extra\"\nages = [{{ from = {from} }}]\n\
                 done_when = {{ all = [\"examined_on\"] }}\nunit_price = 0\ncopay = 0\n{interval}{condition}\n"
            )
        })
        .collect();
    let text = std::fs::read_to_string(file).unwrap().replacen("[[examination]]", &format!("{more}[[examination]]"), 1);
    let catalogue = Catalogue::from_texts([("programmes/lung.toml".to_owned(), text)]).unwrap();
    assert_eq!(catalogue.examinations().count(), 91);
    let city = City::of(catalogue, 5, 4_000);
    explanation_and_batch_agree(&city);
    let (year, on) = (FiscalYear(2026), Date::new(2026, 10, 1).unwrap());
    let numbers: Vec<_> = (0..4_000).map(|row| vocabulary::ResidentNumber::parse(&format!("{row:04}")).unwrap()).collect();
    let (population, history) = city.columns(on);
    let mut file = Vec::new();
    Plan::compile(&city.catalogue, year, on).write_csv(&population, &history, &numbers, &mut file).unwrap();
    let lines = city.batch(year, on).into_iter().map(|(row, programme, id, age)| format!("{row:04},{programme},{id},{age}\n"));
    assert!(String::from_utf8(file).unwrap() == format!("住民番号,事業,検査,年齢\n{}", lines.collect::<String>()), "the file is the list");
}

fn explanation_and_batch_agree(city: &City) {
    let on = Date::new(2026, 10, 1).unwrap();
    let batch = city.batch(FiscalYear(2026), on);
    let programmes: Vec<&str> = city.catalogue.programmes().iter().map(|programme| programme.id.as_str()).collect();
    let mut told = Vec::new();
    for (row, person) in city.people.iter().enumerate() {
        for programme in &programmes {
            let explanation = explain(&city.catalogue, person, programme, on).unwrap();
            for verdict in &explanation.verdicts {
                assert_eq!(verdict.is_due(), verdict.next == Some(FiscalYear(2026)), "due now is due this year");
                assert_eq!(verdict.is_due(), verdict.against().next().is_none(), "every no has a reason");
                if verdict.is_due() {
                    told.push((row, (*programme).to_owned(), verdict.examination.clone(), explanation.age.unwrap()));
                }
            }
        }
    }
    same(&batch, &told);
}

#[test]
fn r_reg_3_the_next_year_is_the_first_in_which_the_person_is_due() {
    let city = City::new(3, 1_500);
    let on = Date::new(2026, 10, 1).unwrap();
    let mut later = 0;
    for person in &city.people {
        for programme in city.catalogue.programmes() {
            let now = explain(&city.catalogue, person, &programme.id, on).unwrap();
            for (place, verdict) in now.verdicts.iter().enumerate() {
                let due = |year: i16| {
                    let then = explain_in(&city.catalogue, person, &programme.id, FiscalYear(year), on).unwrap();
                    then.verdicts[place].is_due()
                };
                let first = (2026..2026 + 60).find(|year| due(*year)).map(FiscalYear);
                match verdict.next {
                    Some(next) if next.0 >= 2026 + 60 => assert_eq!(first, None),
                    next => assert_eq!(next, first),
                }
                later += usize::from(first > Some(FiscalYear(2026)));
            }
        }
    }
    assert!(later > 500, "many become due later: {later}");
}

#[test]
fn one_programme_alone_is_its_part_of_the_whole() {
    let city = City::new(4, 20_000);
    let (year, on) = (FiscalYear(2026), Date::new(2026, 6, 1).unwrap());
    let (population, history) = city.columns(on);
    let whole = Plan::compile(&city.catalogue, year, on);
    for programme in city.catalogue.programmes() {
        let alone = whole.clone().only(&programme.id).unwrap();
        let mut ours = Vec::new();
        alone.list(&population, &history, |one| ours.push((one.row, one.examination.to_owned()))).unwrap();
        let mut theirs = Vec::new();
        whole
            .list(&population, &history, |one| {
                if one.programme == programme.id {
                    theirs.push((one.row, one.examination.to_owned()))
                }
            })
            .unwrap();
        assert_eq!(ours, theirs);
    }
    assert!(whole.only("none").is_err());
}
