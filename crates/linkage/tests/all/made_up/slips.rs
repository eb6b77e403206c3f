//! What facilities make of it: records with slips, strangers among them, and the truth.

use super::Dice;
use super::names::Word;
use super::people::{Address, City, Person};
use linkage::Written;
use vocabulary::text;

/// Who a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Resident,
    /// Nothing in common with anybody but by chance.
    Stranger,
    /// The whole name of a resident; another birth date and address.
    Namesake,
    /// Everything of a resident but the given name.
    Twin,
    /// As [`Kind::Twin`], and the given name begins alike.
    LikeNamedTwin,
    /// Family name and address of a resident.
    Family,
    /// Birth date, sex and town of a resident.
    SameBirthday,
    /// Family name, birth date and sex of a resident, another given name, another address.
    FamilyNameAndBirthday,
}

/// A record as it came in, and who it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    pub(crate) name: String,
    pub(crate) kana: String,
    pub(crate) sex: String,
    pub(crate) birth: String,
    pub(crate) postal_code: String,
    pub(crate) address: String,
    pub(crate) phone: String,
    /// The row of the resident; `None` for people outside the register.
    pub(crate) truth: Option<u32>,
    pub(crate) kind: Option<Kind>,
    /// The slips that were made, for the analysis of what was missed.
    pub(crate) slips: Vec<&'static str>,
}

impl Record {
    pub(crate) fn written(&self) -> Written<'_> {
        Written {
            name: &self.name,
            kana: &self.kana,
            sex: &self.sex,
            birth: &self.birth,
            postal_code: &self.postal_code,
            address: &self.address,
            phone: &self.phone,
        }
    }
}

impl City {
    /// Records of which 1 in 20 is about somebody outside the register.
    pub(crate) fn records(&mut self, count: usize) -> Vec<Record> {
        (0..count)
            .map(|_| {
                if self.dice.chance(50) {
                    let kind = match self.dice.below(100) {
                        0..40 => Kind::Stranger,
                        40..55 => Kind::Namesake,
                        55..65 => Kind::Twin,
                        65..70 => Kind::LikeNamedTwin,
                        70..80 => Kind::Family,
                        80..90 => Kind::SameBirthday,
                        _ => Kind::FamilyNameAndBirthday,
                    };
                    self.outsider(kind)
                } else {
                    let place = self.dice.below(self.people.len());
                    let person = self.people[place].clone();
                    let mut record = self.write(&person);
                    if person.twin {
                        record.slips.push("has a twin");
                    }
                    (record.truth, record.kind) = (Some(place as u32), Some(Kind::Resident));
                    record
                }
            })
            .collect()
    }

    /// A record about somebody outside the register.
    pub(crate) fn outsider(&mut self, kind: Kind) -> Record {
        let resident = loop {
            let resident = &self.people[self.dice.below(self.people.len())];
            // The twin of one who has a twin in the register would be that twin.
            if !resident.twin {
                break resident.clone();
            }
        };
        let mut person = Person { former_family: None, former_address: None, ..resident.clone() };
        let own_birth = (1930 + self.dice.below(90) as i32, 1 + self.dice.below(12) as i32, 1 + self.dice.below(28) as i32);
        let other_given = |city: &mut Self, woman: bool| loop {
            let given = city.names.given(woman, &mut city.dice).clone();
            if given.1 != resident.given.1 && given.0 != resident.given.0 {
                return given;
            }
        };
        match kind {
            Kind::Resident => {}
            Kind::Stranger => {
                person.family = self.names.family(&mut self.dice).clone();
                person.given = self.names.given(person.woman, &mut self.dice).clone();
                (person.birth, person.address, person.phone) = (own_birth, self.address(), self.phone());
            }
            Kind::Namesake => {
                (person.birth, person.address, person.phone) = (own_birth, self.address(), self.phone());
                // Whoever shares name, sex and birthday with a resident cannot be told from one who moved.
                let same = |other: &Person| other.birth == own_birth && (&other.family, &other.given) == (&person.family, &person.given);
                if self.people.iter().any(same) {
                    person.birth.0 -= 1;
                }
            }
            Kind::Twin => person.given = other_given(self, person.woman),
            Kind::LikeNamedTwin => {
                person.given = self.names.like(&resident.given, person.woman, &mut self.dice);
                if person.given.0 == resident.given.0 {
                    person.given = other_given(self, person.woman);
                }
            }
            Kind::Family => {
                person.woman = self.dice.chance(500);
                person.given = other_given(self, person.woman);
                person.birth = own_birth;
            }
            Kind::SameBirthday => {
                person.family = self.names.family(&mut self.dice).clone();
                person.given = other_given(self, person.woman);
                (person.address, person.phone) = (Address { town: resident.address.town, ..self.address() }, self.phone());
            }
            Kind::FamilyNameAndBirthday => {
                person.given = other_given(self, person.woman);
                (person.address, person.phone) = (self.address(), self.phone());
            }
        }
        let mut record = self.write(&person);
        record.kind = Some(kind);
        record
    }

