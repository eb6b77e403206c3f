//! What happens in a week: about two rows in a hundred change.

use vocabulary::{Date, Sex, age_on};

use crate::{
    dice::Dice,
    matter, names, numbers,
    people::{Builder, Class, Event, Person, Reason, Removal, Taxation},
    place,
    plan::days,
};

/// The most newcomers of one block in one week.
pub(crate) const NEWCOMERS: u32 = 16;

/// Changes the people of a block through the week that ends on `last_day` and adds the newcomers; says whose rows changed (newcomers
/// come last and are not among them).
pub(crate) fn pass(builder: &Builder<'_>, week: u8, block: u32, people: &mut Vec<Person>, next_serial: u32) -> Vec<bool> {
    let weeks_left = i32::from(builder.plan.weeks) - i32::from(week);
    let last_day = days(builder.plan.today, -7 * weeks_left);
    let mut changed = Vec::with_capacity(people.len());
    for household in people.chunk_by_mut(|one, next| one.household == next.household) {
        let about = household.first().map(|person| u64::from(person.household)).unwrap_or_default();
        let mut dice = builder.dice(matter::WEEK, &[week.into(), about]);
        let moved = household_changes(builder, household, last_day, &mut dice);
        for person in household {
            changed.push(person_changes(person, last_day, &mut dice) || (moved && person.class != Class::Outside));
        }
    }
    let mut dice = builder.dice(matter::NEWCOMER, &[week.into(), block.into()]);
    let count = (u32::try_from(people.len()).unwrap_or_default() / 400).clamp(u32::from(block == 0), NEWCOMERS);
    for serial in next_serial..next_serial + count {
        let newcomer = newcomer(builder, people, serial, last_day, &mut dice);
        people.push(newcomer);
    }
    changed
}

fn lives(person: &Person) -> bool {
    person.ceased.is_none() && person.class != Class::Outside
}

/// In a hundred thousand households: 700 move within the city, 300 leave, 50 come under protection, 250 change their taxation class, 30
/// come on welfare.
fn household_changes(builder: &Builder<'_>, household: &mut [Person], last_day: Date, dice: &mut Dice) -> bool {
    let on = days(last_day, -dice.between(0, 6));
    let roll = dice.below(100_000);
    if roll >= 1_330 || !household.iter().all(lives) {
        return false;
    }
    match roll {
        0..700 => {
            let home = place::home(builder.plan.municipality, dice);
            for person in household {
                person.home = home.clone().into();
                person.event = Some(Event { reason: Reason::MovedWithin, on });
            }
        }
        700..1_000 => {
            for person in household {
                person.event = Some(Event { reason: Reason::MovedOut, on });
                person.ceased = Some((on, Removal::MovedOut));
            }
        }
        1_000..1_050 => household.iter_mut().for_each(|person| person.protected = !person.protected),
        1_050..1_300 => {
            for person in household.iter_mut() {
                let other = if person.household_taxation == Taxation::Taxed { Taxation::Untaxed } else { Taxation::Taxed };
                person.household_taxation = other;
                if age_on(person.birth, on) >= 18 {
                    person.taxation = other;
                }
            }
        }
        _ => household.iter_mut().for_each(|person| person.welfare = !person.welfare),
    }
    true
}

fn person_changes(person: &mut Person, last_day: Date, dice: &mut Dice) -> bool {
    let on = days(last_day, -dice.between(0, 6));
    let (dies, marries, calls) = (dice.below(100_000), dice.below(100_000), dice.below(100_000));
    let rolled = dice.below(10_000_000);
    if !lives(person) {
        return false;
    }
    let age = age_on(person.birth, on);
    let deaths = match age {
        80.. => 200,
        65..80 => 35,
        _ => 4,
    };
    if dies < deaths {
        person.event = Some(Event { reason: Reason::Died, on });
        person.ceased = Some((on, Removal::Died));
        return true;
    }
    if person.class == Class::Japanese && (22..40).contains(&age) && marries < 60 {
        let family = names::family(dice);
        person.family = family.written.into();
        person.family_kana = family.kana.into();
        person.event = Some(Event { reason: Reason::Married, on });
        return true;
    }
    if age >= 15 && calls < 400 {
        person.phone = format!("090-0{:03}-{:04}", rolled / 10_000, rolled % 10_000).into();
        return true;
    }
    false
}

/// A child born into a household of the block, or someone who moved in alone.
fn newcomer(builder: &Builder<'_>, people: &[Person], serial: u32, last_day: Date, dice: &mut Dice) -> Person {
    let on = days(last_day, -dice.between(0, 6));
    let mother = (0..4).find_map(|_| {
        dice.pick(people).filter(|person| {
            lives(person) && person.sex == Sex::Female && person.class == Class::Japanese && (22..44).contains(&age_on(person.birth, on))
        })
    });
    let family = names::family(dice);
    let age = dice.between(19, 45);
    let draft = builder.draft(age, builder.any_sex(dice), &family, dice);
    let home = place::home(builder.plan.municipality, dice);
    let rolled = dice.below(10_000_000);
    let mut person = Person {
        serial,
        household: serial,
        number: numbers::resident(builder.plan, serial),
        family: draft.family.written.into(),
        given: draft.given.written.into(),
        family_kana: draft.family.kana.into(),
        given_kana: draft.given.kana.into(),
        sex: draft.sex,
        birth: draft.birth,
        home: home.into(),
        phone: format!("090-0{:03}-{:04}", rolled / 10_000, rolled % 10_000).into(),
        class: Class::Japanese,
        event: Some(Event { reason: Reason::MovedIn, on }),
        became: Some(on),
        ceased: None,
        protected: false,
        taxation: Taxation::Unknown,
        household_taxation: Taxation::Unknown,
        welfare: false,
        disaster_victim: false,
    };
    if let Some(mother) = mother {
        let given = names::given(person.sex, on.year(), dice);
        person.household = mother.household;
        person.family = mother.family.clone();
        person.family_kana = mother.family_kana.clone();
        person.given = given.written.into();
        person.given_kana = given.kana.into();
        person.birth = on;
        person.home = mother.home.clone();
        person.phone = mother.phone.clone();
        person.event = Some(Event { reason: Reason::Born, on });
        person.taxation = Taxation::Untaxed;
        person.household_taxation = mother.household_taxation;
        person.welfare = mother.welfare;
        person.protected = mother.protected;
        person.disaster_victim = mother.disaster_victim;
    }
    person
}
