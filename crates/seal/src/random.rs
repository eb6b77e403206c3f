//! The house's `Entropy` in the shape that the cryptographic crates ask for.

use core::convert::Infallible;

use hpke::rand_core::{TryCryptoRng, TryRng};
use vocabulary::Entropy;

/// An `Entropy` as a `rand_core` generator.
#[derive(Debug)]
pub struct Random<'a>(pub &'a dyn Entropy);

impl Random<'_> {
    fn array<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill(&mut bytes);
        bytes
    }
}

impl TryRng for Random<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.array()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.array()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

/// `Entropy` promises unpredictable bytes; `SeededEntropy` breaks that on purpose and is for tests.
impl TryCryptoRng for Random<'_> {}
