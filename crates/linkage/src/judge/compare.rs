//! One record beside one row of the register.

use super::evidence::{Agreement, Evidence};
use super::weights::{self, NameWeights};
use crate::incoming::Incoming;
use crate::index::{Names, Part};
use crate::normal::{BirthLikeness, Likeness, NameRef, PlaceLikeness, is_kana, kana_likeness, word_likeness};
use crate::register::RowView;
use vocabulary::Sex;

/// A name in its two scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) kana: Likeness,
    pub(crate) written: Likeness,
    /// Near, but what was written is a name that residents bear: another name rather than a slip of the pen.
    borne: bool,
}

/// What the two scripts of a name say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// All that can be compared agrees.
    Agrees,
    /// One script agrees and the other is one slip away.
    Mostly,
    /// One script agrees and the other is another word.
    Contested,
    Near,
    Differs,
    Nothing,
}

impl Word {
    pub(crate) fn said(self) -> Said {
        match (self.kana, self.written) {
            (Likeness::Same, Likeness::Other) | (Likeness::Other, Likeness::Same) => Said::Contested,
            (Likeness::Same, Likeness::Near) | (Likeness::Near, Likeness::Same) => Said::Mostly,
            (Likeness::Same, _) | (_, Likeness::Same) => Said::Agrees,
            (Likeness::Near, _) | (_, Likeness::Near) => Said::Near,
            (Likeness::Absent, Likeness::Absent) => Said::Nothing,
            _ => Said::Differs,
        }
    }

    fn new(kana: Likeness, written: Likeness, borne: bool) -> Self {
        match (kana, written) {
            // 恵子 for 桂子: one script agrees, but what stands in the other is the name of others.
            (Likeness::Same, Likeness::Near) if borne => Self { kana, written: Likeness::Other, borne },
            (Likeness::Near, Likeness::Same) if borne => Self { kana: Likeness::Other, written, borne },
            _ => Self { kana, written, borne },
        }
    }

    /// `rarity` is what agreement is worth in kana and in writing.
    fn bits(self, rarity: (f64, f64), weights: &NameWeights) -> f64 {
        let (kana, written) = rarity;
        match (self.kana, self.written) {
            (Likeness::Same, Likeness::Same) => kana.max(written) + weights.both,
            (Likeness::Same, Likeness::Absent) => kana,
            (Likeness::Absent, Likeness::Same) => written,
            (Likeness::Same, Likeness::Near) => kana + weights.one_near,
            (Likeness::Near, Likeness::Same) => written + weights.one_near,
            (Likeness::Same, Likeness::Other) => kana + weights.one_differs,
            (Likeness::Other, Likeness::Same) => written + weights.one_differs,
            (Likeness::Near, Likeness::Near | Likeness::Absent) | (Likeness::Absent, Likeness::Near) => {
                if self.borne {
                    weights.near_name
                } else {
                    weights.near_slip
                }
            }
            (Likeness::Near, Likeness::Other) | (Likeness::Other, Likeness::Near) => weights.near_and_differs,
            (Likeness::Absent, Likeness::Other) => weights.written_differs,
            (Likeness::Other, Likeness::Absent) => weights.kana_differs,
            (Likeness::Other, Likeness::Other) => weights.both_differ,
            (Likeness::Absent, Likeness::Absent) => 0.0,
        }
    }
}

/// All items of a record beside one row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comparison {
    pub(crate) family: Word,
    pub(crate) given: Word,
    pub(crate) sex: Likeness,
    pub(crate) birth: BirthLikeness,
    pub(crate) place: PlaceLikeness,
    pub(crate) postal: Likeness,
    pub(crate) phone: Likeness,
    pub(crate) bits: f64,
}

