//! What the register says about a household: when they came, moved, left or died; protection, taxation, welfare.

use number::IndividualNumber;
use vocabulary::{Date, age_on};

use super::{
    household::{Builder, Draft},
    person::{Class, Event, Person, Reason, Removal, Taxation},
};
use crate::{
    dice::Dice,
    numbers,
    place::{self, Home},
    plan::days,
};

/// What is decided about a household as a whole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) class: Class,
    pub(crate) moved_out: bool,
    /// Everybody in it died.
    pub(crate) died: bool,
    pub(crate) protected: bool,
    pub(crate) welfare: bool,
    pub(crate) disaster_victim: bool,
}

impl Shape {
    /// An ordinary household.
    pub(crate) const PLAIN: Self =
        Self { class: Class::Japanese, moved_out: false, died: false, protected: false, welfare: false, disaster_victim: false };

    /// In a hundred thousand households: 800 moved out, 700 outside the register, 250 protected, 1,700 on welfare, 400 disaster victims.
    pub(crate) fn of_chance(foreign: bool, dice: &mut Dice) -> Self {
        let outside = !foreign && dice.per_100k(700);
        Self {
            class: if foreign {
                Class::Foreign
            } else if outside {
                Class::Outside
            } else {
                Class::Japanese
            },
            moved_out: !outside && dice.per_100k(800),
            died: false,
            protected: !outside && dice.per_100k(250),
            welfare: !outside && dice.per_100k(1_700),
            disaster_victim: dice.per_100k(400),
        }
    }
}

/// Enters a household; `next_serial` is the serial after its last member.
pub(crate) fn register(
    builder: &Builder<'_>,
    drafts: Vec<Draft>,
    next_serial: u32,
    shape: Shape,
    dice: &mut Dice,
    people: &mut Vec<Person>,
) {
    let count = u32::try_from(drafts.len()).unwrap_or(1);
    let household = next_serial - count;
    let home = if shape.class == Class::Outside {
        place::elsewhere(builder.plan.municipality, dice)
    } else {
        place::home(builder.plan.municipality, dice)
    };
    let snapshot = builder.snapshot;
    // Three in five came as a household, most of them not long ago.
    let arrived = dice.per_mille(600).then(|| days(snapshot, -dice.between(10, 200) * dice.between(1, 60)));
    let moved_within = dice.per_mille(250).then(|| days(snapshot, -dice.between(5, 3_000)));
    let left = shape.moved_out.then(|| days(snapshot, -dice.between(1, 900)));
    let first = people.len();
    for (draft, serial) in drafts.into_iter().zip(household..) {
        let came = came(&draft, arrived, dice).min(snapshot);
        let left = left.map(|day| (day.max(came), Removal::MovedOut)).or_else(|| death(&draft, came, shape, snapshot, dice));
        let event = event(shape.class, came, draft.birth, moved_within, left);
        let phone = phone(&draft, people.get(first), snapshot, dice);
        let taxation = taxation(&draft, came, shape, snapshot, dice);
        let in_register = shape.class != Class::Outside;
        people.push(Person {
            serial,
            household,
            number: in_register.then(|| numbers::resident(builder.plan, serial)).flatten(),
            family: draft.family.written.into(),
            given: draft.given.written.into(),
            family_kana: draft.family.kana.into(),
            given_kana: draft.given.kana.into(),
            sex: draft.sex,
            birth: draft.birth,
            home: home.clone().into(),
            phone: phone.into(),
            class: shape.class,
            event,
            became: in_register.then_some(came),
            ceased: left.filter(|_| in_register),
            protected: shape.protected,
            taxation,
            household_taxation: taxation,
            welfare: shape.welfare,
            disaster_victim: shape.disaster_victim,
        });
    }
    settle_taxation(people.get_mut(first..).unwrap_or_default());
}

/// The household's class follows from its members': taxed when one is, unknown when nothing else is known.
pub(crate) fn settle_taxation(members: &mut [Person]) {
    let any = |taxation| members.iter().any(|member| member.taxation == taxation);
    let household = if any(Taxation::Taxed) {
        Taxation::Taxed
    } else if any(Taxation::Unknown) {
        Taxation::Unknown
    } else {
        Taxation::Untaxed
    };
    members.iter_mut().for_each(|member| member.household_taxation = household);
}

