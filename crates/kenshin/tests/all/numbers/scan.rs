//! Finds twelve-digit numbers in bytes, in every plain form that they are likely to be written in.

use std::collections::{HashMap, HashSet};

/// Marks of [`Numbers`]: most bytes are no number, and a look at a mark is all that they cost.
const MARKS: u64 = 1 << 20;

/// The numbers that must not be found.
pub(super) struct Numbers {
    all: HashSet<u64>,
    /// Set where one of the numbers has this remainder.
    marks: Vec<bool>,
}

impl Numbers {
    pub(super) fn new(numbers: impl IntoIterator<Item = String>) -> Numbers {
        let parse = |number: String| {
            assert!(number.len() == 12, "an individual number has twelve digits");
            number.parse().unwrap()
        };
        let all: HashSet<u64> = numbers.into_iter().map(parse).collect();
        let mut marks = vec![false; MARKS as usize];
        all.iter().for_each(|number| marks[(number % MARKS) as usize] = true);
        Numbers { all, marks }
    }

    fn contains(&self, value: u64) -> bool {
        self.marks[(value % MARKS) as usize] && self.all.contains(&value)
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The form in which one of the numbers stands here, if one does.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<&'static str> {
        type Form = (&'static str, fn(&Numbers, &[u8]) -> bool);
        let forms: [Form; 5] = [
            ("digits", |numbers, bytes| numbers.in_digits(bytes.iter().copied())),
            ("digits in groups", |numbers, bytes| numbers.in_groups(bytes)),
            ("UTF-16", |numbers, bytes| [0, 1].into_iter().any(|from| numbers.in_digits(bytes.iter().skip(from).step_by(2).copied()))),
            ("full-width digits", |numbers, bytes| numbers.in_full_width(bytes)),
            ("an integer", |numbers, bytes| bytes.windows(6).any(|window| numbers.in_integer(window))),
        ];
        forms.into_iter().find(|(_, form)| form(self, bytes)).map(|(name, _)| name)
    }

    /// Every twelve digits in a row, within longer rows too.
    fn in_digits(&self, bytes: impl Iterator<Item = u8>) -> bool {
        let (mut value, mut length) = (0_u64, 0);
        for byte in bytes {
            if !byte.is_ascii_digit() {
                (value, length) = (0, 0);
                continue;
            }
            value = (value * 10 + u64::from(byte - b'0')) % 1_000_000_000_000;
            length += 1;
            if length >= 12 && self.contains(value) {
                return true;
            }
        }
        false
    }

    /// 1234-5678-9012, 1234 5678 9012.
    fn in_groups(&self, bytes: &[u8]) -> bool {
        bytes.windows(14).any(|window| {
            let between = window[4] == window[9] && matches!(window[4], b'-' | b' ' | b'_' | b'.' | b'/');
            between && {
                let digits = window.iter().enumerate().filter(|(at, _)| *at != 4 && *at != 9).map(|(_, byte)| *byte);
                self.in_digits(digits)
            }
        })
    }

    /// ０ to ９ in UTF-8.
    fn in_full_width(&self, bytes: &[u8]) -> bool {
        (0..3).any(|from| {
            let characters = bytes.get(from..).unwrap_or_default().chunks_exact(3);
            let digits = characters.map(|character| match character {
                [0xEF, 0xBC, last @ 0x90..=0x99] => last - 0x90 + b'0',
                _ => 0,
            });
            self.in_digits(digits)
        })
    }

    /// Six bytes hold twelve digits: big-endian (SQLite writes integers of this size so; the end of a 64-bit one), little-endian (the
    /// beginning of a 64-bit one), packed decimal, and base 10000 in both byte orders (PostgreSQL's numeric).
    fn in_integer(&self, window: &[u8]) -> bool {
        let [a, b, c, d, e, f] = *window else { return false };
        let big = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
        let little = u64::from_le_bytes([a, b, c, d, e, f, 0, 0]);
        let packed = window.iter().try_fold(0, |value: u64, byte| {
            let (high, low) = (byte >> 4, byte & 15);
            (high < 10 && low < 10).then(|| value * 100 + u64::from(high * 10 + low))
        });
        let base = |groups: [[u8; 2]; 3], read: fn([u8; 2]) -> u16| {
            groups.into_iter().try_fold(0, |value: u64, group| (read(group) < 10_000).then(|| value * 10_000 + u64::from(read(group))))
        };
        let numeric = [base([[a, b], [c, d], [e, f]], u16::from_be_bytes), base([[a, b], [c, d], [e, f]], u16::from_le_bytes)];
        (a == 0 && self.contains(big))
            || (f == 0 && self.contains(little))
            || packed.into_iter().chain(numeric.into_iter().flatten()).any(|value| self.contains(value))
    }
}

#[test]
fn a_number_is_found_in_each_form_and_others_are_not() {
    let numbers = Numbers::new(["991662559870".to_owned(), "995536764765".to_owned()]);
    let value = 991_662_559_870_u64;
    let wide: Vec<u8> = "９９１６６２５５９８７０".bytes().collect();
    let utf16 = |endian: fn(u16) -> [u8; 2]| "991662559870".encode_utf16().flat_map(endian).collect::<Vec<u8>>();
    let numeric: Vec<u8> = [9916_u16, 6255, 9870].into_iter().flat_map(u16::to_be_bytes).collect();
    let forms: [(&str, Vec<u8>); 12] = [
        ("digits", b"991662559870".to_vec()),
        ("digits", b"12399166255987012".to_vec()),
        ("digits in groups", b"9916-6255-9870".to_vec()),
        ("digits in groups", b"9916 6255 9870".to_vec()),
        ("UTF-16", utf16(u16::to_le_bytes)),
        ("UTF-16", utf16(u16::to_be_bytes)),
        ("full-width digits", wide),
        ("an integer", value.to_be_bytes().to_vec()),
        ("an integer", value.to_le_bytes().to_vec()),
        ("an integer", value.to_be_bytes()[2..].to_vec()),
        ("an integer", vec![0x99, 0x16, 0x62, 0x55, 0x98, 0x70]),
        ("an integer", numeric),
    ];
    for (form, bytes) in forms {
        for before in 0..3 {
            let mut text = vec![b'x'; before];
            text.extend_from_slice(&bytes);
            text.extend_from_slice(b"xyz");
            assert_eq!(numbers.find(&text), Some(form), "{bytes:?}");
        }
    }
    for other in [&b"991662559871"[..], b"9916625598", b"9916-62559870", &991_662_559_871_u64.to_be_bytes()] {
        assert_eq!(numbers.find(other), None);
    }
}

/// Bytes at the end of each text of [`Contacts`] by which it is found.
const LAST: usize = 8;

/// Addresses, buildings and phones that must not be found.
pub(super) struct Contacts {
    by_end: HashMap<[u8; LAST], HashSet<String>>,
    /// Set where the end of one of them has this remainder.
    marks: Vec<bool>,
}

impl Contacts {
    pub(super) fn new(texts: impl IntoIterator<Item = String>) -> Contacts {
        let mut contacts = Contacts { by_end: HashMap::new(), marks: vec![false; MARKS as usize] };
        for text in texts {
            let end = *text.as_bytes().last_chunk().expect("a text of some bytes");
            contacts.marks[Self::mark(end)] = true;
            contacts.by_end.entry(end).or_default().insert(text);
        }
        contacts
    }

    pub(super) fn len(&self) -> usize {
        self.by_end.values().map(HashSet::len).sum()
    }

    fn mark(end: [u8; LAST]) -> usize {
        (u64::from_le_bytes(end) % (MARKS - 1)) as usize
    }

    /// One that stands here, if one does.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<&str> {
        let ends = (LAST..=bytes.len()).filter_map(|end| Some((end, *bytes.get(..end)?.last_chunk()?)));
        let mut likely = ends.filter(|(_, end)| self.marks[Self::mark(*end)]);
        likely.find_map(|(at, end)| self.by_end.get(&end)?.iter().find(|text| bytes[..at].ends_with(text.as_bytes())).map(String::as_str))
    }
}

#[test]
fn an_address_is_found_where_it_stands_whole() {
    let contacts = Contacts::new(["みほん市中央1番".to_owned(), "090-0123-4567".to_owned()]);
    assert_eq!(contacts.len(), 2);
    assert_eq!(contacts.find("\u{1}みほん市中央1番\u{2}".as_bytes()), Some("みほん市中央1番"));
    assert_eq!(contacts.find(b"..090-0123-4567"), Some("090-0123-4567"));
    assert_eq!(contacts.find("ほん市中央1番 090-0123-456".as_bytes()), None);
}
