//! Chance that is the same on every machine and in every version: SplitMix64, seeded by what it decides about.

/// A stream of numbers that depends on nothing but what it was rolled for.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

impl Dice {
    /// The stream for a matter: seed, city, what is decided, about whom.
    pub(crate) fn of(matter: &[u64]) -> Self {
        Self(matter.iter().fold(STEP, |state, &part| mix(state.wrapping_add(STEP) ^ mix(part))))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number from 0 to `limit` − 1; 0 when the limit is 0.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        let product = (self.next() >> 32) * u64::from(limit);
        u32::try_from(product >> 32).unwrap_or_default()
    }

    /// A number from `first` to `last`, both among them.
    pub(crate) fn between(&mut self, first: i32, last: i32) -> i32 {
        let width = u32::try_from(last.saturating_sub(first).saturating_add(1)).unwrap_or_default();
        first.saturating_add(i32::try_from(self.below(width)).unwrap_or_default())
    }

    /// Whether one of so many in a thousand is hit.
    pub(crate) fn per_mille(&mut self, chance: u32) -> bool {
        self.below(1_000) < chance
    }

    /// Whether one of so many in a hundred thousand is hit.
    pub(crate) fn per_100k(&mut self, chance: u32) -> bool {
        self.below(100_000) < chance
    }

    /// One of the list; `None` only of an empty one.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let at = self.below(u32::try_from(list.len()).unwrap_or(u32::MAX));
        list.get(usize::try_from(at).unwrap_or_default())
    }

    /// One of the words; empty only of an empty list.
    pub(crate) fn word<'a>(&mut self, list: &[&'a str]) -> &'a str {
        self.pick(list).copied().unwrap_or_default()
    }

    /// The place of one of the weights, by their share.
    pub(crate) fn by_weight(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (place, &weight) in weights.iter().enumerate() {
            if left < weight {
                return place;
            }
            left -= weight;
        }
        0
    }
}

/// A list with weights, looked up by bisection.
#[derive(Debug)]
pub(crate) struct Weighted<T> {
    items: Vec<T>,
    ends: Vec<u32>,
}

impl<T> Weighted<T> {
    pub(crate) fn new(list: impl IntoIterator<Item = (T, u32)>) -> Self {
        let mut total = 0;
        let (items, ends) = list
            .into_iter()
            .map(|(item, weight)| {
                total += weight;
                (item, total)
            })
            .unzip();
        Self { items, ends }
    }

    /// One of the list by its weight; `None` only of an empty one.
    pub(crate) fn pick(&self, dice: &mut Dice) -> Option<&T> {
        let rolled = dice.below(self.ends.last().copied().unwrap_or_default());
        self.items.get(self.ends.partition_point(|&end| end <= rolled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_matter_rolls_the_same_and_another_one_otherwise() {
        let rolls = |matter: &[u64]| {
            let mut dice = Dice::of(matter);
            [dice.next(), dice.next()]
        };
        assert_eq!(rolls(&[7, 1]), rolls(&[7, 1]));
        assert_ne!(rolls(&[7, 1]), rolls(&[1, 7]));
        assert_ne!(rolls(&[7]), rolls(&[7, 0]));
        // Pinned: a change here changes every synthetic city there is.
        assert_eq!(Dice::of(&[7, 1, 2]).next(), 5_709_057_616_288_977_952);
    }

    #[test]
    fn chances_come_out_as_they_are_stated() {
        let mut dice = Dice::of(&[1]);
        let hits = (0..100_000).filter(|_| dice.per_mille(250)).count();
        assert!((24_000..26_000).contains(&hits), "{hits}");
        assert!((0..1_000).all(|_| (3..=5).contains(&dice.between(3, 5))));
        let weighted = Weighted::new([('a', 1), ('b', 0), ('c', 3)]);
        let picks: String = (0..4_000).filter_map(|_| weighted.pick(&mut dice)).collect();
        let of = |c| picks.matches(c).count();
        assert!(of('a') > 800 && of('a') < 1_200 && of('b') == 0 && of('a') + of('c') == 4_000);
        assert_eq!(Weighted::<u8>::new([]).pick(&mut dice), None);
        assert_eq!(dice.by_weight(&[0, 5, 0]), 1);
    }
}