/// The day someone became a resident: birth, or the household's arrival, or an arrival of their own as an adult.
fn came(draft: &Draft, arrived: Option<Date>, dice: &mut Dice) -> Date {
    match arrived {
        Some(day) => day.max(draft.birth),
        None if dice.per_mille(550) => draft.birth,
        None => days(draft.birth, dice.between(18 * 365, 32 * 365)),
    }
}

fn death(draft: &Draft, came: Date, shape: Shape, snapshot: Date, dice: &mut Dice) -> Option<(Date, Removal)> {
    let chance = match age_on(draft.birth, snapshot) {
        80.. => 6_000,
        65..80 => 1_200,
        _ => 100,
    };
    let died = dice.per_100k(chance);
    let struck_off = dice.per_100k(40);
    let day = days(snapshot, -dice.between(1, 900)).max(came);
    if died || shape.died { Some((day, Removal::Died)) } else { struck_off.then_some((day, Removal::Other)) }
}

fn event(class: Class, came: Date, birth: Date, moved_within: Option<Date>, left: Option<(Date, Removal)>) -> Option<Event> {
    if class == Class::Outside {
        return None;
    }
    Some(match (left, moved_within) {
        (Some((on, Removal::MovedOut)), _) => Event { reason: Reason::MovedOut, on },
        (Some((on, Removal::Died)), _) => Event { reason: Reason::Died, on },
        (Some((on, Removal::Other)), _) => Event { reason: Reason::ByOffice, on },
        (None, Some(on)) if on > came => Event { reason: Reason::MovedWithin, on },
        (None, _) if came == birth => Event { reason: Reason::Born, on: birth },
        (None, _) => Event { reason: Reason::MovedIn, on: came },
    })
}

/// Mobile numbers begin with 090-0 and fixed ones with 0999-0: neither is given to anybody. Children have the number of the head.
fn phone(draft: &Draft, head: Option<&Person>, snapshot: Date, dice: &mut Dice) -> String {
    let age = age_on(draft.birth, snapshot);
    let rolled = dice.below(10_000_000);
    if age < 15 {
        return head.map(|head| head.phone.expose().clone()).unwrap_or_default();
    }
    match dice.below(100) {
        0..12 => String::new(),
        12..50 if age >= 70 => format!("0999-0{}-{:04}", rolled / 1_000_000, rolled % 10_000),
        _ => format!("090-0{:03}-{:04}", rolled / 10_000, rolled % 10_000),
    }
}

fn taxation(draft: &Draft, came: Date, shape: Shape, snapshot: Date, dice: &mut Dice) -> Taxation {
    let taxed_per_mille = match age_on(draft.birth, snapshot) {
        ..18 => 0,
        18..23 => 350,
        23..65 => 820,
        _ => 430,
    };
    let taxed = dice.per_mille(taxed_per_mille);
    if shape.class == Class::Outside || (came.year() == snapshot.year() && came != draft.birth) {
        Taxation::Unknown
    } else if taxed && !shape.welfare {
        Taxation::Taxed
    } else {
        Taxation::Untaxed
    }
}

/// What stays the same wherever someone lives, for people who are in two cities.
pub(crate) struct Identity {
    pub(crate) draft: Draft,
    pub(crate) number: Option<IndividualNumber>,
    pub(crate) phone: String,
}

impl Identity {
    /// Enters them alone in a dwelling.
    pub(crate) fn enter(
        self,
        serial: u32,
        home: Home,
        event: Event,
        became: Date,
        ceased: Option<(Date, Removal)>,
        taxation: Taxation,
    ) -> Person {
        Person {
            serial,
            household: serial,
            number: self.number,
            family: self.draft.family.written.into(),
            given: self.draft.given.written.into(),
            family_kana: self.draft.family.kana.into(),
            given_kana: self.draft.given.kana.into(),
            sex: self.draft.sex,
            birth: self.draft.birth,
            home: home.into(),
            phone: self.phone.into(),
            class: Class::Japanese,
            event: Some(event),
            became: Some(became),
            ceased,
            protected: false,
            taxation,
            household_taxation: taxation,
            welfare: false,
            disaster_victim: false,
        }
    }
}
