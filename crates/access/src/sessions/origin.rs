//! Where a password comes from.

use crate::Lane;

/// From where somebody logs in: what failures are counted for beside the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origin<'a> {
    /// The address, or the network that has it.
    pub network: &'a str,
    /// The id of the browser, which has proved that this account was logged in in it before.
    pub device: Option<&'a str>,
}

impl Origin<'_> {
    pub(super) fn lane(&self) -> Lane {
        if self.device.is_some() { Lane::Known } else { Lane::Stranger }
    }
}
