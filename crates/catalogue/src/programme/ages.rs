use serde::Deserialize;

/// Ages from … to …, both included; ages are those on 31 March of the fiscal year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeRange {
    /// Youngest.
    pub from: i16,
    /// Oldest; no upper end when absent.
    #[serde(default)]
    pub to: Option<i16>,
}

impl AgeRange {
    /// Whether an age lies in it.
    pub fn holds(&self, age: i16) -> bool {
        self.from <= age && self.to.is_none_or(|to| age <= to)
    }
}

/// The ages of an examination as sorted ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ages(Vec<AgeRange>);

impl Ages {
    pub(crate) fn new(ranges: &[AgeRange], reaching: &[i16]) -> Self {
        let single = reaching.iter().map(|&age| AgeRange { from: age, to: Some(age) });
        let mut all: Vec<AgeRange> = ranges.iter().copied().chain(single).collect();
        all.sort();
        Self(all)
    }

    /// Whether an age is among them.
    pub fn hold(&self, age: i16) -> bool {
        self.0.iter().any(|range| range.holds(age))
    }

    /// The ranges, youngest first.
    pub fn ranges(&self) -> &[AgeRange] {
        &self.0
    }
}
