use sha2::block_api::compress256;
use sha2::{Digest, Sha256};

/// Bytes in a hash.
pub(crate) const HASH: usize = 32;

/// A SHA-256 hash of the tree.
pub type Hash = [u8; HASH];

/// The root of a tree without entries: SHA-256 of nothing.
pub const EMPTY_ROOT: Hash = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
    0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// The initial state of SHA-256, FIPS 180-4 section 5.3.3.
const INITIAL: [u32; 8] = [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// Blocks that fit the hand-laid message of an entry; longer entries take the general way.
const BLOCKS: usize = 4;

/// The hash of an entry: SHA-256(0x00 ‖ entry).
///
/// As in [`node`], the padded blocks of the usual short entry are laid out by hand.
pub fn leaf(entry: &[u8]) -> Hash {
    short_leaf(entry).unwrap_or_else(|| {
        let mut hasher = Sha256::new_with_prefix([0x00]);
        hasher.update(entry);
        hasher.finalize().into()
    })
}

fn short_leaf(entry: &[u8]) -> Option<Hash> {
    let mut blocks = [[0_u8; 64]; BLOCKS];
    // 0x00, the entry, 0x80, zeros, the length of the first two in bits.
    let used = (entry.len() + 10).div_ceil(64);
    let (_, message) = blocks.as_flattened_mut().split_first_mut()?;
    let (body, padding) = message.split_at_mut_checked(entry.len())?;
    body.copy_from_slice(entry);
    *padding.first_mut()? = 0x80;
    let blocks = blocks.get_mut(..used)?;
    *blocks.last_mut()?.last_chunk_mut()? = (u64::try_from(entry.len()).ok()? + 1).checked_mul(8)?.to_be_bytes();
    Some(hash_blocks(blocks))
}

/// The hash of two subtrees: SHA-256(0x01 ‖ left ‖ right).
///
/// The message is always 65 bytes, so its two padded blocks are laid out by hand: the verifier spends half its time here.
pub fn node(left: &Hash, right: &Hash) -> Hash {
    let mut blocks = [[0_u8; 64]; 2];
    let [first, second] = &mut blocks;
    first[0] = 0x01;
    first[1..33].copy_from_slice(left);
    first[33..64].copy_from_slice(&right[..31]);
    second[0] = right[31];
    second[1] = 0x80;
    second[62..64].copy_from_slice(&(65_u16 * 8).to_be_bytes());
    hash_blocks(&blocks)
}

fn hash_blocks(blocks: &[[u8; 64]]) -> Hash {
    let mut state = INITIAL;
    compress256(&mut state, blocks);
    let mut hash = [0; HASH];
    for (bytes, word) in hash.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hand_laid_node_is_plain_sha256_of_65_bytes() {
        for seed in 0..=255_u8 {
            let (left, right) = (leaf(&[seed]), leaf(&[seed, seed]));
            let mut message = vec![1];
            message.extend_from_slice(&left);
            message.extend_from_slice(&right);
            let plain: Hash = Sha256::digest(&message).into();
            assert_eq!(node(&left, &right), plain);
        }
    }

    #[test]
    fn the_hand_laid_leaf_is_plain_sha256_at_every_length() {
        for length in 0..400 {
            let entry: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            let plain: Hash = Sha256::digest([&[0], entry.as_slice()].concat()).into();
            assert_eq!(leaf(&entry), plain, "{length} bytes");
        }
        assert_eq!(short_leaf(&[7; 246]), Some(leaf(&[7; 246])));
        assert_eq!(short_leaf(&[7; 247]), None);
    }

    #[test]
    fn the_empty_root_is_the_hash_of_nothing() {
        let nothing: Hash = Sha256::digest([]).into();
        assert_eq!(EMPTY_ROOT, nothing);
    }
}
