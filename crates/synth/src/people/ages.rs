//! Who lives together and how old they are: shares and bands that together give the age pyramid of Japan in the 2020s (about 11 % under 15,
//! 29 % from 65, 17 % from 75). Round figures of our own, tuned against those shares; a test holds them there.

use crate::dice::Dice;

/// Who lives together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Single,
    Couple,
    Family,
    SingleParent,
    OldParent,
    ThreeGenerations,
    Foreign,
}

const KINDS: [Kind; 7] =
    [Kind::Single, Kind::Couple, Kind::Family, Kind::SingleParent, Kind::OldParent, Kind::ThreeGenerations, Kind::Foreign];
const KIND_WEIGHTS: [u32; 7] = [350, 245, 185, 55, 70, 70, 25];

/// Ages from, width of the bands, a weight for each band.
type Bands = (i32, i32, &'static [u32]);

const SINGLE: Bands = (18, 5, &[13, 15, 9, 6, 5, 5, 6, 7, 7, 8, 11, 13, 13, 11, 7, 3, 1]);
const COUPLE: Bands = (25, 5, &[2, 3, 2, 3, 5, 8, 11, 12, 15, 21, 20, 13, 5]);
const MOTHER: Bands = (24, 5, &[4, 9, 15, 20, 24, 20, 14, 6]);
const OLD_PARENT: Bands = (72, 5, &[6, 9, 10, 7, 3]);
const GRANDMOTHER: Bands = (58, 5, &[2, 4, 7, 9, 8, 6, 2]);
const FOREIGN: Bands = (19, 5, &[14, 20, 14, 8, 6, 5, 4, 2, 1]);

fn of((from, width, weights): Bands, dice: &mut Dice) -> i32 {
    let band = i32::try_from(dice.by_weight(weights)).unwrap_or_default();
    from + band * width + dice.between(0, width - 1)
}

pub(crate) fn kind(dice: &mut Dice) -> Kind {
    KINDS.get(dice.by_weight(&KIND_WEIGHTS)).copied().unwrap_or(Kind::Single)
}

pub(crate) fn single(dice: &mut Dice) -> i32 {
    of(SINGLE, dice)
}

pub(crate) fn husband(dice: &mut Dice) -> i32 {
    of(COUPLE, dice)
}

/// The other of a couple: about two years younger on average.
pub(crate) fn spouse(age: i32, dice: &mut Dice) -> i32 {
    (age - 2 + dice.between(-4, 3) + dice.between(-2, 2)).max(19)
}

pub(crate) fn mother(dice: &mut Dice) -> i32 {
    of(MOTHER, dice)
}

pub(crate) fn old_parent(dice: &mut Dice) -> i32 {
    of(OLD_PARENT, dice)
}

pub(crate) fn grandmother(dice: &mut Dice) -> i32 {
    of(GRANDMOTHER, dice)
}

pub(crate) fn foreigner(dice: &mut Dice) -> i32 {
    of(FOREIGN, dice)
}

/// Ages of the children at home of a mother of this age, the eldest first; the same age twice is a pair of twins.
pub(crate) fn children(mother: i32, dice: &mut Dice) -> Vec<i32> {
    let count = 1 + dice.by_weight(&[40, 44, 16]);
    let mut birth_age = dice.between(22, 33) + dice.between(0, 5);
    let mut ages = Vec::with_capacity(count);
    for _ in 0..count {
        let age = mother - birth_age;
        // They leave home between 18 and 30.
        if age >= 0 && age < 18 + dice.between(0, 14) {
            ages.push(age);
            if dice.per_mille(12) {
                ages.push(age);
            }
        }
        birth_age += dice.between(2, 4);
    }
    ages
}
