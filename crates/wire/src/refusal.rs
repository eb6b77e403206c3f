//! What a system's own error enum has to say: over which [`Cause`] it stands, and with which statuses it is answered.

use access::AccountError;
use http::StatusCode;

use crate::cause::Cause;
use crate::problem::Problem;

/// A system's error, as it is answered. Made by [`refusals!`](crate::refusals).
pub trait Refusal: std::error::Error + Into<Problem> + Send + 'static {
    /// The shared cause, if it is one.
    fn shared(&self) -> Option<&Cause>;

    /// Every status that it can be answered with, in order, each once: what OpenAPI says of a route that fails with it.
    fn statuses() -> Vec<u16>;

    /// Every word for programs that its answers can bear, in order, each once: what pages have words for.
    fn codes() -> Vec<&'static str>;

    /// Whether it is what is stored of one person or thing: the others' work need not wait for it. What comes through another's refusal is not:
    /// a job or an outbox is everybody's.
    fn is_of_one_record(&self) -> bool {
        false
    }

    /// Rings the alarm if something of ours is damaged, for work that answers nobody; a request's answer does it by itself.
    fn raise_alarm(&self) {
        if let Some(cause) = self.shared() {
            cause.raise_alarm();
        }
    }
}

/// What came of one record; nothing where that record alone is damaged, for which the alarm is rung and over which the others' work goes on.
pub fn pass_over<T, E: Refusal>(came: Result<T, E>) -> Result<Option<T>, E> {
    match came {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_of_one_record() => {
            error.raise_alarm();
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

impl Refusal for Cause {
    fn shared(&self) -> Option<&Cause> {
        Some(self)
    }

    fn is_of_one_record(&self) -> bool {
        Cause::is_of_one_record(self)
    }

    fn statuses() -> Vec<u16> {
        Cause::STATUSES.to_vec()
    }

    fn codes() -> Vec<&'static str> {
        Cause::CODES.to_vec()
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Store(error) => error.into(),
            error => {
                Self::new(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), "account", error.to_string())
            }
        }
    }
}

impl Refusal for AccountError {
    fn shared(&self) -> Option<&Cause> {
        None
    }

    fn statuses() -> Vec<u16> {
        Self::STATUSES.to_vec()
    }

    fn codes() -> Vec<&'static str> {
        vec!["account", "unavailable", "internal"]
    }
}

/// These and others, in order, each once.
#[doc(hidden)]
pub fn each_once<T: Ord + Copy>(own: &[T], more: impl IntoIterator<Item = Vec<T>>) -> Vec<T> {
    let mut all: Vec<T> = own.iter().copied().chain(more.into_iter().flatten()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Says how a system's errors are answered: its own variants by status and word, the variant `Cause` as every system does, and those
/// `through` which another refusal comes as that one. Makes `From` each shared cause for the enum, `From` the enum for [`Problem`], and
/// [`Refusal`].
///
/// ```ignore
/// wire::refusals! {
///     HubError {
///         Conflict => CONFLICT, "taken";
///     }
///     through { Outbox(work::outbox::OutboxError) }
/// }
/// ```
///
/// A function named in `first` may answer before the table does: `fn(E) -> Result<Problem, E>`.
#[macro_export]
macro_rules! refusals {
    ($error:ident { $($variant:ident => $status:ident, $code:expr;)* }
     $(through { $($inner:ident($other:ty)),* $(,)? })? $(first $first:path)?) => {
        impl From<$error> for $crate::Problem {
            fn from(error: $error) -> Self {
                $(let error = match $first(error) {
                    Ok(problem) => return problem,
                    Err(error) => error,
                };)?
                match error {
                    $error::Cause(cause) => cause.into(),
                    $($($error::$inner(other) => other.into(),)*)?
                    $($error::$variant { .. } => Self::new($crate::parts::StatusCode::$status, $code, error.to_string()),)*
                }
            }
        }

        impl $crate::Refusal for $error {
            fn shared(&self) -> Option<&$crate::Cause> {
                match self {
                    $error::Cause(cause) => Some(cause),
                    $($($error::$inner(other) => $crate::Refusal::shared(other),)*)?
                    _ => None,
                }
            }

            fn is_of_one_record(&self) -> bool {
                matches!(self, $error::Cause(cause) if cause.is_of_one_record())
            }

            fn statuses() -> Vec<u16> {
                $crate::parts::each_once(
                    &[$($crate::parts::StatusCode::$status.as_u16()),*],
                    [<$crate::Cause as $crate::Refusal>::statuses(), $($(<$other as $crate::Refusal>::statuses()),*)?],
                )
            }

            fn codes() -> Vec<&'static str> {
                $crate::parts::each_once(
                    &[$($code),*],
                    [<$crate::Cause as $crate::Refusal>::codes(), $($(<$other as $crate::Refusal>::codes()),*)?],
                )
            }
        }

        $crate::causes! { $error:
            $crate::Malformed, $crate::Unknown, $crate::Forbidden, $crate::BadAnswer, $crate::Damaged, $crate::Defect,
            $crate::idempotency::OnceError, $crate::replay::ReplayError, $crate::parts::SignedError, $crate::parts::HpkeError,
            $crate::parts::SealingError, $crate::parts::WireError, $crate::parts::LedgerError, $crate::parts::VaultError,
            $crate::parts::StoreError, $crate::parts::DriverError
        }
    };
}

/// `From` each of these causes for an enum with a variant `Cause`.
#[doc(hidden)]
#[macro_export]
macro_rules! causes {
    ($error:ident: $($cause:ty),*) => {
        $(impl From<$cause> for $error {
            fn from(error: $cause) -> Self {
                Self::Cause($crate::Cause::from(error))
            }
        })*
    };
}

/// What the macros name.
#[doc(hidden)]
pub mod parts {
    pub use http::StatusCode;
    pub use ledger::LedgerError;
    pub use line::WireError;
    pub use protocol::sealing::SealingError;
    pub use protocol::signed::SignedError;
    pub use seal::hpke::HpkeError;
    pub use store::StoreError;
    pub use store::parts::diesel::result::Error as DriverError;
    pub use vault::VaultError;

    pub use super::each_once;
}
