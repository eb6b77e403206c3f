//! Sealed cells: they open in their place and nowhere else (T-23).

use std::collections::HashSet;

use crate::support::{file_master, open, room};
use rayon::prelude::*;
use store::Rooms;
use store::testing::both_blocking;
use vault::{Cell, SEALING_ADDS, Vault, VaultError};
use vocabulary::{Entropy, SeededEntropy};

const TABLES: [&str; 3] = ["resident", "residents", "result"];
const COLUMNS: [&str; 3] = ["number", "numbers", "phone"];

fn vaults(rooms: &Rooms, folder: &std::path::Path) -> [Vault; 2] {
    let master = file_master(folder);
    ["first", "second"].map(|name| open(&room(rooms, name), master.clone()))
}

/// A random number below `below`.
fn pick(chance: &SeededEntropy, below: usize) -> usize {
    let mut bytes = [0; 8];
    chance.fill(&mut bytes);
    usize::try_from(u64::from_le_bytes(bytes) % below as u64).unwrap()
}

#[test]
fn a_sealed_value_opens_in_its_place() {
    both_blocking(|rooms| {
        let folder = tempfile::tempdir().unwrap();
        let [vault, _] = vaults(&rooms, folder.path());
        for length in [0, 1, 12, 15, 16, 17, 4096] {
            let plain = vec![0xa5; length];
            let cell = Cell::new("resident", "1234", "number");
            let sealed = vault.seal(&cell, &plain).unwrap();
            assert_eq!(sealed.len(), length + SEALING_ADDS);
            assert_eq!(*vault.open_cell(&cell, &sealed).unwrap(), plain);
            assert_ne!(vault.seal(&cell, &plain).unwrap(), sealed, "sealing twice shows that it was the same value");
        }
    });
}

#[test]
fn t_23_ten_thousand_moved_values_never_open() {
    both_blocking(|rooms| {
        let folder = tempfile::tempdir().unwrap();
        let vaults = vaults(&rooms, folder.path());
        let chance = SeededEntropy::new(23);
        let place = || (pick(&chance, 2), TABLES[pick(&chance, 3)], pick(&chance, 40).to_string(), COLUMNS[pick(&chance, 3)]);
        let mut tried = 0;
        while tried < 10_000 {
            let (from, to) = (place(), place());
            if from == to {
                continue;
            }
            let sealed = vaults[from.0].seal(&Cell::new(from.1, &from.2, from.3), b"123456789018").unwrap();
            let moved = vaults[to.0].open_cell(&Cell::new(to.1, &to.2, to.3), &sealed);
            assert_eq!(moved.unwrap_err(), VaultError::DoesNotOpen { table: to.1.into(), column: to.3.into() }, "{from:?} to {to:?}");
            tried += 1;
        }
    });
}

#[test]
fn t_23_bytes_moved_between_table_row_and_column_do_not_open() {
    both_blocking(|rooms| {
        let folder = tempfile::tempdir().unwrap();
        let [vault, _] = vaults(&rooms, folder.path());
        let sealed = vault.seal(&Cell::new("ab", "cd", "ef"), b"value").unwrap();
        for (table, row, column) in
            [("abc", "d", "ef"), ("a", "bcd", "ef"), ("ab", "cde", "f"), ("ab", "c", "def"), ("abcdef", "", ""), ("ef", "cd", "ab")]
        {
            assert!(vault.open_cell(&Cell::new(table, row, column), &sealed).is_err(), "{table} {row} {column}");
        }
    });
}

#[test]
fn t_23_altered_values_never_open() {
    both_blocking(|rooms| {
        let folder = tempfile::tempdir().unwrap();
        let [vault, _] = vaults(&rooms, folder.path());
        let cell = Cell::new("resident", "1234", "number");
        let sealed = vault.seal(&cell, b"123456789018").unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut altered = sealed.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(vault.open_cell(&cell, &altered).is_err(), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(vault.open_cell(&cell, &sealed[..length]).is_err(), "cut to {length}");
        }
        assert!(vault.open_cell(&cell, &[sealed.as_slice(), b"\0"].concat()).is_err());
        let chance = SeededEntropy::new(5);
        for _ in 0..10_000 {
            let mut altered = sealed.clone();
            for _ in 0..=pick(&chance, 4) {
                altered[pick(&chance, sealed.len())] ^= u8::try_from(pick(&chance, 255) + 1).unwrap();
            }
            assert!(altered == sealed || vault.open_cell(&cell, &altered).is_err());
        }
        assert_eq!(*vault.open_cell(&cell, &sealed).unwrap(), b"123456789018");
    });
}

