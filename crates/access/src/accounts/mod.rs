//! Personal accounts of a municipality's staff. There are no shared ones (C-III-3-R2-REG-2): an account has one personnel number, and
//! a person's second, privileged account exists for administration alone.

mod change;
mod create;
mod grant;
mod list;
mod one_time;
mod rules;
mod standing;
pub(crate) mod table;
#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;

use vocabulary::{Clock, Entropy, MunicipalityCode};

use crate::{Hasher, HasherError, UnknownRole, Weakness, sessions::Recent};

pub use create::{NewAccount, folded_id};
pub use list::{AccountLine, RoleLine, count_enabled};
pub use rules::AccountRules;
pub(crate) use standing::{AccountState, standing};

/// The accounts and sessions in one room; cheap to clone, and one for a room in a program. The room has [`crate::MIGRATIONS`], and its
/// municipality is the accounts'.
#[derive(Debug, Clone)]
pub struct Accounts {
    pub(crate) room: store::Room,
    pub(crate) rules: AccountRules,
    pub(crate) hasher: Hasher,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) recent: Recent,
}

impl Accounts {
    /// Accounts of a room, under the rules of its municipality.
    pub fn new(room: store::Room, rules: AccountRules, hasher: Hasher, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Accounts { room, rules, hasher, clock, entropy, recent: Recent::default() }
    }

    /// The personnel number of whoever has an account, by which two accounts of one person are known; none where there is no such account.
    pub fn personnel_of(tx: &mut store::Tx, account: &str) -> Result<Option<String>, store::StoreError> {
        Ok(table::account_by_id(tx, account)?.map(|row| row.personnel))
    }

    /// Whose staff they are; none for a national party's.
    pub fn municipality(&self) -> Option<MunicipalityCode> {
        self.room.name().municipality()
    }

    /// A change that sessions depend on: what is remembered of them is forgotten before anybody hears of the change.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut store::Tx) -> Result<T, AccountError> + Send + 'static,
    ) -> Result<T, AccountError> {
        let done = self.room.write(change).await;
        self.recent.forget();
        done
    }

    /// The rules in force.
    pub fn rules(&self) -> &AccountRules {
        &self.rules
    }
}

/// Why something about an account was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// No account of this id.
    #[error("there is no account {0}")]
    NoSuchAccount(String),
    /// The id is taken, now or formerly: ids are never used again.
    #[error("the id {0} is taken")]
    IdTaken(String),
    /// The person has an account of this sort.
    #[error("this personnel number already has {}", if *privileged { "a privileged account" } else { "an account" })]
    PersonTaken {
        /// Of which sort.
        privileged: bool,
    },
    /// The id is not one.
    #[error("an id is 3 to 32 of a-z, 0-9, '-', '_' and '.'")]
    BadId,
    /// No personnel number.
    #[error("an account needs the personnel number of the person it is for")]
    NoPersonnel,
    /// A name that nobody can read as it is.
    #[error("a name or a personnel number holds a character that is not seen")]
    Unseen,
    /// The first administrator is made once.
    #[error("there are accounts already: an administrator makes further ones")]
    NotFirst,
    /// No such role.
    #[error(transparent)]
    Role(#[from] UnknownRole),
    /// Administration and business are kept apart.
    #[error("the role administrator, and no other, belongs to a privileged account")]
    Privilege,
    /// Nobody gives themselves rights.
    #[error("nobody changes the rights of their own accounts")]
    OwnAccount,
    /// The new password is not taken.
    #[error(transparent)]
    Weak(#[from] Weakness),
    /// Hashing failed or is overloaded.
    #[error(transparent)]
    Hasher(#[from] HasherError),
    /// The room.
    #[error(transparent)]
    Store(#[from] store::StoreError),
}

store::driver_errors!(AccountError);

impl AccountError {
    /// Every status that one is told with.
    pub const STATUSES: [u16; 6] = [403, 404, 409, 422, 500, 503];

    /// The HTTP status that tells it.
    pub fn status(&self) -> u16 {
        match self {
            AccountError::NoSuchAccount(_) => 404,
            AccountError::IdTaken(_) | AccountError::PersonTaken { .. } | AccountError::NotFirst => 409,
            AccountError::BadId
            | AccountError::NoPersonnel
            | AccountError::Unseen
            | AccountError::Role(_)
            | AccountError::Privilege
            | AccountError::Weak(_) => 422,
            AccountError::OwnAccount => 403,
            AccountError::Hasher(HasherError::Busy) => 503,
            AccountError::Hasher(HasherError::Failed) => 500,
            AccountError::Store(error) => error.status(),
        }
    }
}
