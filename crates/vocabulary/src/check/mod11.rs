//! The modulus-11 rules of Japanese administration: three weightings, two readings of a remainder below two.

use super::weighted;

/// 個人番号 (平成26年総務省令第85号第5条): 11 digits, weights 6,5,4,3,2,7,6,5,4,3,2; 11 − remainder, a remainder of 0 or 1 gives 0.
pub fn individual_number(body: &[u8]) -> Option<u8> {
    remainder_to_digit(weighted(body, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2])?)
}

/// 住民票コード: 10 digits, weights from the right 2,3,4,5,6,7,2,3,4,5; a remainder of 0 or 1 gives 0.
pub fn resident_record_code(body: &[u8]) -> Option<u8> {
    remainder_to_digit(weighted(body, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2])?)
}

/// 全国地方公共団体コード: 5 digits, weights 6,5,4,3,2; the last digit of 11 − remainder.
pub fn municipality_code(body: &[u8]) -> Option<u8> {
    let sum = weighted(body, &[6, 5, 4, 3, 2])?;
    u8::try_from((11 - sum % 11) % 10).ok()
}

fn remainder_to_digit(sum: u32) -> Option<u8> {
    let remainder = sum % 11;
    u8::try_from(if remainder <= 1 { 0 } else { 11 - remainder }).ok()
}
