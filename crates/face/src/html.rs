//! Text that is HTML already. Everything else is escaped on its way in.

use std::fmt;

use askama::{Template, filters::HtmlSafe};
use vocabulary::text::is_unseen;

/// A piece of HTML. Strings become one by being escaped, so a value of a person cannot become markup.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// Nothing.
    pub fn empty() -> Self {
        Html::default()
    }

    /// Plain text, escaped. A character that would not be seen, or would turn those around it, is shown by its code.
    pub fn text(text: &str) -> Self {
        let mut out = String::with_capacity(text.len());
        for letter in text.chars() {
            match letter {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                unseen if is_unseen(unseen) => out.push_str(&code(unseen)),
                other => out.push(other),
            }
        }
        Html(out)
    }

    /// Markup of ours, taken as it is.
    pub(crate) fn raw(markup: &str) -> Self {
        Html(markup.to_owned())
    }

    /// What a template renders; its values are escaped by askama.
    pub fn rendered(template: &impl Template) -> Self {
        // Rendering into memory fails only where a Display inside the template does, and none of ours can.
        Html(reveal(template.render().unwrap_or_default()))
    }

    /// One piece after the other.
    pub fn all(pieces: impl IntoIterator<Item = Html>) -> Self {
        Html(pieces.into_iter().map(|piece| piece.0).collect())
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The HTML.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// What stands on a page for a character that is not seen: nothing there can be disguised by one (UTR 36).
fn code(unseen: char) -> String {
    format!("〔U+{:04X}〕", u32::from(unseen))
}

/// Shows by its code what would not be seen in the text of some markup. What stands in a control goes back as it came.
fn reveal(markup: String) -> String {
    if !markup.contains(is_unseen) {
        return markup;
    }
    let mut revealed = String::with_capacity(markup.len() + 16);
    let (mut in_tag, mut in_area) = (false, false);
    for (at, letter) in markup.char_indices() {
        match letter {
            '<' => {
                in_tag = true;
                in_area = markup.get(at..).is_some_and(|rest| rest.starts_with("<textarea"));
            }
            '>' => in_tag = false,
            _ => {}
        }
        if is_unseen(letter) && !in_tag && !in_area { revealed.push_str(&code(letter)) } else { revealed.push(letter) }
    }
    revealed
}

impl From<&str> for Html {
    fn from(text: &str) -> Self {
        Html::text(text)
    }
}

impl From<String> for Html {
    fn from(text: String) -> Self {
        Html::text(&text)
    }
}

impl FromIterator<Html> for Html {
    fn from_iter<T: IntoIterator<Item = Html>>(pieces: T) -> Self {
        Html::all(pieces)
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

/// The length only: a page holds what a log may not.
impl fmt::Debug for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Html({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_becomes_text_and_not_markup() {
        let html: Html = r#"<a href="x" title='y'>山 & 川</a>"#.into();
        assert_eq!(html.as_str(), "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;山 &amp; 川&lt;/a&gt;");
        assert_eq!(format!("{html:?}"), "Html(69 bytes)");
    }

    #[test]
    fn t_20_what_would_not_be_seen_is_shown_and_a_name_that_is_turned_reads_as_it_is() {
        let name = "見本\u{202E}子花\u{2066}葛\u{E0100}";
        assert_eq!(Html::text(name).as_str(), "見本〔U+202E〕子花〔U+2066〕葛\u{E0100}");
        let markup = format!("<p title=\"{name}\">{name}</p><input value=\"{name}\"><textarea>{name}</textarea><b>{name}</b>");
        let shown = reveal(markup);
        assert_eq!(shown.matches('\u{202E}').count(), 3, "in the attributes and the control alone: {shown}");
        assert_eq!(shown.matches("〔U+202E〕").count(), 2, "{shown}");
    }
}
