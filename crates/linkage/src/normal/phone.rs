//! Telephone numbers without their spellings.

/// A telephone number's digits without the leading 0 or 81; 0 where there is none worth comparing.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Phone(u64);

impl Phone {
    #[cfg(test)]
    pub(crate) const ABSENT: Self = Self(0);

    /// Reads digits of any width between any separators; too short, too long or one digit repeated is absent.
    pub(crate) fn parse(text: &str) -> Self {
        let mut number = 0u64;
        let mut count = 0u32;
        let mut changes = 0u32;
        let mut last = None;
        for character in text.chars() {
            let digit = match character {
                '0'..='9' => u32::from(character) - u32::from('0'),
                '０'..='９' => u32::from(character) - u32::from('０'),
                _ => continue,
            };
            count += 1;
            if count > 13 {
                return Self(0);
            }
            number = number * 10 + u64::from(digit);
            changes += u32::from(last.is_some_and(|last| last != digit));
            last = Some(digit);
        }
        let international = text.trim_start().starts_with(['+', '＋']);
        match (international, count) {
            _ if changes < 2 => Self(0),
            (true, 11..=13) => Self::checked(number % 10u64.pow(count - 2)),
            (false, 9..=11) => Self::checked(number),
            _ => Self(0),
        }
    }

    fn checked(number: u64) -> Self {
        if (10_000_000..100_000_000_000).contains(&number) { Self(number) } else { Self(0) }
    }

    pub(crate) fn is_absent(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn number(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number_are_one_number() {
        let number = Phone::parse("03-1234-5678");
        assert!(!number.is_absent());
        for spelling in ["0312345678", "03(1234)5678", "０３－１２３４－５６７８", "+81 3 1234 5678", "+81-(0)3-1234-5678"] {
            assert!(Phone::parse(spelling) == number, "{spelling}");
        }
        assert!(Phone::parse("090-1234-5678") == Phone::parse("+819012345678"));
    }

    #[test]
    fn fillers_are_absent() {
        for filler in ["", "なし", "000-0000-0000", "9999999999", "110", "12345678901234567890"] {
            assert!(Phone::parse(filler) == Phone::ABSENT, "{filler}");
        }
    }
}
