//! The baseline: seven exact keys one after the other on folded values; a record is linked when one resident alone stands under a key.

use linkage::{Resident, Written};
use std::collections::HashMap;
use vocabulary::{Sex, address, day, era, text};

const KEYS: usize = 7;
/// Stands for "more than one".
const SEVERAL: u32 = u32::MAX;

pub(crate) struct Cascade {
    keys: Vec<HashMap<String, u32>>,
}

struct Folded {
    name: String,
    kana: String,
    given: String,
    sex: i16,
    birth: i32,
    block: String,
}

impl Cascade {
    pub(crate) fn build<'a>(residents: impl Iterator<Item = Resident<'a>>) -> Self {
        let mut keys = vec![HashMap::new(); KEYS];
        for (row, resident) in (0u32..).zip(residents) {
            let folded = Folded::new(&resident.name, &resident.kana, resident.sex, resident.birth, &resident.address);
            for (map, key) in keys.iter_mut().zip(folded.keys()) {
                if let Some(key) = key {
                    map.entry(key).and_modify(|found| *found = SEVERAL).or_insert(row);
                }
            }
        }
        Self { keys }
    }

    pub(crate) fn identify(&self, written: &Written<'_>) -> Option<u32> {
        let birth = era::parse_date(written.birth).map_or(0, day::to_number);
        let sex = Sex::parse(written.sex).unwrap_or_default();
        let folded = Folded::new(written.name, written.kana, sex, birth, written.address);
        let found = self.keys.iter().zip(folded.keys()).find_map(|(map, key)| map.get(&key?).copied());
        found.filter(|row| *row != SEVERAL)
    }
}

impl Folded {
    fn new(name: &str, kana: &str, sex: Sex, birth: i32, address: &str) -> Self {
        let given = kana.split_whitespace().nth(1).map(text::folded_kana).unwrap_or_default();
        let mut block = String::new();
        address::normalise_block(address, &mut block);
        let block = address::strip_municipality(&block, "みほん市").to_owned();
        Self { name: text::folded_name(name), kana: text::folded_kana(kana), given, sex: sex.code(), birth, block }
    }

    fn keys(&self) -> [Option<String>; KEYS] {
        let Self { name, kana, given, sex, birth, block } = self;
        let (has_name, has_kana, has_given) = (!name.is_empty(), !kana.is_empty(), !given.is_empty());
        let (has_birth, has_block) = (*birth != 0, !block.is_empty());
        [
            (has_name && has_birth && has_block).then(|| format!("{name}|{birth}|{block}")),
            (has_kana && has_birth && has_block).then(|| format!("{kana}|{birth}|{block}")),
            (has_name && has_kana && has_birth).then(|| format!("{name}|{kana}|{birth}|{sex}")),
            (has_kana && has_birth).then(|| format!("{kana}|{birth}|{sex}")),
            (has_name && has_birth).then(|| format!("{name}|{birth}|{sex}")),
            (has_given && has_birth && has_block).then(|| format!("{given}|{birth}|{block}|{sex}")),
            (has_kana && has_block).then(|| format!("{kana}|{block}|{sex}")),
        ]
    }
}
