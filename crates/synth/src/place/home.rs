//! A dwelling.

use vocabulary::MunicipalityCode;

use super::{
    PREFECTURE, Spelling, city_name,
    town::{Town, town},
};
use crate::dice::Dice;

/// A dwelling in a fictional city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    pub(crate) city: &'static str,
    pub(crate) town: &'static str,
    /// 丁目, 番, 号; 丁目 is 0 where places are numbered by 番地 and 枝番 (0: none).
    pub(crate) numbers: [u32; 3],
    pub(crate) building: Option<(&'static str, u32)>,
    /// 000-0101: no postal code begins with 000.
    pub(crate) postal: u32,
    /// 行政区コード.
    pub(crate) district: u32,
    /// 支所コード.
    pub(crate) branch: u32,
}

const BUILDINGS: [&str; 14] = [
    "みほんハイツ",
    "コーポ青葉",
    "メゾン見本",
    "グリーンハイム",
    "サンコーポ",
    "ひまわり荘",
    "第2見本荘",
    "レジデンス若葉",
    "市営住宅1号棟",
    "パークサイド",
    "リバーサイド",
    "見本マンション",
    "コーポラス泉",
    "シャトー港",
];

/// A dwelling of the city; two in five are flats.
pub(crate) fn home(municipality: MunicipalityCode, dice: &mut Dice) -> Home {
    let Town { name, blocks, place, .. } = town(municipality, dice);
    let numbers =
        if blocks { [1 + dice.below(5), 1 + dice.below(42), 1 + dice.below(24)] } else { [0, 1 + dice.below(2_900), dice.below(6)] };
    let building =
        dice.per_mille(if blocks { 420 } else { 60 }).then(|| (dice.word(&BUILDINGS), (1 + dice.below(8)) * 100 + 1 + dice.below(12)));
    Home {
        city: city_name(municipality),
        town: name,
        numbers,
        building,
        postal: place * 10 + numbers.first().copied().unwrap_or_default(),
        district: 101 + place * 3 + dice.below(3),
        branch: 1 + place % 5,
    }
}

/// A dwelling in the other fictional city: where people come from and go to.
pub(crate) fn elsewhere(municipality: MunicipalityCode, dice: &mut Dice) -> Home {
    let other = if municipality.as_str() == crate::SECOND_CITY { crate::FIRST_CITY } else { crate::SECOND_CITY };
    home(MunicipalityCode::parse(other).unwrap_or(municipality), dice)
}

impl Home {
    /// 住所 as the register writes it: みほん県みほん市青葉町三丁目12番5号.
    pub fn address(&self) -> String {
        self.spelled(Spelling::Register)
    }

    /// 方書: the building and the room; empty for a house.
    pub fn building(&self) -> String {
        self.building.map_or_else(String::new, |(name, room)| format!("{name}{room}号"))
    }

    /// 郵便番号: 000-0101.
    pub fn postal_code(&self) -> String {
        format!("000-{:04}", self.postal)
    }

    /// 行政区コード.
    pub fn district(&self) -> String {
        self.district.to_string()
    }

    /// 支所コード.
    pub fn branch_office(&self) -> String {
        format!("{:02}", self.branch)
    }

    /// The address in one of the ways it is written.
    pub fn spelled(&self, spelling: Spelling) -> String {
        let mut text = String::with_capacity(64);
        match spelling {
            Spelling::Register | Spelling::Western => text.extend([PREFECTURE, self.city]),
            Spelling::FullWidth | Spelling::KanjiNumerals | Spelling::Mixed => text.push_str(self.city),
            Spelling::Hyphens | Spelling::Particles => {}
        }
        text.push_str(self.town);
        spelling.write_numbers(self.numbers, &mut text);
        text
    }
}
