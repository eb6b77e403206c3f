//! The shapes that every city holds however small, at its beginning: what a demonstration wants to show and a test to find.

use vocabulary::{Date, Sex};

use super::{
    ages::Kind,
    household::{Builder, Draft},
    life::Shape,
    person::Class,
};
use crate::{dice::Dice, names, plan::days};

/// Households in a fixed order: 40 by a day, 39 by a day, born on 29 February, a name with a variation selector and twins, a protected
/// mother, foreign residents, one who moved out, one who died, one outside the register, welfare, disaster victims, three generations, and
/// one person of every age that the oral health check invites.
pub(crate) fn households(builder: &Builder<'_>, dice: &mut Dice) -> Vec<(Vec<Draft>, Shape)> {
    let year = builder.plan.fiscal_year;
    let alone = |birth: Date, sex, dice: &mut Dice| {
        let family = names::family(dice);
        (vec![builder.born(birth, sex, &family, dice)], Shape::PLAIN)
    };
    let leap_day = Date::new(1988, 2, 29).unwrap_or(Date::ZERO);
    let mut households = vec![
        alone(year.youngest_birth(40), Sex::Female, dice),
        alone(days(year.youngest_birth(40), 1), Sex::Female, dice),
        alone(leap_day, Sex::Female, dice),
        twins(builder, dice),
        (builder.members(Kind::SingleParent, dice), Shape { protected: true, ..Shape::PLAIN }),
        (vec![builder.foreigner(dice), builder.foreigner(dice)], Shape { class: Class::Foreign, ..Shape::PLAIN }),
        (builder.members(Kind::Couple, dice), Shape { moved_out: true, ..Shape::PLAIN }),
        (builder.members(Kind::Single, dice), Shape { died: true, ..Shape::PLAIN }),
        (builder.members(Kind::Single, dice), Shape { class: Class::Outside, ..Shape::PLAIN }),
        (builder.members(Kind::Single, dice), Shape { welfare: true, ..Shape::PLAIN }),
        (builder.members(Kind::Couple, dice), Shape { disaster_victim: true, ..Shape::PLAIN }),
        (builder.members(Kind::ThreeGenerations, dice), Shape::PLAIN),
    ];
    for age in [20, 30, 40, 50, 60, 70] {
        let birth = days(year.oldest_birth(age), dice.between(1, 300));
        households.push(alone(birth, if age % 20 == 0 { Sex::Female } else { Sex::Male }, dice));
    }
    households
}

fn twins(builder: &Builder<'_>, dice: &mut Dice) -> (Vec<Draft>, Shape) {
    let family = names::family_with_selector(dice);
    let mother = builder.draft(38, Sex::Female, &family, dice);
    let first = builder.draft(9, Sex::Female, &family, dice);
    let mut second = builder.born(first.birth, Sex::Female, &family, dice);
    while second.given == first.given {
        second = builder.born(first.birth, Sex::Female, &family, dice);
    }
    (vec![mother, first, second], Shape::PLAIN)
}
