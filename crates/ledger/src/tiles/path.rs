use std::fmt;
use std::str::FromStr;

use super::TILE_WIDTH;

/// A resource of the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TilePath {
    /// The latest signed checkpoint.
    Checkpoint,
    /// Hashes of a level: `tile/0/x001/234`, with `.p/17` when it holds only so many.
    Tile {
        /// Level of the tile; each covers eight levels of the tree.
        level: u8,
        /// Number of the tile in its level.
        number: u64,
        /// Hashes in it, 1 to 256.
        width: u64,
    },
    /// Entries, each after its length in two bytes: `tile/entries/x001/234`.
    Entries {
        /// Number of the bundle.
        number: u64,
        /// Entries in it, 1 to 256.
        width: u64,
    },
}

/// Text that is no path of the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such tile: a path reads checkpoint, tile/<level>/<number> or tile/entries/<number>, with .p/<width> when partial")]
pub struct TilePathError;

impl FromStr for TilePath {
    type Err = TilePathError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "checkpoint" {
            return Ok(Self::Checkpoint);
        }
        let (kind, rest) = text.strip_prefix("tile/").and_then(|rest| rest.split_once('/')).ok_or(TilePathError)?;
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, decimal(width).filter(|width| (1..TILE_WIDTH).contains(width)).ok_or(TilePathError)?),
            None => (rest, TILE_WIDTH),
        };
        let number = number_of(number).ok_or(TilePathError)?;
        if kind == "entries" {
            return Ok(Self::Entries { number, width });
        }
        let level = decimal(kind).and_then(|level| u8::try_from(level).ok()).filter(|level| *level <= 5).ok_or(TilePathError)?;
        Ok(Self::Tile { level, number, width })
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Checkpoint => f.write_str("checkpoint"),
            Self::Tile { level, number, width } => write!(f, "tile/{level}/{}", Number(number, width)),
            Self::Entries { number, width } => write!(f, "tile/entries/{}", Number(number, width)),
        }
    }
}

/// A number as path elements of three digits, all but the last after an `x`, and the width when it is partial.
struct Number(u64, u64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups = vec![self.0 % 1000];
        let mut rest = self.0 / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (at, group) in groups.iter().enumerate().rev() {
            if at > 0 { write!(f, "x{group:03}/")? } else { write!(f, "{group:03}")? }
        }
        if self.1 < TILE_WIDTH { write!(f, ".p/{}", self.1) } else { Ok(()) }
    }
}

fn number_of(text: &str) -> Option<u64> {
    let (upper, last) = text.rsplit_once('/').map_or((None, text), |(upper, last)| (Some(upper), last));
    let mut number = 0_u64;
    for (at, group) in upper.into_iter().flat_map(|upper| upper.split('/')).enumerate() {
        let group = group.strip_prefix('x').filter(|group| at > 0 || *group != "000")?;
        number = number.checked_mul(1000)?.checked_add(three_digits(group)?)?;
    }
    number.checked_mul(1000)?.checked_add(three_digits(last)?).filter(|number| *number < 1 << 56)
}

fn three_digits(text: &str) -> Option<u64> {
    (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// A number as it is written in all texts of C2SP: without leading zeros.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let canonical = text == "0" || (!text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
    text.parse().ok().filter(|_| canonical)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_specimens_of_the_specification_are_read() {
        assert_eq!("tile/0/x001/x234/067".parse(), Ok(TilePath::Tile { level: 0, number: 1_234_067, width: 256 }));
        assert_eq!("tile/1/x273/x049/x256/123.p/12".parse(), Ok(TilePath::Tile { level: 1, number: 273_049_256_123, width: 12 }));
        assert_eq!("tile/entries/000".parse(), Ok(TilePath::Entries { number: 0, width: 256 }));
        for bad in [
            "",
            "tile",
            "tile/0",
            "tile/0/1",
            "tile/00/001",
            "tile/6/001",
            "tile/0/x000/001",
            "tile/0/001.p/256",
            "tile/0/001.p/0",
            "tile/0/001/x002",
        ] {
            assert_eq!(bad.parse::<TilePath>(), Err(TilePathError), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_path_is_read_back(level in proptest::option::of(0..6_u8), number in 0..1_u64 << 56, width in 1..=256_u64) {
            let path = level.map_or(TilePath::Entries { number, width }, |level| TilePath::Tile { level, number, width });
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }

        #[test]
        fn any_text_is_refused_or_is_the_one_path_of_its_tile(text in "(tile/)?(entries|[0-9]{1,2})?/(x?[0-9]{3}/){0,4}[0-9]{0,4}(\\.p/[0-9]{0,4})?|\\PC{0,20}") {
            if let Ok(path) = text.parse::<TilePath>() {
                prop_assert_eq!(path.to_string(), text);
            }
        }
    }
}
