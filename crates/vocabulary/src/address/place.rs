//! The parts before the town: prefecture and municipality.

/// Folded characters without a leading prefecture: the four that do not end in 県, or two or three characters and 県 (山県市 stays).
pub(super) fn without_prefecture(chars: &[char]) -> &[char] {
    match chars {
        ['東', '京', '都', rest @ ..] | ['北', '海', '道', rest @ ..] | ['京', '都', '府', rest @ ..] | ['大', '阪', '府', rest @ ..] => {
            rest
        }
        [_, _, '県', rest @ ..] | [_, _, _, '県', rest @ ..] if !rest.is_empty() => rest,
        _ => chars,
    }
}

/// A text without a leading prefecture; unchanged when it has none.
pub fn strip_prefecture(address: &str) -> &str {
    for name in ["東京都", "北海道", "京都府", "大阪府"] {
        if let Some(rest) = address.strip_prefix(name) {
            return rest;
        }
    }
    let end = address.char_indices().take(4).skip(2).find(|&(_, c)| c == '県').map(|(at, c)| at + c.len_utf8());
    end.and_then(|end| address.get(end..)).filter(|rest| !rest.is_empty()).unwrap_or(address)
}

/// A normalised address without the municipality's name (also normalised) in front: facilities leave it out as often as not.
pub fn strip_municipality<'a>(normalised: &'a str, municipality: &str) -> &'a str {
    normalised.strip_prefix(municipality).unwrap_or(normalised)
}
