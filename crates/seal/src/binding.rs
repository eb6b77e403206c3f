//! Associated data: what a sealed value is bound to, written so that no two bindings have the same bytes.

/// Parts, each preceded by its length in eight bytes: `("ab", "c")` and `("a", "bc")` differ.
#[derive(Debug, Default, Clone)]
pub struct Binding(Vec<u8>);

impl Binding {
    /// Begins with what kind of binding this is, so that one kind can never stand for another.
    pub fn of(kind: &str) -> Self {
        Self(Vec::with_capacity(128)).part(kind.as_bytes())
    }

    /// Adds a part.
    pub fn part(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        self.0.extend_from_slice(bytes);
        self
    }

    /// Adds a number as a part of eight bytes.
    pub fn number(self, number: i64) -> Self {
        self.part(&number.to_be_bytes())
    }

    /// The bytes to hand to the cipher.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_23_shifting_bytes_between_parts_gives_another_binding() {
        let bindings = [
            Binding::of("k").part(b"ab").part(b"c"),
            Binding::of("k").part(b"a").part(b"bc"),
            Binding::of("k").part(b"abc").part(b""),
            Binding::of("k").part(b"abc"),
            Binding::of("ka").part(b"b").part(b"c"),
            Binding::of("k").part(b"\0\0\0\0\0\0\0\x01a").part(b"bc"),
        ];
        for (i, a) in bindings.iter().enumerate() {
            for b in bindings.iter().skip(i + 1) {
                assert_ne!(a.bytes(), b.bytes());
            }
        }
    }
}