/// Compares every item and adds up the weights.
pub(crate) fn compare(incoming: &Incoming, names: &Names, row: &RowView<'_>) -> Comparison {
    let written = parts(incoming.name.as_ref(), row.items.name);
    let kana = parts(incoming.kana.as_ref(), row.items.kana);
    let family = word(written.0, kana.0, row.items.kana.family, |kana, written| {
        names.is_known(Part::FamilyKana, kana) || names.is_known(Part::FamilyWritten, written)
    });
    let given = word(written.1, kana.1, row.items.kana.given, |kana, written| {
        names.is_known(Part::GivenKana, kana) || names.is_known(Part::GivenWritten, written)
    });
    let birth = incoming.birth.likeness(row.items.birth);
    let place = incoming.place.as_ref().likeness(row.items.place);
    let sex = known_values(incoming.sex != Sex::Unknown && row.sex != Sex::Unknown, incoming.sex == row.sex);
    let postal = known_values(incoming.postal_code != 0 && row.postal_code != 0, incoming.postal_code == row.postal_code);
    let phone = known_values(!incoming.phone.is_absent() && !row.items.phone.is_absent(), incoming.phone == row.items.phone);
    let family_weights = if row.sex == Sex::Female { &weights::FAMILY_OF_A_WOMAN } else { &weights::FAMILY };
    let bits = (family.bits(row.family_rarity, family_weights) + given.bits(row.given_rarity, &weights::GIVEN))
        .min(most(family, given, row))
        + birth_bits(birth)
        + household_bits(place, postal, phone)
        + match sex {
            Likeness::Same => weights::SEX_SAME,
            Likeness::Absent => 0.0,
            _ => weights::SEX_OTHER,
        };
    Comparison { family, given, sex, birth, place, postal, phone, bits }
}

/// Most that a name may say which agrees as a whole: what the whole is worth in the script that says more, and the bonus for both scripts.
fn most(family: Word, given: Word, row: &RowView<'_>) -> f64 {
    let (kana, written) = row.whole_rarity;
    let in_kana = family.kana == Likeness::Same && given.kana == Likeness::Same;
    let in_writing = family.written == Likeness::Same && given.written == Likeness::Same;
    match (in_kana, in_writing) {
        (true, true) => kana.max(written) + weights::FAMILY.both + weights::GIVEN.both,
        (true, false) => kana,
        (false, true) => written,
        (false, false) => f64::INFINITY,
    }
}

/// Compares one word in both scripts; `known` says whether residents bear what is near (the empty text is nobody's name).
fn word(written: Pair<'_>, kana: Pair<'_>, row_kana: &str, known: impl Fn(&str, &str) -> bool) -> Word {
    // A part of the name that came in kana is a reading, unless the register itself writes that part in kana.
    let reading_only = is_kana(written.incoming) && !written.incoming.is_empty() && !is_kana(written.row);
    let mut read = kana.incoming;
    let mut kana = kana_likeness(kana.incoming, kana.row);
    if kana == Likeness::Absent && reading_only {
        read = written.incoming;
        kana = kana_likeness(read, row_kana);
    }
    let in_writing = if reading_only { Likeness::Absent } else { word_likeness(written.incoming, written.row) };
    let near = |likeness, word| if likeness == Likeness::Near { word } else { "" };
    let borne = (kana == Likeness::Near || in_writing == Likeness::Near) && known(near(kana, read), near(in_writing, written.incoming));
    Word::new(kana, in_writing, borne)
}

fn known_values(both: bool, same: bool) -> Likeness {
    match (both, same) {
        (false, _) => Likeness::Absent,
        (true, true) => Likeness::Same,
        (true, false) => Likeness::Other,
    }
}

fn birth_bits(birth: BirthLikeness) -> f64 {
    match birth {
        BirthLikeness::Same => weights::BIRTH_SAME,
        BirthLikeness::Slip => weights::BIRTH_SLIP,
        BirthLikeness::Part => weights::BIRTH_PART,
        BirthLikeness::Other => weights::BIRTH_OTHER,
        BirthLikeness::Absent => 0.0,
    }
}

/// Place, postal code and telephone together: they say one thing, the household.
fn household_bits(place: PlaceLikeness, postal: Likeness, phone: Likeness) -> f64 {
    let place_bits = match place {
        PlaceLikeness::Home => weights::PLACE_HOME,
        PlaceLikeness::House => weights::PLACE_HOUSE,
        PlaceLikeness::OtherFlat => weights::PLACE_OTHER_FLAT,
        PlaceLikeness::Block => weights::PLACE_BLOCK,
        PlaceLikeness::Town => weights::PLACE_TOWN,
        PlaceLikeness::Other => weights::PLACE_OTHER,
        PlaceLikeness::OtherCity => weights::PLACE_OTHER_CITY,
        PlaceLikeness::Absent => 0.0,
    };
    let postal_bits = if postal == Likeness::Same { weights::POSTAL_SAME } else { place_bits };
    let phone_bits = match (phone, place) {
        (Likeness::Same, PlaceLikeness::Home | PlaceLikeness::House) => weights::PHONE_SAME_AT_HOME,
        (Likeness::Same, _) => weights::PHONE_SAME,
        (Likeness::Absent, _) => 0.0,
        _ => weights::PHONE_OTHER,
    };
    place_bits.max(postal_bits) + phone_bits
}

