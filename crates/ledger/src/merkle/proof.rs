use std::ops::Range;

use super::{Hash, node};

/// That an entry is in a log of a given size: RFC 6962 section 2.1.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    /// Position of the entry, from 0.
    pub index: u64,
    /// Size of the log whose root the proof leads to.
    pub size: u64,
    /// Sibling hashes from the leaf up.
    pub path: Vec<Hash>,
}

/// That a log of one size is the beginning of the log of a later size: RFC 6962 section 2.1.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consistency {
    /// The earlier size, at least 1.
    pub from: u64,
    /// The later size.
    pub to: u64,
    /// The hashes of the proof.
    pub path: Vec<Hash>,
}

/// Why there is no proof, or why one does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The question makes no sense for a log of that size.
    #[error("no proof: position or size lies outside the log")]
    Outside,
    /// The number of hashes is not the one that the sizes demand.
    #[error("the proof has the wrong length")]
    Length,
    /// The hashes lead to another root.
    #[error("the proof leads to another root")]
    Root,
}

impl Inclusion {
    /// Checks that the entry with this leaf hash is in the log with this root (RFC 9162 section 2.1.3.2).
    pub fn verify(&self, leaf: &Hash, root: &Hash) -> Result<(), ProofError> {
        if self.index >= self.size {
            return Err(ProofError::Outside);
        }
        let (mut at, mut last, mut hash) = (self.index, self.size - 1, *leaf);
        for sibling in &self.path {
            if last == 0 {
                return Err(ProofError::Length);
            }
            if at & 1 == 1 || at == last {
                hash = node(sibling, &hash);
                while at & 1 == 0 && at != 0 {
                    at >>= 1;
                    last >>= 1;
                }
            } else {
                hash = node(&hash, sibling);
            }
            at >>= 1;
            last >>= 1;
        }
        match (last, hash == *root) {
            (0, true) => Ok(()),
            (0, false) => Err(ProofError::Root),
            _ => Err(ProofError::Length),
        }
    }
}

impl Consistency {
    /// Checks that the log with root `later` begins with the log with root `earlier` (RFC 9162 section 2.1.4.2).
    pub fn verify(&self, earlier: &Hash, later: &Hash) -> Result<(), ProofError> {
        if self.from == 0 || self.from > self.to {
            return Err(ProofError::Outside);
        }
        if self.from == self.to {
            let same = if earlier == later { Ok(()) } else { Err(ProofError::Root) };
            return if self.path.is_empty() { same } else { Err(ProofError::Length) };
        }
        let mut path = self.path.iter();
        let (mut at, mut last) = (self.from - 1, self.to - 1);
        let skipped = at.trailing_ones();
        at >>= skipped;
        last >>= skipped;
        let start = if at == 0 { earlier } else { path.next().ok_or(ProofError::Length)? };
        let (mut old, mut new) = (*start, *start);
        for sibling in path {
            if last == 0 {
                return Err(ProofError::Length);
            }
            if at & 1 == 1 || at == last {
                old = node(sibling, &old);
                new = node(sibling, &new);
                while at & 1 == 0 && at != 0 {
                    at >>= 1;
                    last >>= 1;
                }
            } else {
                new = node(&new, sibling);
            }
            at >>= 1;
            last >>= 1;
        }
        match (last, old == *earlier && new == *later) {
            (0, true) => Ok(()),
            (0, false) => Err(ProofError::Root),
            _ => Err(ProofError::Length),
        }
    }
}

