//! Chance as a parameter.

use std::sync::{Mutex, PoisonError};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;

use crate::Id128;

/// Where random bytes come from.
pub trait Entropy: core::fmt::Debug + Send + Sync {
    /// Fills the whole slice.
    fn fill(&self, bytes: &mut [u8]);

    /// 128 random bits.
    fn id128(&self) -> Id128 {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        Id128::from_bytes(bytes)
    }

    /// 32 random bytes, a key or a nonce's seed.
    fn key(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }
}

/// The operating system's generator: what keys and tokens are made from.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine, so that all others take an Entropy")]
    #[expect(clippy::expect_used, reason = "going on with bytes that are not random would be worse than stopping")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// The same bytes for the same seed: tests and simulation only, never a key that protects anything.
pub struct SeededEntropy(Mutex<ChaCha20Rng>);

impl SeededEntropy {
    /// Begins the sequence of this seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl core::fmt::Debug for SeededEntropy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SeededEntropy")
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
        let take = |seed| SeededEntropy::new(seed).key();
        assert_eq!(take(7), take(7));
        assert_ne!(take(7), take(8));
    }

    #[test]
    fn the_machines_bytes_do_not_repeat() {
        assert_ne!(SystemEntropy.key(), SystemEntropy.key());
        assert_ne!(SystemEntropy.id128(), SystemEntropy.id128());
    }
}
