//! One-time passwords: made here, shown once, and good for one log-in that sets another (C-III-3-R2b-ATN-2).

use vocabulary::Entropy;

use crate::Password;

/// No letters that look alike.
const LETTERS: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyz+";

/// 80 random bits in four groups of four.
pub(crate) fn one_time(entropy: &dyn Entropy) -> Password {
    let mut bytes = zeroize::Zeroizing::new([0_u8; 16]);
    entropy.fill(bytes.as_mut());
    let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).map_or('2', |letter| char::from(*letter));
    let groups: Vec<String> = bytes.chunks(4).map(|group| group.iter().map(letter).collect()).collect();
    Password::new(groups.join("-"))
}
