//! Visits at facilities: `consented → reviewed → proceed → result → corrected*`, or `declined`, or `lapsed` when the day ended first.
//!
//! A person who presents the card and agrees is received and has consented in one message. The token is bound to the tablet's certificate
//! (RFC 8705), to programme and minutes. Nothing of the person can be read after the end.

pub(super) mod admit;
pub(super) mod close;
pub(super) mod questionnaire;
pub(super) mod result;
pub(super) mod start;

/// The words of `visit.state`.
pub(super) mod state {
    pub(crate) const CONSENTED: &str = "consented";
    pub(crate) const REVIEWED: &str = "reviewed";
    pub(crate) const PROCEED: &str = "proceed";
    pub(crate) const DECLINED: &str = "declined";
    pub(crate) const RESULT: &str = "result";
    pub(crate) const CORRECTED: &str = "corrected";
    pub(crate) const LAPSED: &str = "lapsed";
}
