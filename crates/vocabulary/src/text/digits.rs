//! Telephone numbers and postal codes as they are compared.

use super::width;

/// Only the digits, in ASCII: ０３－１２３４－５６７８ → 0312345678, 〒990-0001 → 9900001.
pub fn fold_digits(input: &str, out: &mut String) {
    out.clear();
    width::each(input, |c| {
        if c.is_ascii_digit() {
            out.push(c);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_stay() {
        let mut out = String::new();
        fold_digits("〒９９０－0001", &mut out);
        assert_eq!(out, "9900001");
        fold_digits("(099) 123-4567", &mut out);
        assert_eq!(out, "0991234567");
    }
}
