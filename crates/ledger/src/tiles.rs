//! The log in the layout of C2SP tlog-tiles (`c2sp.org/tlog-tiles`): `checkpoint`, `tile/<level>/<number>`, `tile/entries/<number>`.

mod path;
mod read;
mod shelf;

pub use path::TilePath;
pub(crate) use path::decimal;
pub(crate) use read::Tiles;
pub use read::read;
pub(crate) use shelf::Shelf;

/// Hashes in a full tile, entries in a full bundle.
pub const TILE: usize = 256;

/// [`TILE`] as a position.
pub(crate) const TILE_WIDTH: u64 = 256;