    /// Writes a person down as facilities do.
    pub(crate) fn write(&mut self, person: &Person) -> Record {
        let mut slips = Vec::new();
        let mut family = person.family.clone();
        if let Some(former) = person.former_family.as_ref().filter(|_| self.dice.chance(45)) {
            family = former.clone();
            slips.push("maiden name");
        }
        let (name, kana) = self.names_written(&family, &person.given, &mut slips);
        let birth = self.birth_written(person.birth, &mut slips);
        let mut address = &person.address;
        let elsewhere;
        if person.former_address.is_some() && self.dice.chance(120) || self.dice.chance(10) {
            elsewhere = person.former_address.clone().unwrap_or_else(|| self.address());
            address = &elsewhere;
            slips.push("old address");
        }
        let (postal_code, address) = if self.dice.chance(60) {
            slips.push("no address");
            (String::new(), String::new())
        } else {
            (if self.dice.chance(250) { String::new() } else { self.postal_code(address) }, self.address_written(address))
        };
        let phone = match self.dice.below(100) {
            0..45 => String::new(),
            45..50 => self.phone(),
            50..70 => person.phone.replace('-', ""),
            _ => person.phone.clone(),
        };
        let sex = match (self.dice.below(100), person.woman) {
            (0..2, _) => "",
            (2..40, true) => "2",
            (2..40, false) => "1",
            (_, true) => "女",
            (_, false) => "男",
        };
        Record { name, kana, sex: sex.to_owned(), birth, postal_code, address, phone, truth: None, kind: None, slips }
    }

    fn names_written(&mut self, family: &Word, given: &Word, slips: &mut Vec<&'static str>) -> (String, String) {
        let dice = &mut self.dice;
        let mut parts = [family.0.clone(), given.0.clone()];
        if dice.chance(100) {
            let at = dice.below(2);
            parts[at] = variant(&parts[at], dice);
            slips.push("variant");
        }
        if dice.chance(20) {
            let at = dice.below(2);
            parts[at].push('\u{E0100}');
            slips.push("ivs");
        }
        if dice.chance(7) {
            let at = dice.below(2);
            parts[at] = other_character(&parts[at], &['朗', '己', '彦', '子', '恵', '沢', '太', '川'], dice);
            slips.push("kanji slip");
        }
        let mut kana = [family.1.clone(), given.1.clone()];
        if dice.chance(10) {
            let at = dice.below(2);
            kana[at] = match dice.below(3) {
                0 => other_character(&kana[at], &['ア', 'カ', 'シ', 'ツ', 'ミ', 'ン', 'ヨ', 'ガ'], dice),
                1 => lose_character(&kana[at], dice),
                _ => kana[at].replace('ダ', "タ").replace('ザ', "サ").replace('ガ', "カ"),
            };
            slips.push("kana slip");
        }
        let blank = |dice: &mut Dice| *dice.pick(&["　", " ", "　", ""]);
        let mut name = parts.join(blank(dice));
        let mut kana = kana.join(blank(dice));
        match dice.below(100) {
            0..15 => kana = half_width(&kana),
            15..25 => kana = hiragana(&kana),
            25..30 => kana = kana.replace('ョ', "ヨ").replace('ュ', "ユ").replace('ャ', "ヤ").replace('ッ', "ツ"),
            _ => {}
        }
        match dice.below(100) {
            0..3 => {
                name = String::new();
                slips.push("no name");
            }
            3..4 => {
                name = std::mem::take(&mut kana);
                slips.push("kana for name");
            }
            4..11 => {
                kana = String::new();
                slips.push("no kana");
            }
            _ => {}
        }
        (name, kana)
    }

