//! How a facility writes a record: its habits, and its slips.

use vocabulary::{Date, Sex, age_on, era, text};

use super::{IncomingRecord, Slip, record::with_building};
use crate::{Class, Home, Person, Spelling, dice::Dice, matter, names, people::Builder, place, plan::days, write::iso};

/// What is written about someone, before habits and slips.
pub(crate) struct Said<'a> {
    pub(crate) family: String,
    pub(crate) family_kana: String,
    pub(crate) given: &'a str,
    pub(crate) given_kana: &'a str,
    pub(crate) sex: Sex,
    pub(crate) birth: Date,
    pub(crate) home: Home,
    pub(crate) phone: String,
}

/// A record about a resident, with at most one thing that makes them hard to find: what is wrong with the birth date, what is missing of
/// the name, another family name, and an address that does not help do not come together.
pub(crate) fn of_resident(builder: &Builder<'_>, person: &Person, dice: &mut Dice) -> IncomingRecord {
    let mut slips = Vec::new();
    let mut said = Said {
        family: person.family.expose().clone(),
        family_kana: person.family_kana.expose().clone(),
        given: person.given.expose(),
        given_kana: person.given_kana.expose(),
        sex: person.sex,
        birth: person.birth,
        home: person.home.expose().clone(),
        phone: person.phone.expose().clone(),
    };
    let mut missing = None;
    match dice.below(1_000) {
        0..30 => (said.birth, missing) = birth_slip(person.birth, builder.snapshot, dice),
        30..110 => missing = Some(Slip::MissingName),
        110..210 => missing = Some(Slip::MissingKana),
        210..250 if person.sex == Sex::Female && person.class == Class::Japanese && age_on(person.birth, builder.snapshot) >= 24 => {
            let maiden = names::family(&mut builder.dice(matter::MAIDEN_NAME, &[person.serial.into()]));
            if maiden.kana != said.family_kana {
                (said.family, said.family_kana) = (maiden.written, maiden.kana);
                slips.push(Slip::MaidenName);
            }
        }
        250..330 => {
            let mut former = builder.dice(matter::FORMER_HOME, &[person.serial.into()]);
            said.home = if former.per_mille(600) {
                place::home(builder.plan.municipality, &mut former)
            } else {
                place::elsewhere(builder.plan.municipality, &mut former)
            };
            slips.push(Slip::OldAddress);
        }
        330..400 => missing = Some(Slip::MissingAddress),
        _ => {}
    }
    slips.extend(missing);
    let record = write(said, &mut slips, dice);
    IncomingRecord { resident_number: Some(person.resident_number()), slips, ..record }
}

/// Writes a record in a facility's habits; what is missing is among the slips already.
pub(crate) fn write(said: Said<'_>, slips: &mut Vec<Slip>, dice: &mut Dice) -> IncomingRecord {
    let missing = |slip| slips.contains(&slip);
    let (no_name, no_kana, no_address) = (missing(Slip::MissingName), missing(Slip::MissingKana), missing(Slip::MissingAddress));
    let name = if no_name { String::new() } else { name(&said, slips, dice) };
    let kana = if no_kana { String::new() } else { kana(&said, slips, dice) };
    let sex = match (said.sex, dice.below(100)) {
        (_, 0..3) => {
            slips.push(Slip::MissingSex);
            ""
        }
        (Sex::Male | Sex::Female, 3..55) => {
            slips.push(Slip::SexWord);
            said.sex.ja()
        }
        (Sex::Male, _) => "1",
        (Sex::Female, _) => "2",
        (Sex::Unknown, _) => "",
    };
    let birth = date(said.birth, slips, dice);
    let (address, postal_code) = if no_address { (String::new(), String::new()) } else { address(&said.home, slips, dice) };
    let phone = if dice.per_mille(350) {
        slips.push(Slip::MissingPhone);
        String::new()
    } else if dice.per_mille(300) {
        said.phone.replace('-', "")
    } else {
        said.phone
    };
    IncomingRecord {
        acceptance_number: String::new(),
        name: name.into(),
        kana: kana.into(),
        sex: sex.to_owned(),
        birth: birth.into(),
        postal_code,
        address: address.into(),
        phone: phone.into(),
        resident_number: None,
        slips: Vec::new(),
    }
}

