//! What a run holds: tokens in their order, each with the numbers of the lists that the person is on.

use crate::entry::Token;

/// A person and a list they are on, by its number.
pub(super) type Pair = (Token, i64);

/// Bytes of a row, unless one person is on more lists than fit: a row is a page of a database.
const ROW: usize = 3_900;

/// Writes sorted pairs as rows: 16 bytes of token, the number of lists, their numbers as distances, each number of 7 bits a byte → the first
/// token of each row, and the row.
pub(super) fn encode(pairs: &[Pair]) -> Vec<(Token, Vec<u8>)> {
    let mut rows: Vec<(Token, Vec<u8>)> = Vec::new();
    for lists in pairs.chunk_by(|one, next| one.0 == next.0) {
        let Some((token, _)) = lists.first() else { continue };
        let mut person = token.to_vec();
        write(&mut person, lists.len() as u64);
        let mut last = 0;
        for (_, list) in lists {
            write(&mut person, u64::try_from(list - last).unwrap_or_default());
            last = *list;
        }
        match rows.last_mut() {
            Some((_, row)) if row.len() + person.len() <= ROW => row.extend_from_slice(&person),
            _ => rows.push((*token, person)),
        }
    }
    rows
}

/// Hands over the pairs of a row in their order, as far as it can be read.
pub(super) fn each_pair(mut row: &[u8], mut pair: impl FnMut(Token, i64)) {
    while let Some((token, rest)) = row.split_first_chunk::<16>() {
        row = rest;
        let Some(lists) = read(&mut row) else { return };
        let mut list = 0_i64;
        for _ in 0..lists {
            let Some(distance) = read(&mut row).and_then(|distance| i64::try_from(distance).ok()) else { return };
            list = list.saturating_add(distance);
            pair(*token, list);
        }
    }
}

fn write(to: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        to.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    to.push((number & 0x7f) as u8);
}

fn read(from: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for place in 0..10 {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        number |= u64::from(byte & 0x7f).checked_shl(7 * place)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pairs_are_read_back_in_their_order(pairs in proptest::collection::btree_set((any::<[u8; 16]>(), 0..i64::MAX), 0..400)) {
            let pairs: Vec<Pair> = pairs.into_iter().collect();
            let mut read = Vec::new();
            for (first, row) in encode(&pairs) {
                prop_assert_eq!(&row[..16], &first);
                each_pair(&row, |token, list| read.push((token, list)));
            }
            prop_assert_eq!(read, pairs);
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(row in proptest::collection::vec(any::<u8>(), 0..100)) {
            each_pair(&row, |_, _| ());
        }
    }

    #[test]
    fn somebody_on_many_lists_stands_in_one_row() {
        let mut pairs: Vec<Pair> = (0..10_000).map(|list| ([7; 16], list)).collect();
        pairs.push(([8; 16], 1));
        let rows = encode(&pairs);
        assert_eq!(rows.iter().map(|row| row.0[0]).collect::<Vec<_>>(), [7, 8]);
        assert!(rows[0].1.len() < 10_100, "a byte a list");
    }
}
