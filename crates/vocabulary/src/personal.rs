//! A value of a person that must not slip into a log.

/// Wraps a name, an address, a phone number, a result: `Debug` says only that it is there, there is no `Display` and no `Serialize`, and
/// the value is had by asking for it by name.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    /// Wraps it.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, where it is needed.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value without its wrapper.
    pub fn into_inner(self) -> T {
        self.0
    }

    /// Changes what is inside without taking it out.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Personal<U> {
        Personal(change(self.0))
    }
}

impl<T> From<T> for Personal<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> core::fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Personal(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_says_only_that_it_is_there() {
        let name = Personal::new("見本 花子".to_owned());
        assert_eq!(format!("{name:?} {:?}", Some(&name)), "Personal(…) Some(Personal(…))");
        assert_eq!(name.expose(), "見本 花子");
        assert_eq!(name.map(|name| name.chars().count()).into_inner(), 5);
    }
}
