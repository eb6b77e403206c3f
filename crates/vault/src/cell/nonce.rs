//! Nonces for cells: random, and cheap enough for a million a second from many threads.

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use vocabulary::Entropy;

use super::NONCE_LENGTH;

const SHARDS: usize = 16;
/// After so many nonces a generator is seeded anew, so that a machine restored from a snapshot does not repeat for long.
const PER_SEED: u32 = 1 << 16;

static THREADS: AtomicUsize = AtomicUsize::new(0);
thread_local! {
    static SHARD: Cell<usize> = Cell::new(THREADS.fetch_add(1, Ordering::Relaxed));
}

struct Shard {
    generator: StdRng,
    left: u32,
}

/// Generators seeded from `Entropy`, one for every few threads so that they do not wait for each other.
pub(crate) struct Nonces {
    entropy: Arc<dyn Entropy>,
    shards: [Mutex<Option<Shard>>; SHARDS],
}

impl Nonces {
    pub(crate) fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self { entropy, shards: [const { Mutex::new(None) }; SHARDS] }
    }

    pub(crate) fn next(&self) -> [u8; NONCE_LENGTH] {
        let mut nonce = [0; NONCE_LENGTH];
        let Some(shard) = self.shards.get(SHARD.get() % SHARDS) else {
            self.entropy.fill(&mut nonce);
            return nonce;
        };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || Shard { generator: StdRng::from_seed(self.entropy.key()), left: PER_SEED };
        if shard.as_ref().is_none_or(|shard| shard.left == 0) {
            *shard = Some(fresh());
        }
        let shard = shard.get_or_insert_with(fresh);
        shard.left -= 1;
        shard.generator.fill_bytes(&mut nonce);
        nonce
    }
}

impl fmt::Debug for Nonces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonces(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use vocabulary::SystemEntropy;

    use super::*;

    #[test]
    fn nonces_of_many_threads_never_repeat() {
        let nonces = Arc::new(Nonces::new(Arc::new(SystemEntropy)));
        let threads: Vec<_> = (0..20)
            .map(|_| {
                let nonces = nonces.clone();
                std::thread::spawn(move || (0..10_000).map(|_| nonces.next()).collect::<Vec<_>>())
            })
            .collect();
        let all: Vec<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 200_000);
    }
}
