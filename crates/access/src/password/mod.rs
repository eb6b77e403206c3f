//! Passwords: what a good one is, and how they are kept.

mod hasher;
mod rules;

use zeroize::Zeroizing;

pub use hasher::{Hasher, HasherError, Lane, Turn};
pub use rules::{PasswordRules, Weakness};

/// A password as it was typed; wiped from memory when dropped and never printed.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes a password from a form or a prompt.
    pub fn new(text: impl Into<String>) -> Self {
        Password(Zeroizing::new(text.into()))
    }

    /// The characters, for the one who must show a one-time password or hash it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(***)")
    }
}
