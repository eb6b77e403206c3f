//! The towns of a fictional city.

use std::sync::LazyLock;

use vocabulary::MunicipalityCode;

use crate::dice::{Dice, Weighted};

/// A town and how its places are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Town {
    pub(crate) name: &'static str,
    /// 丁目, 番 and 号 (住居表示); otherwise 番地.
    pub(crate) blocks: bool,
    /// Place in the list: decides postal code, district and branch office.
    pub(crate) place: u32,
    weight: u32,
}

static TOWNS: LazyLock<[Weighted<Town>; 2]> = LazyLock::new(|| {
    let towns: Vec<Town> = include_str!("../../data/towns.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .zip(0..)
        .filter_map(|(line, place)| {
            let mut fields = line.split(' ');
            Some(Town { name: fields.next()?, blocks: fields.next()? == "c", place, weight: fields.next()?.parse().ok()? })
        })
        .collect();
    let of = |parity| Weighted::new(towns.iter().filter(|town| town.place % 2 == parity).map(|&town| (town, town.weight)));
    [of(0), of(1)]
});

/// A town of the city, by how many live there.
pub(crate) fn town(municipality: MunicipalityCode, dice: &mut Dice) -> Town {
    let [even, odd] = &*TOWNS;
    let towns = if municipality.as_str() == crate::SECOND_CITY { odd } else { even };
    towns.pick(dice).copied().unwrap_or(Town { name: "本町", blocks: true, place: 0, weight: 1 })
}
