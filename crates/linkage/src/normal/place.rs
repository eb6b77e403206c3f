//! Where somebody lives, as far as it can be compared: the town, then the numbers down to the flat.

use crate::index::key;
use vocabulary::address;

/// Numbers kept of an address: 丁目, 番, 号 (or 番地, 枝番), building, flat.
const NUMBERS: usize = 5;

/// The numbers of an address from the largest unit to the smallest.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    values: [u16; NUMBERS],
    count: u8,
}

impl Numbers {
    fn push(&mut self, value: u32) {
        if let Some(place) = self.values.get_mut(usize::from(self.count)) {
            *place = u16::try_from(value).unwrap_or(u16::MAX);
            self.count += 1;
        }
    }

    pub(crate) fn as_slice(&self) -> &[u16] {
        self.values.get(..usize::from(self.count)).unwrap_or_default()
    }
}

/// A folded address.
#[derive(Clone, Default)]
pub(crate) struct Place {
    town: String,
    numbers: Numbers,
}

/// A folded address borrowed from a [`Place`] or from the register's text.
#[derive(Clone, Copy)]
pub(crate) struct PlaceRef<'a> {
    /// Municipality (often left out) and town.
    pub(crate) town: &'a str,
    pub(crate) numbers: Numbers,
}

/// How far two addresses are from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlaceLikeness {
    /// The same town and the same numbers to the last.
    Home,
    /// The same house; one side leaves out the flat.
    House,
    /// The same house, another flat.
    OtherFlat,
    /// The same 丁目 and 番, or all that one side says.
    Block,
    Town,
    Other,
    /// In another city, as far as both say in which.
    OtherCity,
    Absent,
}

impl Place {
    /// Folds an address: the spelling by `vocabulary`, then the room at the end of the building joins the numbers.
    pub(crate) fn parse(raw: &str, buffer: &mut String) -> Self {
        address::normalise(raw, buffer);
        let (block, building) = buffer.split_once(' ').unwrap_or((buffer, ""));
        let town = block.trim_end_matches(|character: char| character.is_ascii_digit() || character == '-');
        let mut numbers = Numbers::default();
        let written = block.get(town.len()..).unwrap_or_default();
        for number in written.split('-').filter(|number| !number.is_empty()) {
            numbers.push(number.parse().unwrap_or(u32::MAX));
        }
        let flat = building.get(building.trim_end_matches(|character: char| character.is_ascii_digit()).len()..).unwrap_or_default();
        if !flat.is_empty() && numbers.count > 0 {
            numbers.push(flat.parse().unwrap_or(u32::MAX));
        }
        let mut end = town.len().min(240);
        while !town.is_char_boundary(end) {
            end -= 1;
        }
        Self { town: town.get(..end).unwrap_or_default().to_owned(), numbers }
    }

    pub(crate) fn as_ref(&self) -> PlaceRef<'_> {
        PlaceRef { town: &self.town, numbers: self.numbers }
    }
}

impl PlaceRef<'_> {
    pub(crate) fn is_absent(&self) -> bool {
        self.town.is_empty()
    }

    pub(crate) fn likeness(self, other: PlaceRef<'_>) -> PlaceLikeness {
        if self.is_absent() || other.is_absent() {
            return PlaceLikeness::Absent;
        }
        if !same_town(self.town, other.town) {
            let cities = (city(self.town), city(other.town));
            return if matches!(cities, (Some(left), Some(right)) if left != right) {
                PlaceLikeness::OtherCity
            } else {
                PlaceLikeness::Other
            };
        }
        let (left, right) = (self.numbers.as_slice(), other.numbers.as_slice());
        let same = left.iter().zip(right).take_while(|(left, right)| left == right).count();
        let (shorter, longer) = (left.len().min(right.len()), left.len().max(right.len()));
        match same {
            0 => PlaceLikeness::Town,
            _ if same == longer => PlaceLikeness::Home,
            _ if same == shorter && shorter >= 2 => PlaceLikeness::House,
            3.. => PlaceLikeness::OtherFlat,
            _ if same == shorter || same == 2 => PlaceLikeness::Block,
            _ => PlaceLikeness::Town,
        }
    }

    /// A key of the town and its first number; the same whether or not the municipality stands in front.
    pub(crate) fn town_key(&self) -> u64 {
        key::join(key::hash(last_two(self.town)), self.number(0))
    }

    /// A key of the town and its first two numbers.
    pub(crate) fn house_key(&self) -> u64 {
        key::join(self.town_key(), self.number(1))
    }

    fn number(&self, place: usize) -> u64 {
        self.numbers.as_slice().get(place).map_or(0, |number| u64::from(*number) + 1)
    }
}

