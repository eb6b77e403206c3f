//! The shape that the published municipal API of the hub states for `myNumber`: no check digit is among its rules, and its own sample
//! (210987654321) has a wrong one.

/// Whether the text is twelve half-width digits. Says nothing about it being an individual number.
pub fn looks_published(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
