//! One kind of key: rows by the hash of their key, in two flat arrays.

/// Rows by key. A look-up touches two places in memory, whatever the size of the register.
pub(crate) struct Buckets {
    /// Where each bucket begins in `entries`; one more than there are buckets, and one for the building.
    starts: Vec<u32>,
    /// The low half of the key in the high half, the row in the low half; rows ascend within a bucket.
    entries: Vec<u64>,
    /// How far a key is shifted to give its bucket.
    shift: u32,
}

impl Buckets {
    /// Builds from the keys of all rows in order, 0 meaning that the row has none; `keys` is called twice.
    pub(crate) fn build<I: Iterator<Item = u64>>(rows: usize, keys: impl Fn() -> I) -> Self {
        let bits = (usize::BITS - rows.max(2).leading_zeros()).saturating_sub(1).clamp(4, 28);
        let shift = u64::BITS - bits;
        // Counted two places further on, the running sums one place further on are where each bucket begins; filling moves each of them
        // to where its bucket ends, which is where the next begins.
        let mut starts = vec![0u32; (1usize << bits) + 2];
        for key in keys().filter(|key| *key != 0) {
            if let Some(count) = starts.get_mut((key >> shift) as usize + 2) {
                *count += 1;
            }
        }
        let mut sum = 0u32;
        for count in &mut starts {
            sum += *count;
            *count = sum;
        }
        let mut entries = vec![0u64; sum as usize];
        for (row, key) in (0u64..).zip(keys()).filter(|(_, key)| *key != 0) {
            if let Some(place) = starts.get_mut((key >> shift) as usize + 1) {
                if let Some(entry) = entries.get_mut(*place as usize) {
                    *entry = key << 32 | row;
                }
                *place += 1;
            }
        }
        Self { starts, entries, shift }
    }

    /// The rows under a key in ascending order; none when there are more than `most`, for then the key tells nobody apart.
    pub(crate) fn rows(&self, key: u64, most: usize) -> impl Iterator<Item = u32> + '_ {
        let found = self.bucket(key);
        let wanted = move |entry: &&u64| **entry >> 32 == key & 0xFFFF_FFFF;
        let few = found.len() <= most || found.iter().filter(wanted).count() <= most;
        let found = if few { found } else { &[] };
        found.iter().filter(wanted).map(|entry| *entry as u32)
    }

    fn bucket(&self, key: u64) -> &[u64] {
        if key == 0 {
            return &[];
        }
        let bucket = (key >> self.shift) as usize;
        match (self.starts.get(bucket), self.starts.get(bucket + 1)) {
            (Some(start), Some(end)) => self.entries.get(*start as usize..*end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Bytes held, for the benchmark's report.
    pub(crate) fn bytes(&self) -> usize {
        self.starts.len() * 4 + self.entries.len() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::key;

    #[test]
    fn every_row_is_found_under_its_key_and_no_other() {
        let keys: Vec<u64> = (0..5000u64).map(|row| if row % 7 == 0 { 0 } else { key::number(row % 1000) }).collect();
        let buckets = Buckets::build(keys.len(), || keys.iter().copied());
        for wanted in 0..1000u64 {
            let expected: Vec<u32> = (0..5000u32).filter(|row| row % 7 != 0 && u64::from(row % 1000) == wanted).collect();
            assert_eq!(buckets.rows(key::number(wanted), 10).collect::<Vec<_>>(), expected);
        }
        assert_eq!(buckets.rows(key::number(5000), 10).count(), 0);
        assert_eq!(buckets.rows(0, 10).count(), 0);
    }

    #[test]
    fn a_key_of_too_many_rows_gives_none() {
        let buckets = Buckets::build(40, || std::iter::repeat_n(key::number(1), 40));
        assert_eq!(buckets.rows(key::number(1), 40).count(), 40);
        assert_eq!(buckets.rows(key::number(1), 39).count(), 0);
    }

    #[test]
    fn an_empty_register_answers() {
        assert_eq!(Buckets::build(0, std::iter::empty).rows(key::number(1), 10).count(), 0);
    }
}
