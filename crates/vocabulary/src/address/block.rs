//! The numbers of an address (丁目, 番, 番地, 号, の, hyphens) in digits with hyphens between.

use crate::text::{is_dash, numeral};

/// Writes town and numbers; gives back what follows the numbers.
pub(super) fn write<'a>(chars: &'a [char], out: &mut String) -> &'a [char] {
    let mut rest = chars;
    let mut large_section = false;
    // A number was written and nothing but separators since.
    let mut after_number = false;
    while let [first, tail @ ..] = rest {
        if let Some((number, after)) = number_at(rest, after_number) {
            if after_number {
                out.push('-');
            }
            push_number(number, out);
            if town_goes_on(after) {
                let kept = usize::from(matches!(after, ['番', ..])) + 1;
                let (text, after) = after.split_at_checked(kept).unwrap_or((after, &[]));
                out.extend(text);
                (rest, after_number) = (after, false);
                continue;
            }
            rest = separator(after).unwrap_or(after);
            after_number = true;
            if separator(after).is_none() {
                return blanks_off(rest);
            }
            continue;
        }
        if after_number {
            return blanks_off(rest);
        }
        match rest {
            ['大', '字', after @ ..] => {
                large_section = true;
                rest = after;
                continue;
            }
            ['字', ..] if large_section => {}
            [' ', ..] => {}
            _ => push_text(*first, out.chars().next_back(), tail.first().copied(), out),
        }
        rest = tail;
    }
    rest
}

/// Writes what follows the numbers: blanks dropped, numerals as they are, the words for a room dropped.
pub(super) fn write_building(chars: &[char], out: &mut String) {
    out.push(' ');
    let mut rest = chars;
    while let [first, tail @ ..] = rest {
        rest = match rest {
            [' ', ..] => tail,
            ['号', '室', after @ ..] if ends_in_digit(out) => after,
            ['号' | '室'] if ends_in_digit(out) => tail,
            _ => {
                out.push(if is_hyphen(*first) && ends_in_digit(out) { '-' } else { *first });
                tail
            }
        };
    }
}

/// A number that begins here: digits always, kanji numerals only where a number must be meant.
fn number_at(chars: &[char], after_number: bool) -> Option<(u32, &[char])> {
    let digits = chars.iter().take_while(|c| c.is_ascii_digit()).count();
    if digits > 0 {
        let (run, after) = chars.split_at_checked(digits)?;
        return Some((numeral::read(run)?, after));
    }
    let length = chars.iter().take_while(|&&c| numeral::digit(c).is_some() || numeral::unit(c).is_some()).count();
    let (run, after) = chars.split_at_checked(length).filter(|(run, _)| !run.is_empty())?;
    let meant = after_number
        || matches!(after, ['条' | '線', ..] | ['丁', '目', ..] | ['番', '地' | '町' | '丁', ..])
        || separator(after).is_some();
    if meant { Some((numeral::read(run)?, after)) } else { None }
}

/// Whether what follows a number makes it a part of the town's name: 北3条, 1番町, 2区.
fn town_goes_on(after: &[char]) -> bool {
    matches!(after, ['条' | '線' | '区' | '町' | '村' | '本' | '軒' | '里' | 'ツ' | 'つ', ..] | ['番', '町' | '丁', ..])
}

/// What follows a separator between two numbers, or closing the last; `None` when none stands here.
fn separator(chars: &[char]) -> Option<&[char]> {
    let after = match chars {
        ['丁', '目', after @ ..] | ['番', '地', after @ ..] | ['番' | '号', after @ ..] => after,
        ['丁', after @ ..] if begins_number(after) => return Some(after),
        [mark, after @ ..] if (is_hyphen(*mark) || matches!(mark, 'の' | 'ノ' | '之')) && begins_number(after) => return Some(after),
        _ => return None,
    };
    if matches!(chars, ['号', '室' | '棟' | '館', ..]) {
        return None;
    }
    // 3丁目 12番 5号: a blank after these ends nothing when a number follows.
    let after = match (chars, blanks_off(after)) {
        (['丁', '目', ..] | ['番', ' ', ..], more) if begins_number(more) => more,
        _ => after,
    };
    match after {
        [mark, more @ ..] if (is_hyphen(*mark) || matches!(mark, 'の' | 'ノ' | '之')) && begins_number(more) => Some(more),
        _ => Some(after),
    }
}

fn begins_number(chars: &[char]) -> bool {
    chars.first().is_some_and(|&c| numeral::digit(c).is_some() || numeral::unit(c).is_some())
}

/// The marks that stand for a hyphen between numbers, the long mark of kana among them.
const fn is_hyphen(c: char) -> bool {
    is_dash(c) || matches!(c, '-' | 'ー' | '~' | '〜')
}

fn push_number(number: u32, out: &mut String) {
    let mut divisor = 1_000_000_000;
    while divisor > 1 && number / divisor == 0 {
        divisor /= 10;
    }
    while divisor > 0 {
        out.extend(char::from_digit(number / divisor % 10, 10));
        divisor /= 10;
    }
}

/// A character of the town's name; 霞ヶ関 = 霞が関 = 霞ケ関, 二ノ宮 = 二の宮 = 二之宮.
fn push_text(c: char, before: Option<char>, after: Option<char>, out: &mut String) {
    let inside = before.is_some_and(is_ideograph) && after.is_some_and(is_ideograph);
    out.push(match c {
        'ヶ' | 'ヵ' | 'ケ' => 'ケ',
        'が' | 'ガ' if inside => 'ケ',
        'ノ' | '之' | '乃' if inside => 'の',
        _ => c,
    });
}

const fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}' | '々')
}

fn ends_in_digit(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit())
}

fn blanks_off(chars: &[char]) -> &[char] {
    match chars {
        [' ', rest @ ..] => blanks_off(rest),
        _ => chars,
    }
}