/// The same town, or one is the other with the municipality in front.
fn same_town(left: &str, right: &str) -> bool {
    let (longer, shorter) = if left.len() >= right.len() { (left, right) } else { (right, left) };
    match longer.strip_suffix(shorter) {
        Some("") => true,
        Some(front) => front.ends_with(['市', '区', '町', '村', '郡']),
        None => false,
    }
}

/// The text up to 市, 区 or 郡 after at least one character, where a town stands behind it.
fn city(town: &str) -> Option<&str> {
    let end = town
        .char_indices()
        .skip(1)
        .find(|(_, character)| matches!(character, '市' | '区' | '郡'))
        .map(|(start, mark)| start + mark.len_utf8())?;
    town.split_at_checked(end).filter(|(_, behind)| !behind.is_empty()).map(|(city, _)| city)
}

fn last_two(town: &str) -> &str {
    town.char_indices().rev().nth(1).and_then(|(start, _)| town.get(start..)).unwrap_or(town)
}

/// The digits of a postal code (郵便番号); 0 when there are not seven.
pub(crate) fn postal_code(raw: &str) -> u32 {
    let (mut number, mut count) = (0u32, 0u32);
    for character in raw.chars() {
        let digit = match character {
            '0'..='9' => u32::from(character) - u32::from('0'),
            '０'..='９' => u32::from(character) - u32::from('０'),
            _ => continue,
        };
        number = number.saturating_mul(10).saturating_add(digit);
        count += 1;
    }
    if count == 7 { number } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(raw: &str) -> Place {
        Place::parse(raw, &mut String::new())
    }

    fn likeness(left: &str, right: &str) -> PlaceLikeness {
        place(left).as_ref().likeness(place(right).as_ref())
    }

    #[test]
    fn six_spellings_of_one_address_are_one_home() {
        let register = "みほん市青葉町三丁目１２番５号";
        for spelling in [
            "みほん市青葉町３丁目１２－５",
            "みほん市青葉町3-12-5",
            "青葉町三丁目12番地5",
            "見本県みほん市青葉町３－１２－５",
            "青葉町3の12の5",
            "みほん市 青葉町 3丁目12番5号",
        ] {
            assert_eq!(likeness(register, spelling), PlaceLikeness::Home, "{spelling}");
            assert_eq!(place(register).as_ref().town_key(), place(spelling).as_ref().town_key(), "{spelling}");
            assert_eq!(place(register).as_ref().house_key(), place(spelling).as_ref().house_key(), "{spelling}");
        }
    }

    #[test]
    fn a_flat_is_a_flat_however_it_is_joined() {
        let register = "みほん市本町1-2-3　サンハイツ405号室";
        assert_eq!(likeness(register, "本町1丁目2番3号サンハイツ405"), PlaceLikeness::Home);
        assert_eq!(likeness(register, "本町1-2-3-405"), PlaceLikeness::Home);
        assert_eq!(likeness(register, "本町1-2-3"), PlaceLikeness::House);
        assert_eq!(likeness(register, "本町1-2-3-406"), PlaceLikeness::OtherFlat);
    }

    #[test]
    fn neighbours_are_not_at_home_and_towns_that_end_alike_are_not_one() {
        assert_eq!(likeness("みほん市本町1-2-3", "本町1-2-4"), PlaceLikeness::Block);
        assert_eq!(likeness("みほん市本町1-2-3", "本町1-8-3"), PlaceLikeness::Town);
        assert_eq!(likeness("みほん市新本町1-2-3", "本町1-2-3"), PlaceLikeness::Other);
        assert_eq!(likeness("みほん市本町1-2-3", "となり市本町1-2-3"), PlaceLikeness::OtherCity);
        assert_eq!(likeness("みほん市本町1-2-3", "みほん市緑町1-2-3"), PlaceLikeness::Other);
        assert_eq!(likeness("みほん市本町1-2-3", "緑町1-2-3"), PlaceLikeness::Other);
        assert_eq!(likeness("みほん市本町1-2-3", ""), PlaceLikeness::Absent);
    }

    #[test]
    fn a_postal_code_has_seven_digits() {
        assert_eq!(postal_code("〒９８０－０８１１"), 9_800_811);
        assert_eq!(postal_code("980-08"), 0);
        assert_eq!(postal_code("99999999999999999999"), 0);
    }
}