fn name(said: &Said<'_>, slips: &mut Vec<Slip>, dice: &mut Dice) -> String {
    let latin = said.family.is_ascii();
    let blank = match dice.below(100) {
        0..15 if !latin => {
            slips.push(Slip::NameWithoutBlank);
            ""
        }
        15..60 => " ",
        _ if latin => " ",
        _ => "\u{3000}",
    };
    let written = format!("{}{blank}{}", said.family, said.given);
    if !dice.per_mille(250) {
        return written;
    }
    let other = other_characters(&written, dice);
    if other != written {
        slips.push(Slip::VariantCharacters);
    }
    other
}

/// The same name in other characters: every one that has variants as one of its family, variation selectors lost.
fn other_characters(name: &str, dice: &mut Dice) -> String {
    let mut stripped = String::new();
    text::strip_ivs(name, &mut stripped);
    stripped
        .chars()
        .map(|c| {
            let family = text::siblings(c);
            // The rarest variants of a family stand last; nobody types them.
            dice.pick(family.get(..family.len().min(3)).unwrap_or_default()).copied().unwrap_or(c)
        })
        .collect()
}

fn kana(said: &Said<'_>, slips: &mut Vec<Slip>, dice: &mut Dice) -> String {
    let full = format!("{}\u{3000}{}", said.family_kana, said.given_kana);
    let mut written = String::new();
    match dice.below(100) {
        0..28 => {
            slips.push(Slip::HalfWidthKana);
            text::half_width(&full, &mut written);
        }
        28..50 => {
            slips.push(Slip::Hiragana);
            text::hiragana(&full, &mut written);
        }
        _ => return full,
    }
    written
}

fn date(birth: Date, slips: &mut Vec<Slip>, dice: &mut Dice) -> String {
    let written = match dice.below(100) {
        0..35 => return iso(birth),
        35..50 => iso(birth).replace('-', ""),
        50..60 => iso(birth).replace('-', "/"),
        60..80 => era::to_wareki(birth),
        _ => era::to_short_wareki(birth),
    };
    slips.push(Slip::DateFormat);
    written
}

fn address(home: &Home, slips: &mut Vec<Slip>, dice: &mut Dice) -> (String, String) {
    let spelling = match dice.pick(&Spelling::OTHERS).copied() {
        Some(other) if dice.per_mille(800) => {
            slips.push(Slip::Address(other));
            other
        }
        _ => Spelling::Register,
    };
    let postal_code = match dice.below(100) {
        0..20 => String::new(),
        20..50 => home.postal_code().replace('-', ""),
        _ => home.postal_code(),
    };
    (with_building(home.spelled(spelling), &home.building(), dice), postal_code)
}

/// A birth date with one slip; `None` when it came out as it was.
fn birth_slip(birth: Date, latest: Date, dice: &mut Dice) -> (Date, Option<Slip>) {
    let (year, month, day) = (birth.year(), birth.month(), birth.day());
    let (wrong, slip) = match dice.below(6) {
        0 => (Some(days(birth, if dice.per_mille(500) { 1 } else { -1 })), Slip::BirthDay),
        1 => (Date::new(year, month, day % 10 * 10 + day / 10).ok(), Slip::BirthDay),
        2 => (Date::new(year, day, month).ok(), Slip::BirthMonth),
        3 => (Date::new(year, month % 12 + 1, day).ok(), Slip::BirthMonth),
        4 => (Date::new(year - 1, month, day).ok(), Slip::BirthYear),
        _ => (Date::new(year - 10, month, day).ok(), Slip::BirthYear),
    };
    match wrong {
        Some(wrong) if wrong != birth && wrong <= latest && wrong.year() >= 1900 => (wrong, Some(slip)),
        _ => (birth, None),
    }
}
