//! Bytes nobody meant, made from bytes somebody did.

/// A small deterministic generator (SplitMix64): a failing input is found again with the same seed.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `bound`; 0 when it is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        if bound == 0 { 0 } else { usize::try_from(self.roll() % bound as u64).unwrap_or(0) }
    }
}

/// What breaks parsers of such files more often than chance finds.
const TOKENS: &[&[u8]] = &[
    b"\"",
    b"\r\n",
    b"\n",
    b",",
    b"\xef\xbb\xbf",
    b"\0",
    b"\xff",
    b"\x81",
    b"\xfa\x40",
    b"-",
    b"0",
    b"9999999999999999999",
    b"-1",
    b"1e309",
    "\u{e0100}".as_bytes(),
    "\u{3099}".as_bytes(),
    "令和元年".as_bytes(),
    "R99.13.40".as_bytes(),
    "２０２６".as_bytes(),
    b"{",
    b"}",
    b"[",
    b"null",
    b"\xd8\x12",
    b"\xa0",
    b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
];

/// One to eight changes.
pub(crate) fn mutate(dice: &mut Dice, input: &mut Vec<u8>, other: &[u8], limit: usize) {
    for _ in 0..=dice.below(8) {
        let at = dice.below(input.len().saturating_add(1)).min(input.len());
        match dice.below(8) {
            0 => flip(dice, input),
            1 => insert(input, at, TOKENS.get(dice.below(TOKENS.len())).copied().unwrap_or_default()),
            2 => input.truncate(at),
            3 => drop(input.drain(at..at.saturating_add(dice.below(16)).min(input.len()))),
            4 => repeat(dice, input, at),
            5 => insert(input, at, &[u8::try_from(dice.roll() & 0xff).unwrap_or(0)]),
            6 => splice(dice, input, at, other),
            _ => overwrite(dice, input, at),
        }
    }
    input.truncate(limit);
}

fn flip(dice: &mut Dice, input: &mut [u8]) {
    let at = dice.below(input.len());
    if let Some(byte) = input.get_mut(at) {
        *byte ^= 1 << dice.below(8);
    }
}

fn insert(input: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    input.splice(at..at, bytes.iter().copied());
}

fn repeat(dice: &mut Dice, input: &mut Vec<u8>, at: usize) {
    let end = at.saturating_add(dice.below(64)).min(input.len());
    let piece: Vec<u8> = input.get(at..end).unwrap_or_default().repeat(1 + dice.below(40));
    insert(input, at, &piece);
}

fn splice(dice: &mut Dice, input: &mut Vec<u8>, at: usize, other: &[u8]) {
    let from = dice.below(other.len());
    let tail = other.get(from..).unwrap_or_default();
    input.truncate(at);
    input.extend_from_slice(tail);
}

fn overwrite(dice: &mut Dice, input: &mut [u8], at: usize) {
    for byte in input.iter_mut().skip(at).take(1 + dice.below(8)) {
        *byte = u8::try_from(dice.roll() & 0xff).unwrap_or(0);
    }
}
