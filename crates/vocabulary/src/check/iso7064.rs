//! ISO/IEC 7064 MOD 11,10: one decimal digit that finds every single wrong digit and nearly every transposition. The numbers that are
//! ours to shape (統合宛名番号, voucher numbers) carry it.

use super::value;

/// The ISO/IEC 7064 MOD 11,10 check digit of a body of any length above zero.
pub fn mod11_10(body: &[u8]) -> Option<u8> {
    if body.is_empty() {
        return None;
    }
    let product = body.iter().try_fold(10, |product, &byte| {
        let sum = (value(byte)? + product) % 10;
        Some((if sum == 0 { 10 } else { sum }) * 2 % 11)
    })?;
    u8::try_from((11 - product) % 10).ok()
}
