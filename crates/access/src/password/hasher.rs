//! Argon2id at 19 MiB and two passes, a bounded number at a time: hashing is slow on purpose, so it must not be a way to stop the house.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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

/// For whom a password is compared. Strangers wait behind each other and leave a place to those who are known, so that a crowd of them keeps
/// nobody out who has been here before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// A browser in which the account was logged in before, or a session.
    Known,
    /// Anybody else.
    Stranger,
}

/// A place in a lane, which is had before anything is counted or written; free again when it is dropped.
#[derive(Debug)]
pub struct Turn {
    lane: Lane,
    _waiting: OwnedSemaphorePermit,
}

/// Hashes and compares passwords on blocking threads; cheap to clone, one for a process.
#[derive(Debug, Clone)]
pub struct Hasher {
    cost: Params,
    running: Arc<Semaphore>,
    /// Of those running, how many may be strangers'.
    strangers: Arc<Semaphore>,
    /// Running and waiting in each lane.
    lanes: [Arc<Semaphore>; 2],
}

/// Compared where there is no password, so that it takes as long.
const NOBODY: &[u8] = b"nobody has this.";

impl Hasher {
    /// At most `at_once` hashes run at a time; more than 32 waiting for each of them in a lane are turned away.
    pub fn new(at_once: usize) -> Self {
        let at_once = at_once.max(1);
        Self::with_cost(Params::DEFAULT, at_once, at_once.saturating_mul(32))
    }

    fn with_cost(cost: Params, at_once: usize, waiting: usize) -> Self {
        let all = at_once.saturating_add(waiting).min(Semaphore::MAX_PERMITS);
        let lanes = [(); 2].map(|()| Arc::new(Semaphore::new(all)));
        let strangers = Arc::new(Semaphore::new(at_once.saturating_sub(1).max(1)));
        Hasher { cost, running: Arc::new(Semaphore::new(at_once)), strangers, lanes }
    }

    /// A turn, or [`HasherError::Busy`] when too many wait in the lane.
    pub fn wait(&self, lane: Lane) -> Result<Turn, HasherError> {
        let [known, strangers] = &self.lanes;
        let semaphore = if lane == Lane::Known { known } else { strangers };
        let waiting = Arc::clone(semaphore).try_acquire_owned().map_err(|_| HasherError::Busy)?;
        Ok(Turn { lane, _waiting: waiting })
    }

    /// A cheap one for tests of other things.
    #[cfg(test)]
    pub(crate) fn cheap() -> Self {
        Self::with_cost(Params::new(8, 1, 1, None).unwrap(), 4, 1_000)
    }

    /// The hash to store, with a salt of its own.
    pub async fn hash(&self, password: Password, salt: [u8; 16]) -> Result<String, HasherError> {
        let turn = self.wait(Lane::Known)?;
        self.run(turn, move |argon| {
            let hash: PasswordHash = argon.hash_password_with_salt(password.expose().as_bytes(), &salt).map_err(|_| HasherError::Failed)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether `password` is the one that was hashed. Without a hash the answer is no, after the same work.
    pub async fn matches(&self, turn: Turn, password: Password, hash: Option<String>) -> Result<bool, HasherError> {
        self.run(turn, move |argon| {
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
        turn: Turn,
        work: impl FnOnce(Argon2<'static>) -> Result<T, HasherError> + Send + 'static,
    ) -> Result<T, HasherError> {
        let acquire = async |semaphore: &Arc<Semaphore>| Arc::clone(semaphore).acquire_owned().await.map_err(|_| HasherError::Failed);
        let stranger = if turn.lane == Lane::Stranger { Some(acquire(&self.strangers).await?) } else { None };
        let permit = acquire(&self.running).await?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.cost.clone());
        // The permit goes along: a caller that gives up must not let another hash start beside the one still running.
        let done = tokio::task::spawn_blocking(move || {
            let outcome = work(argon);
            drop((permit, stranger));
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
        let matches =
            async |password, hash: &str| hasher.matches(hasher.wait(Lane::Known)?, Password::new(password), Some(hash.to_owned())).await;
        let hash = hasher.hash(Password::new("kaze-no-toorimichi"), [7; 16]).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(matches("kaze-no-toorimichi", &hash).await, Ok(true));
        assert_eq!(matches("kaze-no-toorimichI", &hash).await, Ok(false));
        assert_eq!(matches("x", "not a hash").await, Err(HasherError::Failed));
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
                    assert_eq!(hasher.matches(hasher.wait(Lane::Stranger).unwrap(), Password::new("wrong"), hash).await, Ok(false));
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
    async fn t_19_a_crowd_of_strangers_is_turned_away_and_keeps_nobody_out_who_is_known() {
        let hasher = Hasher::with_cost(Params::DEFAULT, 2, 2);
        let mut turns: Vec<Turn> = (0..4).map(|_| hasher.wait(Lane::Stranger).unwrap()).collect();
        assert_eq!(hasher.wait(Lane::Stranger).unwrap_err(), HasherError::Busy);
        let known = hasher.wait(Lane::Known).unwrap();
        assert_eq!(hasher.matches(known, Password::new("x"), None).await, Ok(false), "though every stranger's place is taken");
        let first = turns.pop().unwrap();
        assert_eq!(hasher.matches(first, Password::new("x"), None).await, Ok(false));
        hasher.wait(Lane::Stranger).unwrap();
    }
}
