//! Check digits. Every function takes the body (the digits without the check digit) as ASCII digits and returns the check digit as a
//! number, or `None` when a character is not a digit or the length is not the one the rule is written for.

mod iso7064;
mod luhn;
mod mod11;
mod mod9;

pub use iso7064::mod11_10;
pub use luhn::luhn;
pub use mod9::corporate_number;
pub use mod11::{individual_number, municipality_code, resident_record_code};

/// The value of one ASCII digit.
pub(crate) fn value(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte - b'0'))
}

/// Σ digit × weight from left to right; `None` unless both have the same length and all are digits.
pub(crate) fn weighted(body: &[u8], weights: &[u32]) -> Option<u32> {
    if body.len() != weights.len() {
        return None;
    }
    body.iter().zip(weights).try_fold(0, |sum, (&byte, weight)| Some(sum + value(byte)? * weight))
}

/// The last digit of `number` taken as a check digit over the rest by `rule`.
pub fn ends_with_check(number: &[u8], rule: fn(&[u8]) -> Option<u8>) -> bool {
    let Some((&last, body)) = number.split_last() else { return false };
    rule(body).is_some_and(|check| value(last) == Some(u32::from(check)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_valid(specimens: &[&str], rule: fn(&[u8]) -> Option<u8>) {
        for specimen in specimens {
            assert!(ends_with_check(specimen.as_bytes(), rule), "{specimen}");
            // Every single wrong digit in the last place must be found.
            let (body, last) = specimen.split_at(specimen.len() - 1);
            for digit in ('0'..='9').filter(|digit| !last.starts_with(*digit)) {
                assert!(!ends_with_check(format!("{body}{digit}").as_bytes(), rule), "{body}{digit}");
            }
        }
    }

    #[test]
    fn d1_individual_numbers_of_the_specimens_check() {
        all_valid(&["123456789018", "987654321093", "111111111118", "135792468015", "100000000005", "210987654320"], individual_number);
        assert!(!ends_with_check(b"210987654321", individual_number), "the sample of the published API has a wrong check digit");
    }

    #[test]
    fn d2_resident_record_codes_of_the_specimens_check() {
        all_valid(&["24727059608", "24846016224", "25208017643"], resident_record_code);
    }

    #[test]
    fn d3_municipality_codes_of_the_specimens_check() {
        let cities = [
            "011002", "041009", "131016", "131130", "141003", "271004", "401005", "131121", "141305", "231002", "331007", "341002",
            "281000",
        ];
        all_valid(&cities, municipality_code);
        all_valid(&["991015", "992020"], municipality_code);
    }

    #[test]
    fn d4_institution_codes_check_by_luhn() {
        all_valid(&["0110113719"], luhn);
    }

    #[test]
    fn d5_corporate_number_has_its_check_digit_in_front() {
        assert_eq!(corporate_number(b"000012050002"), Some(7));
        assert_eq!(corporate_number(b"000012050003"), Some(6));
        assert_eq!(corporate_number(b"00012050002"), None);
    }

    #[test]
    fn iso_7064_mod_11_10_finds_every_wrong_digit_and_nearly_every_swap() {
        // The worked example of the standard: 0794 has the check digit 5.
        assert_eq!(mod11_10(b"0794"), Some(5));
        let body = *b"00000012345678";
        let check = mod11_10(&body);
        let mut missed_swaps = 0;
        for place in 0..body.len() {
            for digit in b'0'..=b'9' {
                let mut wrong = body;
                wrong[place] = digit;
                assert_eq!(mod11_10(&wrong) == check, wrong == body);
            }
            if place + 1 < body.len() {
                let mut swapped = body;
                swapped.swap(place, place + 1);
                missed_swaps += usize::from(swapped != body && mod11_10(&swapped) == check);
            }
        }
        assert_eq!(missed_swaps, 0);
    }

    #[test]
    fn other_characters_and_lengths_have_no_check_digit() {
        assert_eq!(individual_number(b"1234567890"), None);
        assert_eq!(individual_number(b"1234567890x"), None);
        assert_eq!(luhn("１".as_bytes()), None);
        assert_eq!(mod11_10(b""), None);
        assert!(!ends_with_check(b"", luhn));
    }
}
