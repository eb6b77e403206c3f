//! Taking HTML apart, as far as our own pages go: no comments, no raw text elements, every value in double quotes.

/// A start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    /// Names of the elements around it, outermost first.
    pub(super) within: Vec<String>,
}

impl Tag {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(attribute, _)| attribute == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Start(Tag),
    End(String),
    Text(String),
}

const VOID: [&str; 9] = ["meta", "link", "img", "input", "br", "hr", "col", "source", "wbr"];

/// The page in pieces; a line saying where, if it is not well formed.
pub(super) fn pieces(html: &str) -> Result<Vec<Piece>, String> {
    let mut rest = html.trim_start().strip_prefix("<!DOCTYPE html>").ok_or("it does not begin with <!DOCTYPE html>")?;
    let (mut pieces, mut open): (Vec<Piece>, Vec<String>) = (Vec::new(), Vec::new());
    while let Some((text, after)) = rest.split_once('<') {
        if !text.is_empty() {
            pieces.push(Piece::Text(unescaped(text)?));
        }
        let end = tag_end(after).ok_or_else(|| format!("a tag is not closed: <{}", after.chars().take(40).collect::<String>()))?;
        let (inside, tail) = after.split_at_checked(end).unwrap_or_default();
        rest = tail.strip_prefix('>').unwrap_or_default();
        match inside.strip_prefix('/') {
            Some(name) if open.pop().as_deref() == Some(name) => pieces.push(Piece::End(name.to_owned())),
            Some(name) => return Err(format!("</{name}> closes nothing")),
            None => {
                let tag = tag(inside, &open)?;
                if !VOID.contains(&tag.name.as_str()) {
                    open.push(tag.name.clone());
                }
                pieces.push(Piece::Start(tag));
            }
        }
    }
    match open.pop() {
        Some(name) => Err(format!("<{name}> is not closed")),
        None => Ok(pieces),
    }
}

/// Where the tag ends: the first `>` outside quotes.
fn tag_end(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(place, letter)| {
        quoted ^= letter == '"';
        (letter == '>' && !quoted).then_some(place)
    })
}

fn tag(inside: &str, open: &[String]) -> Result<Tag, String> {
    let (name, mut rest) = inside.split_once(|c: char| c.is_whitespace()).unwrap_or((inside, ""));
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
        return Err(format!("<{name} is not a tag"));
    }
    let mut attributes = Vec::new();
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (attribute, after) = rest.split_at_checked(end).unwrap_or_default();
        let valued = after.strip_prefix("=\"").and_then(|value| value.split_once('"'));
        let (value, tail) = match valued {
            Some((value, tail)) => (unescaped(value)?, tail),
            None if after.starts_with('=') => return Err(format!("<{name} {attribute}= has no quotes")),
            None => (String::new(), after),
        };
        attributes.push((attribute.to_owned(), value));
        rest = tail;
    }
    Ok(Tag { name: name.to_owned(), attributes, within: open.to_vec() })
}

const NAMED: [(&str, char); 5] = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')];

fn unescaped(text: &str) -> Result<String, String> {
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, tail) = part.split_once(';').ok_or_else(|| "a bare & in a text".to_owned())?;
        let numbered = || name.strip_prefix('#').and_then(|digits| digits.parse().ok()).and_then(char::from_u32);
        let letter = NAMED.iter().find(|(known, _)| *known == name).map(|(_, letter)| *letter).or_else(numbered);
        out.push(letter.ok_or_else(|| format!("&{name}; is no character"))?);
        out.push_str(tail);
    }
    Ok(out)
}
