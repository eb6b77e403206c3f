//! Keys of advisory locks.

/// Held while roles and schemas are made.
pub(super) const PROVISION: i64 = 0x6b65_6e73_6869_6e00;

/// FNV-1a of the room's name: two rooms that share a key wait for each other and come to no other harm.
pub(super) fn of_room(name: &str) -> i64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    hash.cast_signed()
}
