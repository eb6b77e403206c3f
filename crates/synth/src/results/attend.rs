//! Who attends which screening in which year.

use vocabulary::{FiscalYear, Sex};

use super::{cancer, detailed, oral, sheet::Sheets, visit::Visit, women};
use crate::{
    CityPlan, Facility, FacilityKind, Movers, Person,
    dice::Dice,
    matter,
    people::{Builder, Class},
    plan::days,
};

/// What a person brings to every year.
struct Habits {
    /// One in four attends most of the time.
    regular: bool,
    /// Cigarettes a day and years; one in five ever smoked.
    smoking: Option<(u32, u32)>,
    /// Attends everything, and something is found: the first rows of a city, so that it has every record type.
    model: bool,
    /// Moved away: attended everything the year before, in the first city.
    mover: bool,
    last_endoscopy: Option<FiscalYear>,
    last_cervix: Option<FiscalYear>,
    /// Records so far by type.
    histories: [u32; 16],
}

/// Rows that every city begins with attend everything.
const MODELS: u32 = 48;

/// Writes a person's results of all years.
pub(crate) fn history(builder: &Builder<'_>, facilities: &[Facility], person: &Person, mover: bool, sheets: &mut Sheets<'_>) {
    let plan = builder.plan;
    if person.class == Class::Outside || (mover && matches!(plan.movers, Movers::Entered { .. })) {
        return;
    }
    let mut dice = builder.dice(matter::HISTORY, &[person.serial.into()]);
    let smoking = dice.per_mille(200).then(|| (10 + dice.below(4) * 10, 5 + dice.below(40)));
    let mut habits = Habits {
        regular: dice.per_mille(250),
        smoking,
        model: person.serial < MODELS,
        mover,
        last_endoscopy: None,
        last_cervix: None,
        histories: [0; 16],
    };
    let first = plan.fiscal_year.0.saturating_sub(i16::from(plan.past_years));
    for year in first..=plan.fiscal_year.0 {
        attend_year(plan, facilities, person, FiscalYear(year), &mut habits, &mut dice, sheets);
    }
}

fn attend_year(
    plan: &CityPlan,
    facilities: &[Facility],
    person: &Person,
    year: FiscalYear,
    habits: &mut Habits,
    dice: &mut Dice,
    sheets: &mut Sheets<'_>,
) {
    let age = year.age(person.birth);
    let current = year == plan.fiscal_year;
    let woman = person.sex == Sex::Female;
    let two_years_since = |last: Option<FiscalYear>| last != Some(year.previous());
    let mut records: Vec<u16> = Vec::new();
    let mut endoscopy = false;
    for (record, due, weight) in [
        (2, age >= 35, 10),
        (3, age >= 40, 11),
        (4, age >= 40, 11),
        (5, woman && age >= 30, 10),
        (6, woman && age >= 20 && (age < 40 || two_years_since(habits.last_cervix)), 10),
        (7, woman && matches!(age, 40 | 50 | 60), 8),
        // The current year's oral health checks are what the demonstration is about: nobody has had theirs.
        (8, matches!(age, 20 | 30 | 40 | 50 | 60 | 70) && !current, 6),
        (1, (30..60).contains(&age), 1),
    ] {
        let chance = if habits.regular { weight * 60 } else { weight * 3 };
        let rolled = dice.per_mille(chance);
        let certain = (habits.mover && year.next() == plan.fiscal_year && record != 1)
            || (habits.model && (record != 1 || person.serial.is_multiple_of(5)));
        if due && (rolled || certain) {
            records.push(record);
        }
    }
    for record in records {
        let mut dice = Dice::of(&[dice.next(), u64::from(record)]);
        // Model rows come early, so that the detailed examination is known before today.
        let day = if habits.model || habits.mover { dice.between(40, 80) } else { dice.between(45, 340) };
        let on = days(year.first_day(), day);
        if on > days(plan.snapshot_day(), -3) || !person.lives_here(on) {
            continue;
        }
        let group = matches!(record, 2..=5) && dice.per_mille(450);
        let kind = match record {
            8 => FacilityKind::Dental,
            _ if group => FacilityKind::CheckUp,
            _ => FacilityKind::Medical,
        };
        let suitable: Vec<&Facility> = facilities.iter().filter(|facility| facility.kind == kind).collect();
        let Some(facility) = dice.pick(&suitable) else { continue };
        let Some(count) = habits.histories.get_mut(usize::from(record)) else { continue };
        *count += 1;
        let forced = habits.model && !person.serial.is_multiple_of(3);
        let mut visit = Visit { person, year, age, on, known_until: plan.snapshot_day(), facility, group, history: *count, forced, dice };
        let positive = match record {
            1 => {
                cancer::elsewhere(sheets, &mut visit);
                false
            }
            2 => {
                endoscopy = age >= 50 && two_years_since(habits.last_endoscopy) && visit.dice.per_mille(400);
                cancer::stomach(sheets, &mut visit, endoscopy)
            }
            3 => cancer::lung(sheets, &mut visit, habits.smoking),
            4 => cancer::colorectal(sheets, &mut visit),
            5 => women::breast(sheets, &mut visit),
            6 => {
                habits.last_cervix = Some(year);
                women::cervix(sheets, &mut visit)
            }
            7 => women::bone(sheets, &mut visit),
            _ => oral::oral(sheets, &mut visit),
        };
        if positive {
            detailed::detailed(sheets, &mut visit, record);
        }
    }
    if endoscopy {
        habits.last_endoscopy = Some(year);
    }
}