/// The same part of a name on both sides.
#[derive(Clone, Copy)]
struct Pair<'a> {
    incoming: &'a str,
    row: &'a str,
}

/// Family and given name on both sides; where one side has no blank, it is cut where the other side says.
fn parts<'a>(incoming: NameRef<'a>, row: NameRef<'a>) -> (Pair<'a>, Pair<'a>) {
    let pair = |incoming, row| Pair { incoming, row };
    if incoming.whole.is_empty() || row.whole.is_empty() || incoming.whole == row.whole {
        // The same whole is the same in every part, however it was cut; nothing is nothing in every part.
        return (pair(incoming.whole, row.whole), pair(incoming.whole, row.whole));
    }
    match (incoming.is_split(), row.is_split()) {
        (true, true) => (pair(incoming.family, row.family), pair(incoming.given, row.given)),
        (false, true) => {
            let (family, given) = cut_like(incoming.whole, row);
            (pair(family, row.family), pair(given, row.given))
        }
        (true, false) => {
            let (family, given) = cut_like(row.whole, incoming);
            (pair(incoming.family, family), pair(incoming.given, given))
        }
        (false, false) => (pair(incoming.whole, row.whole), pair(incoming.whole, row.whole)),
    }
}

/// Cuts a whole name after the family name of the other, before its given name, or after as many characters as its family name has.
fn cut_like<'a>(whole: &'a str, other: NameRef<'_>) -> (&'a str, &'a str) {
    if let Some(given) = whole.strip_prefix(other.family).filter(|given| !given.is_empty()) {
        return whole.split_at_checked(whole.len() - given.len()).unwrap_or((whole, ""));
    }
    if let Some(family) = whole.strip_suffix(other.given).filter(|family| !family.is_empty()) {
        return whole.split_at_checked(family.len()).unwrap_or((whole, ""));
    }
    let place = whole.char_indices().nth(other.family.chars().count()).map_or(whole.len(), |(place, _)| place);
    whole.split_at_checked(place).unwrap_or((whole, ""))
}

impl Comparison {
    /// Whether address or telephone say that it is the same household.
    pub(crate) fn same_household(&self) -> bool {
        matches!(self.place, PlaceLikeness::Home | PlaceLikeness::House) || self.phone == Likeness::Same
    }

    /// As a reviewer reads it.
    pub(crate) fn evidence(&self, row: &RowView<'_>) -> Evidence {
        Evidence {
            family_name: agreement(self.family.written),
            given_name: agreement(self.given.written),
            family_kana: agreement(self.family.kana),
            given_kana: agreement(self.given.kana),
            sex: agreement(self.sex),
            birth: match self.birth {
                BirthLikeness::Same => Agreement::Agree,
                BirthLikeness::Slip | BirthLikeness::Part => Agreement::Near,
                BirthLikeness::Other => Agreement::Differ,
                BirthLikeness::Absent => Agreement::Missing,
            },
            address: match self.place {
                PlaceLikeness::Home | PlaceLikeness::House => Agreement::Agree,
                PlaceLikeness::OtherFlat | PlaceLikeness::Block | PlaceLikeness::Town => Agreement::Near,
                PlaceLikeness::Other | PlaceLikeness::OtherCity => Agreement::Differ,
                PlaceLikeness::Absent => Agreement::Missing,
            },
            postal_code: agreement(self.postal),
            phone: agreement(self.phone),
            by_former_name: row.former_name,
            by_former_address: row.former_address,
            bits: self.bits,
        }
    }
}

fn agreement(likeness: Likeness) -> Agreement {
    match likeness {
        Likeness::Same => Agreement::Agree,
        Likeness::Near => Agreement::Near,
        Likeness::Other => Agreement::Differ,
        Likeness::Absent => Agreement::Missing,
    }
}
