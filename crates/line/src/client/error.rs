//! Why another party gave no answer.

use http::StatusCode;

use protocol::ProblemDocument;
use vocabulary::Party;

/// Why another party gave no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// Nothing says where the party is.
    #[error("{party}: no address; name it under [peers]")]
    Nowhere {
        /// Which party.
        party: Party,
    },
    /// It could not be reached, or did not answer, for as long as there was patience.
    #[error("{party}: not reached ({detail})")]
    NotReached {
        /// Which party.
        party: Party,
        /// What the last try met.
        detail: String,
    },
    /// It refused, and says why.
    #[error("{party} refused: {problem}")]
    Refused {
        /// Which party.
        party: Party,
        /// Its reasons.
        problem: Box<ProblemDocument>,
    },
    /// It needs a token, and there is no secret to ask for one with, or it gave none.
    #[error("{party}: no token: {detail}")]
    NoToken {
        /// Which party.
        party: Party,
        /// What is missing.
        detail: String,
    },
    /// Its answer is not the message it should be.
    #[error("{party}: the answer is not the message it should be")]
    Unreadable {
        /// Which party.
        party: Party,
    },
    /// The message cannot be written.
    #[error("{party}: the message cannot be written")]
    Unwritable {
        /// For which party.
        party: Party,
    },
}

impl WireError {
    /// Which party.
    pub fn party(&self) -> &Party {
        match self {
            Self::Nowhere { party }
            | Self::NotReached { party, .. }
            | Self::Refused { party, .. }
            | Self::NoToken { party, .. }
            | Self::Unreadable { party }
            | Self::Unwritable { party } => party,
        }
    }

    /// The refusal, when it was one.
    pub fn refusal(&self) -> Option<&ProblemDocument> {
        match self {
            Self::Refused { problem, .. } => Some(problem),
            _ => None,
        }
    }

    /// Whether the party refused with this status.
    pub fn is_status(&self, status: StatusCode) -> bool {
        self.refusal().is_some_and(|problem| problem.status == status.as_u16())
    }

    /// Whether the same message, under the same key, may succeed later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::NotReached { .. } | Self::NoToken { .. } | Self::Nowhere { .. } => true,
            Self::Refused { .. } => !self.is_final(),
            Self::Unreadable { .. } | Self::Unwritable { .. } => false,
        }
    }

    /// Whether the party has refused the message for good: sent again as it is, it would be refused again. The one rule of the workspace.
    /// What is about the moment passes: who asks could not be told just now (401), slowness (408), a signature before or after its time (425), too much at once (429), and
    /// whatever is wrong at the other end (5xx).
    pub fn is_final(&self) -> bool {
        const OF_THE_MOMENT: [u16; 4] = [401, 408, 425, 429];
        self.refusal().is_some_and(|problem| (400..500).contains(&problem.status) && !OF_THE_MOMENT.contains(&problem.status))
    }

    /// Whether this tells nothing about the message: the party was not reached, or is not reached by anybody just now.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::NotReached { .. } | Self::NoToken { .. } | Self::Nowhere { .. })
    }
}