#[test]
fn many_threads_seal_and_open_with_one_vault() {
    both_blocking(|rooms| {
        let folder = tempfile::tempdir().unwrap();
        let [vault, _] = vaults(&rooms, folder.path());
        let sealed: Vec<_> = (0..20_000_u32)
            .into_par_iter()
            .map(|row| vault.seal(&Cell::new("resident", &row.to_be_bytes(), "number"), &row.to_le_bytes()).unwrap())
            .collect();
        let nonces: HashSet<_> = sealed.iter().map(|sealed| sealed[5..17].to_vec()).collect();
        assert_eq!(nonces.len(), sealed.len());
        sealed.par_iter().zip(0..20_000_u32).for_each(|(sealed, row)| {
            assert_eq!(*vault.open_cell(&Cell::new("resident", &row.to_be_bytes(), "number"), sealed).unwrap(), row.to_le_bytes());
        });
    });
}

#[test]
fn a_buffer_of_many_values_gets_one_more_behind_the_others() {
    both_blocking(|rooms| {
        let folder = tempfile::tempdir().unwrap();
        let [vault, _] = vaults(&rooms, folder.path());
        let (one, two) = (Cell::new("t", "1", "c"), Cell::new("t", "2", "c"));
        let mut out = Vec::new();
        vault.seal_into(&one, b"one", &mut out).unwrap();
        let end = out.len();
        vault.seal_into(&two, b"two", &mut out).unwrap();
        assert_eq!(*vault.open_cell(&one, &out[..end]).unwrap(), b"one");
        assert_eq!(*vault.open_cell(&two, &out[end..]).unwrap(), b"two");
    });
}

#[test]
fn indexes_and_tokens_of_two_rooms_or_names_are_unrelated() {
    both_blocking(|rooms| {
        let folder = tempfile::tempdir().unwrap();
        let [first, second] = vaults(&rooms, folder.path());
        let again = open(&room(&rooms, "first"), file_master(folder.path()));
        assert_eq!(first.blind("number", b"1"), again.blind("number", b"1"));
        assert_eq!(first.token("subject", b"1"), again.token("subject", b"1"));
        let all = [
            first.blind("number", b"1"),
            first.blind("number", b"2"),
            first.blind("phone", b"1"),
            first.token("number", b"1"),
            second.blind("number", b"1"),
            second.token("number", b"1"),
        ];
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    });
}

#[test]
fn nothing_that_holds_a_key_shows_it() {
    both_blocking(|rooms| {
        let folder = tempfile::tempdir().unwrap();
        let master = file_master(folder.path());
        let vault = open(&room(&rooms, "first"), master.clone());
        let file = std::fs::read_to_string(folder.path().join("master.key")).unwrap();
        let key = file.lines().last().unwrap().split_once(' ').unwrap().1;
        assert_eq!(key.len(), 43);
        let signer = vault.signer_blocking("ledger").unwrap();
        let receiver = vault.receiver_blocking("relay", seal::hpke::Suite::XWing).unwrap();
        assert_eq!(format!("{vault:?}"), "Vault(first_national, Ring(1 data keys, …))");
        assert_eq!(format!("{signer:?}"), format!("Signer(ledger 1, {})", signer.key_id()));
        assert_eq!(format!("{receiver:?}"), format!("Receiver(relay, ReceivingKey(X-Wing {}), 0 earlier)", receiver.public().thumbprint()));
        let shown = format!("{master:?}");
        assert!(shown.starts_with("FileMaster(") && !shown.contains(key), "{shown}");
    });
}
