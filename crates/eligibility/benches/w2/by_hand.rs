//! The baseline: the seven programmes as a programmer would write them down once and never change, over columns made for them alone.

use std::io::Write;

use eligibility::Person;
use vocabulary::{Date, ResidentNumber, Sex, day};

const BREAST: u16 = 1;
const CERVIX: u16 = 1 << 1;
const COLORECTAL: u16 = 1 << 2;
const LUNG: u16 = 1 << 3;
const ORAL: u16 = 1 << 4;
const BONE: u16 = 1 << 5;
const STOMACH: u16 = 1 << 6;
const CERVIX_BEFORE: u16 = 1 << 7;
const ENDOSCOPY_BEFORE: u16 = 1 << 8;

/// The columns: nothing in them that the rules of 2026 do not need.
#[derive(Default)]
pub(crate) struct Columns {
    birth: Vec<i32>,
    woman: Vec<bool>,
    from: Vec<i32>,
    to: Vec<i32>,
    flags: Vec<u16>,
    index: Vec<u16>,
}

impl Columns {
    pub(crate) fn new(people: &[Person], on: Date) -> Self {
        let mut columns = Self::default();
        for person in people {
            let standing = &person.standing;
            columns.birth.push(standing.birth.unwrap_or(i32::MAX));
            columns.woman.push(standing.sex == Sex::Female);
            columns.from.push(standing.from.unwrap_or(0));
            columns.to.push(standing.to.unwrap_or(i32::MAX));
            let known = person.examined.iter().filter(|one| one.on.is_none_or(|day| day <= on));
            columns.flags.push(known.fold(0, |flags, one| flags | flag(&one.programme, one.examination.as_deref(), one.fiscal_year.0)));
            let latest = person.facts.iter().filter(|fact| fact.on <= on).max_by_key(|fact| fact.on);
            columns.index.push(latest.map_or(0, |fact| fact.value as u16));
        }
        columns
    }

    /// Lines per examination, in the order of the output: one sum for each, no branch on a person.
    pub(crate) fn count(&self, on: Date) -> [u64; 11] {
        let today = day::to_number(on);
        let mut counts = [0_u32; 11];
        let persons = self.birth.iter().zip(&self.woman).zip(self.from.iter().zip(&self.to)).zip(self.flags.iter().zip(&self.index));
        for (((birth, woman), (from, to)), (flags, index)) in persons {
            let resident = (*from <= today) & (*to > today) & (*birth <= 20_270_401);
            let age = 20_270_401_i32.wrapping_sub(*birth) / 10_000;
            let open = |programme: u16| resident & (flags & programme == 0);
            let (breast, lung, stomach) = (open(BREAST) & *woman, open(LUNG) & (age >= 40), open(STOMACH));
            let due = [
                breast & (age >= 65),
                breast & (40..=64).contains(&age),
                breast & (30..=39).contains(&age),
                open(CERVIX) & *woman & (age >= 20) & ((age < 40) | (flags & CERVIX_BEFORE == 0)),
                open(COLORECTAL) & (age >= 40),
                lung,
                lung & (*index >= 600),
                open(ORAL) & matches!(age, 20 | 30 | 40 | 50 | 60 | 70),
                open(BONE) & *woman & matches!(age, 40 | 50 | 60),
                stomach & (age >= 50) & (flags & ENDOSCOPY_BEFORE == 0),
                stomach & (age >= 35),
            ];
            counts.iter_mut().zip(due).for_each(|(count, due)| *count += u32::from(due));
        }
        counts.map(u64::from)
    }

    /// The eligible output.
    pub(crate) fn write(&self, on: Date, numbers: &[ResidentNumber], out: &mut impl Write) -> std::io::Result<()> {
        const LINES: [&str; 11] = [
            ",breast,mammography,",
            ",breast,mammography_palpation,",
            ",breast,ultrasound,",
            ",cervix,cytology,",
            ",colorectal,fit,",
            ",lung,chest_xray,",
            ",lung,sputum,",
            ",oral_health,oral,",
            ",osteoporosis,bone_density,",
            ",stomach,endoscopy,",
            ",stomach,xray,",
        ];
        let ages: Vec<String> = (0..200).map(|age| format!("{age}\n")).collect();
        let mut text: Vec<u8> = Vec::with_capacity(1 << 21);
        text.extend_from_slice("住民番号,事業,検査,年齢\n".as_bytes());
        let mut result = Ok(());
        self.each(on, |row, age, due| {
            let (Some(number), Some(age)) = (numbers.get(row), ages.get(age as usize)) else { return };
            let mut due = due;
            while due != 0 {
                text.extend_from_slice(number.as_str().as_bytes());
                text.extend_from_slice(LINES.get(due.trailing_zeros() as usize).map_or(&[], |line| line.as_bytes()));
                text.extend_from_slice(age.as_bytes());
                due &= due - 1;
            }
            if text.len() > 1 << 20 {
                if result.is_ok() {
                    result = out.write_all(&text);
                }
                text.clear();
            }
        });
        result.and_then(|()| out.write_all(&text))
    }

    #[inline]
    fn each(&self, on: Date, mut visit: impl FnMut(usize, i32, u32)) {
        let today = day::to_number(on);
        let persons = self.birth.iter().zip(&self.woman).zip(self.from.iter().zip(&self.to)).zip(self.flags.iter().zip(&self.index));
        for (row, (((birth, woman), (from, to)), (flags, index))) in persons.enumerate() {
            if *from > today || *to <= today || *birth > 20_270_401 {
                continue;
            }
            let age = (20_270_401 - *birth) / 10_000;
            let open = |programme: u16| flags & programme == 0;
            let mut due = 0_u32;
            if *woman && age >= 30 && open(BREAST) {
                due |= if age >= 65 {
                    1
                } else if age >= 40 {
                    1 << 1
                } else {
                    1 << 2
                };
            }
            if *woman && age >= 20 && open(CERVIX) && (age < 40 || open(CERVIX_BEFORE)) {
                due |= 1 << 3;
            }
            if age >= 40 && open(COLORECTAL) {
                due |= 1 << 4;
            }
            if age >= 40 && open(LUNG) {
                due |= if *index >= 600 { 3 << 5 } else { 1 << 5 };
            }
            if matches!(age, 20 | 30 | 40 | 50 | 60 | 70) && open(ORAL) {
                due |= 1 << 7;
            }
            if *woman && matches!(age, 40 | 50 | 60) && open(BONE) {
                due |= 1 << 8;
            }
            if age >= 35 && open(STOMACH) {
                due |= 1 << 10;
                if age >= 50 && open(ENDOSCOPY_BEFORE) {
                    due |= 1 << 9;
                }
            }
            if due != 0 {
                visit(row, age, due);
            }
        }
    }
}

fn flag(programme: &str, examination: Option<&str>, year: i16) -> u16 {
    match (programme, examination, year) {
        ("breast", _, 2026) => BREAST,
        ("cervix", _, 2026) => CERVIX,
        ("colorectal", _, 2026) => COLORECTAL,
        ("lung", _, 2026) => LUNG,
        ("oral_health", _, 2026) => ORAL,
        ("osteoporosis", _, 2026) => BONE,
        ("stomach", _, 2026) => STOMACH,
        ("cervix", _, 2025) => CERVIX_BEFORE,
        ("stomach", Some("endoscopy"), 2025) => ENDOSCOPY_BEFORE,
        _ => 0,
    }
}
