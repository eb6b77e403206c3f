//! People whom both cities of a pair know: they left the one and entered the other.

use vocabulary::{Date, Sex};

use super::{
    household::Builder,
    life::Identity,
    person::{Event, Person, Reason, Removal, Taxation},
};
use crate::{Movers, dice::Dice, matter, names, numbers, place, plan::days};

/// The mover of an ordinal as this builder's city has them; `None` when the city has none.
///
/// Who they are follows from seed and ordinal alone. They are 41, 51 or 61 at the end of the fiscal year, so that the first city examined
/// their teeth the year before (40, 50, 60), and moved between May and September.
pub(crate) fn mover(builder: &Builder<'_>, ordinal: u32, serial: u32) -> Option<Person> {
    let plan = builder.plan;
    let mut dice = Dice::of(&[plan.seed, matter::MOVER, ordinal.into()]);
    let age = [41, 51, 61].into_iter().nth(usize::try_from(ordinal % 3).unwrap_or_default()).unwrap_or(41);
    let birth = days(plan.fiscal_year.oldest_birth(age), dice.between(0, 364));
    let sex = if ordinal.is_multiple_of(2) { Sex::Female } else { Sex::Male };
    let family = names::family(&mut dice);
    let draft = builder.born(birth, sex, &family, &mut dice);
    let rolled = dice.below(10_000_000);
    let moved = days(plan.fiscal_year.first_day(), dice.between(30, 180)).min(days(plan.snapshot_day(), -1));
    let came = days(moved, -dice.between(1_500, 6_000));
    let identity =
        Identity { draft, number: numbers::mover(plan, ordinal), phone: format!("090-0{:03}-{:04}", rolled / 10_000, rolled % 10_000) };
    let home = place::home(plan.municipality, &mut builder.dice(matter::MOVER, &[ordinal.into()]));
    match plan.movers {
        Movers::None => None,
        Movers::Left { .. } => {
            let event = Event { reason: Reason::MovedOut, on: moved };
            Some(identity.enter(serial, home, event, came, Some((moved, Removal::MovedOut)), Taxation::Taxed))
        }
        Movers::Entered { .. } => Some(identity.enter(serial, home, entered(moved), moved, None, Taxation::Unknown)),
    }
}

fn entered(on: Date) -> Event {
    Event { reason: Reason::MovedIn, on }
}
