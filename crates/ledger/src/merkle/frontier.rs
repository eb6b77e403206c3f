use super::{EMPTY_ROOT, HASH, Hash, node};

/// The right edge of a tree: one hash for each perfect subtree it is made of, largest first.
///
/// It is all that is needed to append and to know the root, at most 64 hashes for any log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    nodes: Vec<Hash>,
}

impl Frontier {
    /// The right edge of the tree over these leaves.
    pub(crate) fn over(leaves: &[Hash]) -> Self {
        let mut frontier = Self::default();
        leaves.iter().for_each(|leaf| frontier.push(*leaf, |_, _, _| ()));
        frontier
    }

    /// Whether these are the leaves after the last full tile.
    pub(crate) fn ends_with(&self, leaves: &[Hash]) -> bool {
        u64::try_from(leaves.len()).is_ok_and(|rest| rest == self.size % 256) && self.nodes.ends_with(&Self::over(leaves).nodes)
    }

    /// Entries in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree as it stands.
    pub fn root(&self) -> Hash {
        let mut nodes = self.nodes.iter().rev();
        let Some(last) = nodes.next() else { return EMPTY_ROOT };
        nodes.fold(*last, |right, left| node(left, &right))
    }

    /// Appends a leaf; `tile_done(level, number, root)` hears of every 256-wide tile that this leaf completes.
    pub fn push(&mut self, leaf: Hash, mut tile_done: impl FnMut(u8, u64, Hash)) {
        let mut hash = leaf;
        for height in 1..=self.size.trailing_ones() {
            if let Some(left) = self.nodes.pop() {
                hash = node(&left, &hash);
            }
            if height.is_multiple_of(8) {
                let level = u8::try_from(height / 8 - 1).unwrap_or(u8::MAX);
                tile_done(level, self.size >> height, hash);
            }
        }
        self.nodes.push(hash);
        self.size += 1;
    }

    /// The perfect subtrees as `(first leaf, leaves, hash)`, from the left.
    pub fn parts(&self) -> impl Iterator<Item = (u64, u64, Hash)> {
        let mut first = 0;
        let mut left = self.size;
        self.nodes.iter().map(move |hash| {
            let leaves = if left == 0 { 0 } else { 1 << left.ilog2() };
            let part = (first, leaves, *hash);
            first += leaves;
            left -= leaves;
            part
        })
    }

    /// The hashes one after another, as they are stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.nodes.concat()
    }

    /// Reads what [`Frontier::to_bytes`] wrote; nothing when the bytes cannot belong to a tree of that size.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        let (nodes, rest) = bytes.as_chunks::<HASH>();
        let fits = rest.is_empty() && nodes.len() == usize::try_from(size.count_ones()).unwrap_or(0);
        fits.then(|| Self { size, nodes: nodes.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::leaf;
    use super::*;

    /// MTH of RFC 6962 section 2.1, as it is written there.
    fn tree_hash(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => EMPTY_ROOT,
            [one] => *one,
            many => {
                let split = many.len().next_power_of_two() / 2;
                node(&tree_hash(&many[..split]), &tree_hash(&many[split..]))
            }
        }
    }

    #[test]
    fn the_root_is_that_of_rfc_6962_for_every_size_to_600() {
        let mut frontier = Frontier::default();
        let mut leaves = Vec::new();
        let mut tiles = Vec::new();
        assert_eq!(frontier.root(), EMPTY_ROOT);
        for n in 0..600_u64 {
            let hash = leaf(&n.to_be_bytes());
            leaves.push(hash);
            frontier.push(hash, |level, number, root| tiles.push((level, number, root)));
            assert_eq!(frontier.root(), tree_hash(&leaves), "size {}", n + 1);
            for (first, count, hash) in frontier.parts() {
                let range = usize::try_from(first).unwrap()..usize::try_from(first + count).unwrap();
                assert_eq!(hash, tree_hash(&leaves[range]));
            }
            assert_eq!(frontier.parts().map(|(_, count, _)| count).sum::<u64>(), n + 1);
            assert_eq!(Frontier::from_bytes(n + 1, &frontier.to_bytes()).as_ref(), Some(&frontier));
            assert_eq!(Frontier::over(&leaves), frontier);
            let rest = &leaves[leaves.len() / 256 * 256..];
            assert!(frontier.ends_with(rest), "size {}", n + 1);
            assert!(rest.is_empty() || !frontier.ends_with(&rest[1..]) && !frontier.ends_with(&[&[EMPTY_ROOT], &rest[1..]].concat()));
        }
        assert_eq!(tiles, [(0, 0, tree_hash(&leaves[..256])), (0, 1, tree_hash(&leaves[256..512]))]);
    }

    #[test]
    fn a_tile_of_tiles_is_announced_after_65536_leaves() {
        let mut frontier = Frontier::default();
        let mut upper = Vec::new();
        for n in 0..65_536_u64 {
            frontier.push(leaf(&n.to_be_bytes()), |level, number, root| {
                if level > 0 {
                    upper.push((level, number, root));
                }
            });
        }
        assert_eq!(upper, [(1, 0, frontier.root())]);
    }

    #[test]
    fn bytes_that_do_not_fit_the_size_are_refused() {
        assert_eq!(Frontier::from_bytes(3, &[0; 32]), None);
        assert_eq!(Frontier::from_bytes(1, &[0; 33]), None);
        assert_eq!(Frontier::from_bytes(0, &[]), Some(Frontier::default()));
    }
}