/// The path of an inclusion proof, from a source of subtree hashes: `nodes(height, index)` is the root of the perfect
/// subtree over the leaves `index << height .. (index + 1) << height`.
pub(crate) fn inclusion_path<E: From<ProofError>>(
    index: u64,
    size: u64,
    mut nodes: impl FnMut(u32, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    if index >= size {
        return Err(ProofError::Outside.into());
    }
    let (mut start, mut end) = (0, size);
    let mut siblings = Vec::new();
    while end - start > 1 {
        let split = start + split(end - start);
        if index < split {
            siblings.push(split..end);
            end = split;
        } else {
            siblings.push(start..split);
            start = split;
        }
    }
    siblings.into_iter().rev().map(|range| subtree(range.start, range.end, &mut nodes)).collect()
}

/// The path of a consistency proof between two sizes, from a source of subtree hashes as in [`inclusion_path`].
pub(crate) fn consistency_path<E: From<ProofError>>(
    from: u64,
    to: u64,
    mut nodes: impl FnMut(u32, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    if from == 0 || from > to {
        return Err(ProofError::Outside.into());
    }
    let (mut start, mut end) = (0, to);
    let mut ranges = Vec::new();
    while end != from {
        let split = start + split(end - start);
        if from <= split {
            ranges.push(split..end);
            end = split;
        } else {
            ranges.push(start..split);
            start = split;
        }
    }
    // What is left, [start, from), is known to the asker when it is the whole earlier tree.
    if start != 0 {
        ranges.push(start..end);
    }
    ranges.into_iter().rev().map(|range| subtree(range.start, range.end, &mut nodes)).collect()
}

/// The root over a part of a tree, all of it or one of the perfect subtrees that it is made of, from the leaves of a range of the part, which are
/// known, and a source of the other subtrees' hashes as in [`inclusion_path`]: if it is the part's own root, the leaves are the tree's.
pub(crate) fn range_root<E: From<ProofError>>(
    part: Range<u64>,
    range: Range<u64>,
    leaves: &[Hash],
    mut nodes: impl FnMut(u32, u64) -> Result<Hash, E>,
) -> Result<Hash, E> {
    let known = u64::try_from(leaves.len()).ok();
    if range.is_empty() || range.start < part.start || range.end > part.end || known != Some(range.end - range.start) {
        return Err(ProofError::Outside.into());
    }
    root_over(part, &range, leaves, &mut nodes)
}

fn root_over<E: From<ProofError>>(
    of: Range<u64>,
    range: &Range<u64>,
    leaves: &[Hash],
    nodes: &mut impl FnMut(u32, u64) -> Result<Hash, E>,
) -> Result<Hash, E> {
    if of.end <= range.start || range.end <= of.start {
        return subtree(of.start, of.end, nodes);
    }
    if of.end - of.start == 1 {
        let at = usize::try_from(of.start - range.start).ok();
        return at.and_then(|at| leaves.get(at)).copied().ok_or_else(|| ProofError::Outside.into());
    }
    let middle = of.start + split(of.end - of.start);
    let left = root_over(of.start..middle, range, leaves, nodes)?;
    Ok(node(&left, &root_over(middle..of.end, range, leaves, nodes)?))
}

/// The largest power of two smaller than a number of leaves above 1.
fn split(leaves: u64) -> u64 {
    1 << (leaves.max(2) - 1).ilog2()
}

/// The hash over a range of leaves that starts where a tree of its size may start.
fn subtree<E>(start: u64, end: u64, nodes: &mut impl FnMut(u32, u64) -> Result<Hash, E>) -> Result<Hash, E> {
    let mut at = end;
    let mut hash: Option<Hash> = None;
    // From the right: the smallest perfect subtree first.
    while at > start {
        let height = (at - start).trailing_zeros();
        at -= 1 << height;
        let left = nodes(height, at >> height)?;
        hash = Some(hash.map_or(left, |right| node(&left, &right)));
    }
    Ok(hash.unwrap_or(super::EMPTY_ROOT))
}

#[cfg(test)]
mod tests {
    use super::super::{EMPTY_ROOT, leaf};
    use super::*;

    /// RFC 6962 section 2.1, word by word and independent of the code above: MTH, PATH, PROOF.
    mod rfc {
        use super::*;

        fn k(n: usize) -> usize {
            let mut k = 1;
            while k * 2 < n {
                k *= 2;
            }
            k
        }

        pub(super) fn mth(d: &[Hash]) -> Hash {
            match d.len() {
                0 => EMPTY_ROOT,
                1 => d[0],
                n => node(&mth(&d[..k(n)]), &mth(&d[k(n)..])),
            }
        }

        pub(super) fn path(m: usize, d: &[Hash]) -> Vec<Hash> {
            let n = d.len();
            if n == 1 {
                return vec![];
            }
            let k = k(n);
            let (mut path, sibling) = if m < k { (path(m, &d[..k]), mth(&d[k..])) } else { (path(m - k, &d[k..]), mth(&d[..k])) };
            path.push(sibling);
            path
        }

        pub(super) fn proof(m: usize, d: &[Hash], whole: bool) -> Vec<Hash> {
            let n = d.len();
            if m == n {
                return if whole { vec![] } else { vec![mth(d)] };
            }
            let k = k(n);
            let (mut path, sibling) =
                if m <= k { (proof(m, &d[..k], whole), mth(&d[k..])) } else { (proof(m - k, &d[k..], false), mth(&d[..k])) };
            path.push(sibling);
            path
        }
    }

    struct Tree(Vec<Hash>);

    impl Tree {
        fn of(size: usize) -> Self {
            Self((0..size).map(|n| leaf(&n.to_be_bytes())).collect())
        }

        /// All perfect subtrees, as the tiles would give them.
        fn nodes(&self) -> Vec<Vec<Hash>> {
            let mut levels = vec![self.0.clone()];
            while levels.last().unwrap().len() > 1 {
                levels.push(levels.last().unwrap().as_chunks::<2>().0.iter().map(|[left, right]| node(left, right)).collect());
            }
            levels
        }
    }

    fn inclusion(nodes: &[Vec<Hash>], index: u64, size: u64) -> Inclusion {
        let node = |height: u32, at: u64| Ok::<_, ProofError>(nodes[height as usize][usize::try_from(at).unwrap()]);
        Inclusion { index, size, path: inclusion_path(index, size, node).unwrap() }
    }

    fn consistency(nodes: &[Vec<Hash>], from: u64, to: u64) -> Consistency {
        let node = |height: u32, at: u64| Ok::<_, ProofError>(nodes[height as usize][usize::try_from(at).unwrap()]);
        Consistency { from, to, path: consistency_path(from, to, node).unwrap() }
    }

    #[test]
    fn every_inclusion_proof_to_size_300_is_that_of_rfc_6962_and_holds() {
        let tree = Tree::of(300);
        let nodes = tree.nodes();
        for size in 1..=300_usize {
            let root = rfc::mth(&tree.0[..size]);
            for index in 0..size {
                let proof = inclusion(&nodes, index as u64, size as u64);
                if size % 7 == 0 || size < 70 || index % 31 == 0 {
                    assert_eq!(proof.path, rfc::path(index, &tree.0[..size]), "{index} of {size}");
                }
                assert_eq!(proof.verify(&tree.0[index], &root), Ok(()), "{index} of {size}");
                assert_eq!(proof.verify(&tree.0[(index + 1) % 300], &root), Err(ProofError::Root));
            }
        }
    }

    #[test]
    fn every_consistency_proof_to_size_300_is_that_of_rfc_6962_and_holds() {
        let tree = Tree::of(300);
        let nodes = tree.nodes();
        let roots: Vec<_> = (0..=300).map(|size| rfc::mth(&tree.0[..size])).collect();
        for to in 1..=300_usize {
            for from in 1..=to {
                let proof = consistency(&nodes, from as u64, to as u64);
                if to % 7 == 0 || to < 70 || from % 31 == 0 {
                    assert_eq!(proof.path, rfc::proof(from, &tree.0[..to], true), "{from} to {to}");
                }
                assert_eq!(proof.verify(&roots[from], &roots[to]), Ok(()), "{from} to {to}");
                assert_eq!(proof.verify(&roots[from - 1], &roots[to]), Err(ProofError::Root), "{from} to {to}");
                assert_eq!(proof.verify(&roots[from], &roots[to - 1]), Err(ProofError::Root), "{from} to {to}");
            }
        }
    }

    #[test]
    fn the_leaves_of_any_range_lead_to_the_root_and_others_do_not() {
        let tree = Tree::of(70);
        for size in [1_usize, 2, 3, 31, 64, 65, 70] {
            let nodes = Tree(tree.0[..size].to_vec()).nodes();
            let node = |height: u32, at: u64| Ok::<_, ProofError>(nodes[height as usize][usize::try_from(at).unwrap()]);
            let root = rfc::mth(&tree.0[..size]);
            for start in 0..size {
                for end in start + 1..=size {
                    let range = start as u64..end as u64;
                    let mut leaves = tree.0[start..end].to_vec();
                    let whole = 0..size as u64;
                    assert_eq!(range_root(whole.clone(), range.clone(), &leaves, node), Ok(root), "{range:?} of {size}");
                    assert_eq!(range_root(whole.clone(), range.clone(), &leaves[1..], node), Err(ProofError::Outside));
                    leaves[(end - start) / 2] = EMPTY_ROOT;
                    assert_ne!(range_root(whole, range.clone(), &leaves, node), Ok(root), "{range:?} of {size}");
                }
            }
            let whole = 0..size as u64;
            assert_eq!(range_root(whole.clone(), 0..0, &[], node), Err(ProofError::Outside));
            assert_eq!(range_root(whole, 0..size as u64 + 1, &[EMPTY_ROOT; 71][..=size], node), Err(ProofError::Outside));
            // The perfect subtrees, each for itself.
            for (first, count, hash) in crate::merkle::Frontier::over(&tree.0[..size]).parts() {
                let leaf = &tree.0[first as usize..=first as usize];
                assert_eq!(range_root(first..first + count, first..first + 1, leaf, node), Ok(hash), "{first} of {size}");
            }
        }
    }

    #[test]
    fn t_21_a_proof_that_was_touched_does_not_hold() {
        let tree = Tree::of(100);
        let nodes = tree.nodes();
        let root = rfc::mth(&tree.0);
        for index in 0..100_u64 {
            let good = inclusion(&nodes, index, 100);
            let entry = &tree.0[usize::try_from(index).unwrap()];
            for at in 0..good.path.len() {
                let mut bad = good.clone();
                bad.path[at][at] ^= 1;
                assert!(bad.verify(entry, &root).is_err());
                let mut short = good.clone();
                short.path.remove(at);
                assert!(short.verify(entry, &root).is_err());
            }
            let long = Inclusion { path: [good.path.as_slice(), &[root]].concat(), ..good.clone() };
            assert!(long.verify(entry, &root).is_err());
            assert!(Inclusion { index: index ^ 1, ..good.clone() }.verify(entry, &root).is_err());
            assert_eq!(Inclusion { index: 100, ..good }.verify(entry, &root), Err(ProofError::Outside));
        }
        let old = rfc::mth(&tree.0[..37]);
        let good = consistency(&nodes, 37, 100);
        for at in 0..good.path.len() {
            let mut bad = good.clone();
            bad.path[at][at] ^= 1;
            assert!(bad.verify(&old, &root).is_err());
            let mut short = good.clone();
            short.path.remove(at);
            assert!(short.verify(&old, &root).is_err());
        }
        assert_eq!(Consistency { from: 0, ..good.clone() }.verify(&old, &root), Err(ProofError::Outside));
        assert_eq!(Consistency { from: 101, ..good }.verify(&old, &root), Err(ProofError::Outside));
    }
}
