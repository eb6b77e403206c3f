//! Argon2id at 19 MiB and two passes, a bounded number at a time: hashing is slow on purpose, so it must not be a way to stop the house.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use super::Password;

/// Why a password was neither hashed nor compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HasherError {
    /// More people are logging in than the machine can serve.
    #[error("too many log-ins at once: try again in a moment")]
    Busy,
    /// The stored hash is not one, or the machine has no memory for it.
    #[error("the password could not be compared")]
    Failed,
}

/// Hashes and compares passwords on blocking threads; cheap to clone, one for a process.
#[derive(Debug, Clone)]
pub struct Hasher {
    cost: Params,
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

/// Compared where there is no password, so that it takes as long.
const NOBODY: &[u8] = b"nobody has this.";

impl Hasher {
    /// At most `at_once` hashes run at a time; more than 32 waiting for each of them are turned away.
    pub fn new(at_once: usize) -> Self {
        let at_once = at_once.max(1);
        Self::with_cost(Params::DEFAULT, at_once, at_once.saturating_mul(32))
    }

    fn with_cost(cost: Params, at_once: usize, waiting: usize) -> Self {
        let all = at_once.saturating_add(waiting).min(Semaphore::MAX_PERMITS);
        Hasher { cost, running: Arc::new(Semaphore::new(at_once)), waiting: Arc::new(Semaphore::new(all)) }
    }

    /// A cheap one for tests of other things.
    #[cfg(test)]
    pub(crate) fn cheap() -> Self {
        Self::with_cost(Params::new(8, 1, 1, None).unwrap(), 4, 1_000)
    }

    /// The hash to store, with a salt of its own.
    pub async fn hash(&self, password: Password, salt: [u8; 16]) -> Result<String, HasherError> {
        self.run(move |argon| {
            let hash: PasswordHash = argon.hash_password_with_salt(password.expose().as_bytes(), &salt).map_err(|_| HasherError::Failed)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether `password` is the one that was hashed. Without a hash the answer is no, after the same work.
    pub async fn matches(&self, password: Password, hash: Option<String>) -> Result<bool, HasherError> {
        self.run(move |argon| {
            let typed = password.expose().as_bytes();
            let Some(hash) = hash else {
                let mut out = [0; 32];
                argon.hash_password_into(typed, NOBODY, &mut out).map_err(|_| HasherError::Failed)?;
                return Ok(false);
            };
            let stored = PasswordHash::new(&hash).map_err(|_| HasherError::Failed)?;
            Ok(argon.verify_password(typed, &stored).is_ok())
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(Argon2<'static>) -> Result<T, HasherError> + Send + 'static,
    ) -> Result<T, HasherError> {
        let _place = self.waiting.try_acquire().map_err(|_| HasherError::Busy)?;
        let permit = Arc::clone(&self.running).acquire_owned().await.map_err(|_| HasherError::Failed)?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.cost.clone());
        // The permit goes along: a caller that gives up must not let another hash start beside the one still running.
        let done = tokio::task::spawn_blocking(move || {
            let outcome = work(argon);
            drop(permit);
            outcome
        });
        done.await.map_err(|_| HasherError::Failed)?
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn what_is_stored_is_argon2id_at_19_mib_and_two_passes() {
        let hasher = Hasher::new(1);
        let hash = hasher.hash(Password::new("kaze-no-toorimichi"), [7; 16]).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(hasher.matches(Password::new("kaze-no-toorimichi"), Some(hash.clone())).await, Ok(true));
        assert_eq!(hasher.matches(Password::new("kaze-no-toorimichI"), Some(hash)).await, Ok(false));
        assert_eq!(hasher.matches(Password::new("x"), Some("not a hash".to_owned())).await, Err(HasherError::Failed));
    }

    #[test]
    fn t_19_nobodys_password_takes_as_long_as_somebodys() {
        // All on one thread: another one has other memory, which costs more or less to be had again.
        let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
        runtime.block_on(async {
            let hasher = Hasher::new(1);
            let hash = hasher.hash(Password::new("kaze-no-toorimichi"), [7; 16]).await.unwrap();
            let mut best = [u128::MAX; 2];
            // The least of each is what the work costs; other work on the machine only ever adds. More rounds on a busy one. Without the work
            // nobody's would take nothing: half of somebody's tells that from memory that costs one of them more.
            for round in 1..=150 {
                for (best, hash) in best.iter_mut().zip([Some(hash.clone()), None]) {
                    let start = Instant::now();
                    assert_eq!(hasher.matches(Password::new("wrong"), hash).await, Ok(false));
                    *best = (*best).min(start.elapsed().as_micros());
                }
                let [known, unknown] = best;
                if round >= 5 && known.abs_diff(unknown) * 2 < known {
                    return;
                }
            }
            panic!("the least of either, in µs: {best:?}");
        });
    }

    #[tokio::test]
    async fn a_crowd_is_turned_away_rather_than_queued_for_ever() {
        let hasher = Hasher::with_cost(Params::DEFAULT, 1, 2);
        let all: Vec<_> = (0..8)
            .map(|_| {
                tokio::spawn({
                    let hasher = hasher.clone();
                    async move { hasher.matches(Password::new("x"), None).await }
                })
            })
            .collect();
        let mut busy = 0;
        for one in all {
            busy += usize::from(one.await.unwrap() == Err(HasherError::Busy));
        }
        assert_eq!(busy, 5);
    }
}
