//! Records about people who are not in the register, those above all who look as if they were.

use vocabulary::Sex;

use super::{IncomingRecord, Slip, style};
use crate::{Person, dice::Dice, names, people::Builder, place, plan::days};

/// A record about nobody in the register; `like` is the resident they may resemble.
pub(crate) fn record(builder: &Builder<'_>, like: Option<&Person>, dice: &mut Dice) -> IncomingRecord {
    let mut slips = Vec::new();
    let family = names::family(dice);
    let sex = if dice.per_mille(500) { Sex::Male } else { Sex::Female };
    let age = dice.between(20, 85);
    let stranger = builder.draft(age, sex, &family, dice);
    let rolled = dice.below(10_000_000);
    let mut said = style::Said {
        family: family.written,
        family_kana: family.kana,
        given: &stranger.given.written,
        given_kana: &stranger.given.kana,
        sex,
        birth: stranger.birth,
        home: place::elsewhere(builder.plan.municipality, dice),
        phone: format!("090-0{:03}-{:04}", rolled / 10_000, rolled % 10_000),
    };
    let roll = dice.below(100);
    let given_differs =
        like.is_some_and(|like| *like.given_kana.expose() != stranger.given.kana && *like.given.expose() != stranger.given.written);
    let slip = match (like, roll) {
        (Some(like), 0..25) => {
            said.family = like.family.expose().clone();
            said.family_kana = like.family_kana.expose().clone();
            said.given = like.given.expose();
            said.given_kana = like.given_kana.expose();
            said.sex = like.sex;
            // Years away, so that it is no slip of the resident's own date.
            let days_apart = dice.between(800, 4_000);
            said.birth = days(like.birth, if dice.per_mille(500) { days_apart } else { -days_apart }).min(builder.snapshot);
            Slip::Namesake
        }
        (Some(like), 25..50) if given_differs => {
            said.family = like.family.expose().clone();
            said.family_kana = like.family_kana.expose().clone();
            said.home = like.home.expose().clone();
            if roll < 40 {
                said.birth = like.birth;
                Slip::Twin
            } else {
                Slip::Relative
            }
        }
        _ => Slip::Stranger,
    };
    slips.push(slip);
    let record = style::write(said, &mut slips, dice);
    IncomingRecord { slips, ..record }
}
