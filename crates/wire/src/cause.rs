//! What every system's errors come from in the end: one enum, so that a cause is answered alike wherever it is met.
//!
//! An error that is damage of our own data is 500, rings the alarm in the log and is counted under `kenshin_damaged_total` of `/metrics`.

use std::borrow::Cow;
use std::error::Error;
use std::sync::LazyLock;

use http::StatusCode;
use ledger::LedgerError;
use line::WireError;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use protocol::RowProblem;
use protocol::sealing::SealingError;
use protocol::signed::SignedError;
use seal::hpke::HpkeError;
use store::StoreError;
use vault::VaultError;

use crate::idempotency::OnceError;
use crate::problem::Problem;
use crate::replay::ReplayError;

/// A request that can be read and cannot be done as it stands: 422. The text says where, what is wrong and what to do, and holds no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Malformed {
    code: &'static str,
    detail: Cow<'static, str>,
    rows: Vec<RowProblem>,
}

impl Malformed {
    /// What is wrong with the whole of it.
    pub fn new(detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code: "malformed", detail: detail.into(), rows: Vec::new() }
    }

    /// What is wrong with one field of it.
    pub fn field(field: &str, detail: &str) -> Self {
        Self::new(format!("{field}: {detail}"))
    }

    /// What is wrong with some of its rows.
    pub fn rows(code: &'static str, detail: impl Into<Cow<'static, str>>, rows: Vec<RowProblem>) -> Self {
        Self { code, detail: detail.into(), rows }
    }
}

