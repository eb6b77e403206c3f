//! Kanji numerals: 十二, 二十三, 百五, and digit by digit 二〇一.

/// The value of 〇–九 and of ASCII digits.
pub(crate) const fn digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' | '0' => 0,
        '一' | '壱' | '壹' | '1' => 1,
        '二' | '弐' | '貳' | '2' => 2,
        '三' | '参' | '參' | '3' => 3,
        '四' | '4' => 4,
        '五' | '5' => 5,
        '六' | '6' => 6,
        '七' | '7' => 7,
        '八' | '8' => 8,
        '九' | '9' => 9,
        _ => return None,
    })
}

/// The value of 十, 百, 千.
pub(crate) const fn unit(c: char) -> Option<u32> {
    Some(match c {
        '十' | '拾' => 10,
        '百' => 100,
        '千' => 1000,
        _ => return None,
    })
}

/// The number that up to eight such characters stand for; `None` when another character is among them or the order makes no number.
pub(crate) fn read(chars: &[char]) -> Option<u32> {
    if chars.is_empty() || chars.len() > 8 {
        return None;
    }
    if chars.iter().all(|&c| digit(c).is_some()) {
        return chars.iter().try_fold(0, |number, &c| Some(number * 10 + digit(c)?));
    }
    let (mut total, mut pending, mut last_unit) = (0, None, u32::MAX);
    for &c in chars {
        if let Some(value) = digit(c) {
            if pending.is_some() {
                return None;
            }
            pending = Some(value);
        } else {
            let unit = unit(c)?;
            if unit >= last_unit {
                return None;
            }
            total += pending.take().unwrap_or(1) * unit;
            last_unit = unit;
        }
    }
    Some(total + pending.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kanji_numerals_are_read_by_units_and_digit_by_digit() {
        let value = |text: &str| read(&text.chars().collect::<Vec<_>>());
        for (text, number) in [
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("二十三", 23),
            ("百五", 105),
            ("千二百三十四", 1234),
            ("二〇一", 201),
            ("12", 12),
            ("〇", 0),
        ] {
            assert_eq!(value(text), Some(number), "{text}");
        }
        for text in ["", "十百", "二三十", "一万", "123456789"] {
            assert_eq!(value(text), None, "{text}");
        }
    }
}