    fn birth_written(&mut self, birth: (i32, i32, i32), slips: &mut Vec<&'static str>) -> String {
        let dice = &mut self.dice;
        let (mut year, mut month, mut day) = birth;
        let mut wrong_era = false;
        if dice.chance(12) {
            slips.push("birth slip");
            match dice.below(6) {
                0 => day = day / 10 + day % 10 * 10,
                1 => year += *dice.pick(&[-10, -1, 1, 10]),
                2 => month = if month < 12 { month + 1 } else { 2 },
                3 if day <= 12 => (month, day) = (day, month),
                4 => wrong_era = true,
                _ => day = if day > 9 { day - 10 } else { day + 10 },
            }
        }
        let (letter, word, start) = match year {
            ..=1925 => ("T", "大正", 1911),
            1926..=1988 => ("S", "昭和", 1925),
            1989..=2018 => ("H", "平成", 1988),
            _ => ("R", "令和", 2018),
        };
        let (letter, word) = if wrong_era { if letter == "S" { ("H", "平成") } else { ("S", "昭和") } } else { (letter, word) };
        let of_era = year - start;
        match dice.below(if wrong_era { 3 } else { 6 }) {
            0 => format!("{letter}{of_era}.{month}.{day}"),
            1 => format!("{word}{of_era}年{month}月{day}日"),
            2 => format!("{letter}{of_era:02}{month:02}{day:02}"),
            3 => format!("{year}-{month:02}-{day:02}"),
            4 => format!("{year}/{month}/{day}"),
            _ => format!("{year}{month:02}{day:02}"),
        }
    }

    fn address_written(&mut self, address: &Address) -> String {
        let [chome, ban, go] = address.numbers;
        let town = &self.towns[address.town];
        let dice = &mut self.dice;
        let kanji = ["", "一", "二", "三", "四", "五", "六"][chome];
        let front = *dice.pick(&["みほん市", "", "みほん市", "見本県みほん市", ""]);
        let wide = |number: usize| {
            number.to_string().chars().map(|digit| char::from_u32(digit as u32 + 0xFEE0).unwrap_or(digit)).collect::<String>()
        };
        let numbers = match dice.below(6) {
            0 => format!("{kanji}丁目{ban}番{go}号"),
            1 => format!("{chome}-{ban}-{go}"),
            2 => format!("{}丁目{}－{}", wide(chome), wide(ban), wide(go)),
            3 => format!("{chome}丁目{ban}番地{go}"),
            4 => format!("{chome}の{ban}の{go}"),
            _ => format!("{}ー{}ー{}", wide(chome), wide(ban), wide(go)),
        };
        let building = match address.building {
            Some((name, flat)) => match dice.below(5) {
                0 => String::new(),
                1 => format!("-{flat}"),
                2 => format!(" {name}{flat}"),
                3 => format!("　{name} {}号", wide(flat)),
                _ => format!("　{name}{flat}号室"),
            },
            None => String::new(),
        };
        format!("{front}{town}{numbers}{building}")
    }
}

fn variant(word: &str, dice: &mut Dice) -> String {
    word.chars()
        .map(|character| {
            let family = text::siblings(character);
            if family.is_empty() { character } else { *dice.pick(&family) }
        })
        .collect()
}

fn other_character(word: &str, others: &[char], dice: &mut Dice) -> String {
    let at = dice.below(word.chars().count());
    let other = *dice.pick(others);
    word.chars().enumerate().map(|(place, character)| if place == at { other } else { character }).collect()
}

fn lose_character(word: &str, dice: &mut Dice) -> String {
    let at = dice.below(word.chars().count());
    let left: String = word.chars().enumerate().filter(|(place, _)| *place != at).map(|(_, character)| character).collect();
    if left.is_empty() { word.to_owned() } else { left }
}

fn half_width(kana: &str) -> String {
    let mut out = String::new();
    text::half_width(kana, &mut out);
    out
}

fn hiragana(kana: &str) -> String {
    let mut out = String::new();
    text::hiragana(kana, &mut out);
    out
}