/// There is no such thing, or none that the caller may know of: 404.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not known here")]
pub struct Unknown(pub &'static str);

/// What the law, a list or an agreement does not allow: 403.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Forbidden(pub &'static str);

/// Another party answered something else than it should: 502.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("another party's answer is not what it should be: {0}")]
pub struct BadAnswer(pub &'static str);

/// What this system stored cannot be what it wrote: 500 and an alarm. Names the kind of thing, which labels the figure; never a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what is stored is damaged: {0}")]
pub struct Damaged(pub &'static str);

/// What only a mistake in this program or its catalogue brings about: 500.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a defect of this program or its catalogue: {0}")]
pub struct Defect(pub &'static str);

/// Why something ends without its effect, for every system alike. A system's own enum wraps it and adds what only that system refuses.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// Asked wrongly.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// Nothing is known under this name.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A signature is not believed.
    #[error(transparent)]
    Signed(#[from] SignedError),
    /// What was sealed does not open, or cannot be sealed.
    #[error(transparent)]
    Hpke(#[from] HpkeError),
    /// Sealed lines do not open.
    #[error(transparent)]
    Sealing(#[from] SealingError),
    /// The request was made before, or cannot be kept.
    #[error(transparent)]
    Once(#[from] OnceError),
    /// Another party refuses, or is away.
    #[error(transparent)]
    Peer(#[from] WireError),
    /// Another party answered something else.
    #[error(transparent)]
    BadAnswer(#[from] BadAnswer),
    /// What is stored.
    #[error(transparent)]
    Damaged(#[from] Damaged),
    /// This program.
    #[error(transparent)]
    Defect(#[from] Defect),
    /// The record of use.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The keys.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

store::driver_errors!(Cause);

impl From<ReplayError> for Cause {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Refused(error) => Self::Signed(error),
            ReplayError::Store(error) => Self::Store(error),
        }
    }
}

impl Cause {
    /// Every status that a cause is answered with.
    pub const STATUSES: [u16; 8] = [403, 404, 409, 422, 425, 500, 502, 503];

    /// Every word for programs that a cause is answered with.
    pub const CODES: [&'static str; 19] = [
        "bad-answers",
        "bad-rows",
        "damaged",
        "expired",
        "forbidden",
        "idempotency-key-reused",
        "internal",
        "malformed",
        "not-found",
        "not-yet-issued",
        "other-kind",
        "other-receiver",
        "other-sender",
        "peer",
        "replayed",
        "sealed",
        "sealed-lines",
        "signature",
        "unavailable",
    ];

    /// What of ours is damaged, if that is the cause.
    pub fn damage(&self) -> Option<&'static str> {
        match self {
            Self::Damaged(Damaged(what)) => Some(what),
            Self::Once(OnceError::Damaged) => Some("the answer to an earlier request"),
            Self::Ledger(LedgerError::Damaged(_)) => Some("the record of use"),
            Self::Vault(error) | Self::Ledger(LedgerError::Vault(error)) | Self::Once(OnceError::Vault(error)) => damage_of_vault(error),
            Self::Store(error) | Self::Ledger(LedgerError::Store(error)) | Self::Once(OnceError::Store(error)) => damage_of_store(error),
            _ => None,
        }
    }

    /// Whether it is what is stored of one person or thing: the others' work need not wait for it. What ails the room or passes is not.
    pub fn is_of_one_record(&self) -> bool {
        match self {
            Self::Damaged(_) | Self::Defect(_) => true,
            Self::Vault(error) => error.is_of_one_value(),
            _ => false,
        }
    }

    /// Rings the alarm if something of ours is damaged, for work that answers nobody; a request's answer does it by itself.
    pub fn raise_alarm(&self) {
        if let Some(what) = self.damage() {
            raise_alarm(what, self);
        }
    }
}

fn damage_of_vault(error: &VaultError) -> Option<&'static str> {
    match error {
        VaultError::NotSealed | VaultError::DoesNotOpen { .. } => Some("a sealed value"),
        VaultError::AlteredKey { .. } => Some("a key of the room"),
        VaultError::Store(error) => damage_of_store(error),
        _ => None,
    }
}

fn damage_of_store(error: &StoreError) -> Option<&'static str> {
    match error {
        StoreError::Corrupt => Some("the database"),
        StoreError::NotWritable(_) => Some("the record of use"),
        _ => None,
    }
}

/// How often damage was met in this process, by what was damaged.
pub(crate) static DAMAGE: LazyLock<Family<Vec<(String, String)>, Counter>> = LazyLock::new(Family::default);

fn raise_alarm(what: &'static str, error: &dyn Error) {
    tracing::error!(alarm = "damaged", what, %error, "what this system stored is damaged: compare with a backup");
    DAMAGE.get_or_create(&vec![("what".to_owned(), what.to_owned())]).inc();
}

impl From<Cause> for Problem {
    fn from(cause: Cause) -> Self {
        if let Some(what) = cause.damage() {
            raise_alarm(what, &cause);
            return Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "damaged",
                "what this system has stored for this is damaged; nothing was changed. Tell its operator, whose log tells more under the request id",
            );
        }
        match cause {
            Cause::Malformed(Malformed { code, detail, rows }) => Self::unprocessable(code, detail).with_rows(rows),
            Cause::Unknown(error) => Self::not_found(error.to_string()),
            Cause::Forbidden(error) => Self::forbidden(error.to_string()),
            Cause::Signed(error) => error.into(),
            Cause::Hpke(error) => Self::unprocessable("sealed", error.to_string()),
            Cause::Sealing(error) => Self::unprocessable("sealed-lines", error.to_string()),
            Cause::Once(error) => error.answer(),
            Cause::Peer(error) => error.into(),
            Cause::BadAnswer(error) => {
                tracing::warn!(%error, "peer");
                Self::peer()
            }
            Cause::Damaged(Damaged(_)) | Cause::Defect(_) | Cause::Vault(_) => Self::internal(&cause),
            Cause::Ledger(LedgerError::Store(error)) | Cause::Store(error) => Self::of_store(&error),
            Cause::Ledger(LedgerError::Stopped) => Self::unavailable("this system is stopping; try again"),
            Cause::Ledger(error @ LedgerError::Unwitnessed) => Self::unavailable(error.to_string()),
            Cause::Ledger(error) => Self::internal(&error),
        }
    }
}

/// Lets causes become a problem by `?`, where a function answers with a [`Problem`] at once.
macro_rules! problem_from {
    ($($cause:ty),*) => {
        $(impl From<$cause> for Problem {
            fn from(error: $cause) -> Self {
                Cause::from(error).into()
            }
        })*
    };
}

problem_from!(
    Malformed,
    Unknown,
    Forbidden,
    BadAnswer,
    Damaged,
    Defect,
    SealingError,
    OnceError,
    ReplayError,
    LedgerError,
    VaultError,
    StoreError
);
store::driver_errors!(Problem);

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(what: &str) -> u64 {
        DAMAGE.get_or_create(&vec![("what".to_owned(), what.to_owned())]).get()
    }

    #[test]
    fn damage_is_500_and_counted_and_a_bad_request_is_422_with_its_place() {
        let before = counted("a row of this test");
        let problem = Problem::from(Damaged("a row of this test"));
        assert_eq!((problem.status, problem.code()), (500, "damaged"));
        assert!(!problem.to_string().contains("a row of this test"), "what is damaged is the operator's to know");
        assert_eq!(counted("a row of this test"), before + 1);

        let problem = Problem::from(Malformed::field("examinedOn", "is a day to come: write the day of the examination"));
        assert_eq!((problem.status, problem.code()), (422, "malformed"));
        assert_eq!(problem.detail.as_deref(), Some("examinedOn: is a day to come: write the day of the examination"));
        assert_eq!(counted("a row of this test"), before + 1, "a bad request is nobody's damage");
    }

    #[test]
    fn every_cause_is_answered_with_a_status_that_is_declared() {
        let causes: Vec<Cause> = vec![
            Malformed::new("x").into(),
            Unknown("x").into(),
            Forbidden("x").into(),
            SignedError::Replayed.into(),
            SignedError::Malformed.into(),
            SignedError::Expired.into(),
            SignedError::NotYetIssued.into(),
            SignedError::Unwritable.into(),
            SealingError::NotText.into(),
            OnceError::OtherRequest.into(),
            OnceError::Damaged.into(),
            OnceError::NoRoom.into(),
            BadAnswer("x").into(),
            Damaged("x").into(),
            Defect("x").into(),
            LedgerError::Stopped.into(),
            LedgerError::Damaged("x").into(),
            LedgerError::Unwitnessed.into(),
            VaultError::NotSealed.into(),
            VaultError::TooLong.into(),
            StoreError::Busy("x").into(),
            StoreError::Corrupt.into(),
            StoreError::NotFound.into(),
        ];
        let problems: Vec<Problem> = causes.into_iter().map(Problem::from).collect();
        let undeclared: Vec<&str> = problems.iter().map(|problem| problem.code()).filter(|code| !Cause::CODES.contains(code)).collect();
        assert_eq!(undeclared, Vec::<&str>::new());
        let mut met: Vec<u16> = problems.iter().map(|problem| problem.status).collect();
        met.sort_unstable();
        met.dedup();
        assert_eq!(met, Cause::STATUSES);
    }

    #[test]
    fn a_sealed_value_that_does_not_open_is_damage_wherever_it_is_met() {
        let error = || VaultError::DoesNotOpen { table: "person".to_owned(), column: "number".to_owned() };
        for cause in [Cause::from(error()), LedgerError::from(error()).into(), OnceError::from(error()).into()] {
            assert_eq!(cause.damage(), Some("a sealed value"), "{cause}");
        }
        assert_eq!(Cause::from(VaultError::Destroyed(1)).damage(), None, "what was shredded on purpose is not damaged");
    }
}
