//! The people of the city: households, twins, and pairs of strangers who share name and birthday.

use super::Dice;
use super::names::{Names, Word};
use linkage::Resident;
use vocabulary::Sex;

/// A person as the register has them.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) family: Word,
    pub(crate) given: Word,
    pub(crate) woman: bool,
    pub(crate) birth: (i32, i32, i32),
    pub(crate) address: Address,
    pub(crate) phone: String,
    pub(crate) former_family: Option<Word>,
    /// The register knows the former name.
    pub(crate) former_is_known: bool,
    pub(crate) former_address: Option<Address>,
    /// The register knows the former address.
    pub(crate) former_address_is_known: bool,
    /// One of two born together.
    pub(crate) twin: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Address {
    pub(crate) town: usize,
    pub(crate) numbers: [usize; 3],
    pub(crate) building: Option<(&'static str, usize)>,
}

const BUILDINGS: &[&str] = &["サンハイツ", "コーポみほん", "グランメゾン青葉", "メゾン・ド・ソレイユ", "第二ひまわり荘", "パークタワー"];
const TOWN_FIRST: &[&str] = &[
    "青葉",
    "若林",
    "本",
    "緑ケ丘",
    "桜木",
    "旭",
    "大手",
    "霞ヶ関",
    "二の宮",
    "川端",
    "新",
    "東",
    "西",
    "南",
    "北",
    "上杉",
    "八幡",
    "花園",
];
const TOWN_LAST: &[&str] = &["町", "台", "通", "が丘", "塚", "原", "新田", "沢"];

pub(crate) struct City {
    pub(crate) people: Vec<Person>,
    pub(crate) names: Names,
    pub(crate) towns: Vec<String>,
    pub(crate) dice: Dice,
}

impl City {
    pub(crate) fn new(residents: usize, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let names = Names::new(&mut dice);
        let towns = TOWN_FIRST.iter().flat_map(|first| TOWN_LAST.iter().map(move |last| format!("{first}{last}"))).collect();
        let mut city = Self { people: Vec::with_capacity(residents + 8), names, towns, dice };
        while city.people.len() < residents {
            city.household();
        }
        city.people.truncate(residents);
        // One pair in 20,000 people: the same name, sex and birthday, elsewhere in the city.
        for _ in 0..(residents / 20_000).max(1) {
            let (one, other) = (city.dice.below(residents), city.dice.below(residents));
            let twin = city.people[one].clone();
            let person = &mut city.people[other];
            (person.family, person.given, person.woman, person.birth) = (twin.family, twin.given, twin.woman, twin.birth);
        }
        city
    }

    pub(crate) fn address(&mut self) -> Address {
        let dice = &mut self.dice;
        Address {
            town: dice.zipf(self.towns.len()),
            numbers: [1 + dice.below(6), 1 + dice.below(40), 1 + dice.below(25)],
            building: dice.chance(450).then(|| (*dice.pick(BUILDINGS), (1 + dice.below(9)) * 100 + 1 + dice.below(12))),
        }
    }

    pub(crate) fn phone(&mut self) -> String {
        let dice = &mut self.dice;
        if dice.chance(600) {
            format!("0{}0-{:04}-{:04}", 7 + dice.below(3), dice.below(10_000), dice.below(10_000))
        } else {
            format!("022-{:03}-{:04}", 200 + dice.below(700), dice.below(10_000))
        }
    }

    fn household(&mut self) {
        let size = 1 + [0, 0, 0, 0, 1, 1, 1, 2, 2, 3][self.dice.below(10)];
        let address = self.address();
        let landline = self.phone();
        let family = self.names.family(&mut self.dice).clone();
        let head_born = 1930 + self.dice.below(75) as i32;
        for member in 0..size {
            let woman = if member == 0 {
                self.dice.chance(450)
            } else if member == 1 {
                self.dice.chance(850)
            } else {
                self.dice.chance(500)
            };
            let given = self.names.given(woman, &mut self.dice).clone();
            let year =
                if member < 2 { head_born + self.dice.below(6) as i32 } else { (head_born + 24 + self.dice.below(14) as i32).min(2025) };
            let birth = (year, 1 + self.dice.below(12) as i32, 1 + self.dice.below(28) as i32);
            let married = woman && (member == 1 || self.dice.chance(300));
            let phone = match self.dice.below(10) {
                0..=2 => String::new(),
                3..=6 => landline.clone(),
                _ => self.phone(),
            };
            let former_address = self.dice.chance(300).then(|| self.address());
            self.people.push(Person {
                family: family.clone(),
                given,
                woman,
                birth,
                address: address.clone(),
                phone,
                former_family: married.then(|| self.names.family(&mut self.dice).clone()),
                former_is_known: self.dice.chance(300),
                former_address,
                former_address_is_known: self.dice.chance(400),
                twin: false,
            });
            if member >= 2 && self.dice.chance(25) {
                self.twin();
            }
        }
    }

    /// A twin of the person last added; a third of them with a similar name.
    fn twin(&mut self) {
        let place = self.people.len() - 1;
        let other = self.people[place].clone();
        let mut twin = Person { twin: true, former_family: None, former_address: None, ..other };
        if self.dice.chance(300) {
            twin.woman = !twin.woman;
        }
        while twin.given.1 == self.people[place].given.1 {
            twin.given = if self.dice.chance(350) {
                self.names.like(&twin.given, twin.woman, &mut self.dice)
            } else {
                self.names.given(twin.woman, &mut self.dice).clone()
            };
        }
        self.people[place].twin = true;
        self.people.push(twin);
    }

    /// The register's side of the city.
    pub(crate) fn residents(&self) -> impl Iterator<Item = Resident<'_>> {
        self.people.iter().enumerate().map(|(place, person)| Resident {
            resident_number: format!("{:015}", 1000 + place * 7).into(),
            name: format!("{}　{}", person.family.0, person.given.0).into(),
            kana: format!("{}　{}", person.family.1, person.given.1).into(),
            sex: if person.woman { Sex::Female } else { Sex::Male },
            birth: person.birth.0 * 10_000 + person.birth.1 * 100 + person.birth.2,
            postal_code: self.postal_code(&person.address).into(),
            address: self.official(&person.address).into(),
            phone: person.phone.as_str().into(),
            former_names: match &person.former_family {
                Some(family) if person.former_is_known => {
                    vec![(format!("{}　{}", family.0, person.given.0).into(), format!("{}　{}", family.1, person.given.1).into())]
                }
                _ => Vec::new(),
            },
            former_addresses: match &person.former_address {
                Some(address) if person.former_address_is_known => vec![self.official(address).into()],
                _ => Vec::new(),
            },
        })
    }

    pub(crate) fn postal_code(&self, address: &Address) -> String {
        format!("991-{:04}", address.town * 7 + address.numbers[0])
    }

    /// As the resident register writes it.
    pub(crate) fn official(&self, address: &Address) -> String {
        let [chome, ban, go] = address.numbers;
        let chome = ["", "一", "二", "三", "四", "五", "六"][chome];
        let building = address.building.map_or(String::new(), |(name, flat)| format!("　{name}{flat}号室"));
        format!("みほん市{}{chome}丁目{ban}番{go}号{building}", self.towns[address.town])
    }
}
