//! Headings, paragraphs, links, numbers.

use crate::Html;

fn element(open: &str, text: &str, close: &str) -> Html {
    Html::all([Html::raw(open), Html::text(text), Html::raw(close)])
}

/// A heading below the page's title.
pub fn heading(text: &str) -> Html {
    element("<h2>", text, "</h2>")
}

/// A heading below a [`heading`].
pub fn subheading(text: &str) -> Html {
    element("<h3>", text, "</h3>")
}

/// A paragraph.
pub fn paragraph(text: &str) -> Html {
    element("<p>", text, "</p>")
}

/// A paragraph that opens a section.
pub fn lead(text: &str) -> Html {
    element(r#"<p class="lead">"#, text, "</p>")
}

/// Something to be read letter by letter: a number, a code, a digest.
pub fn code(text: &str) -> Html {
    element("<code>", text, "</code>")
}

/// A link within a text.
pub fn link(href: &str, text: &str) -> Html {
    Html::all([Html::raw(r#"<a href=""#), Html::text(href), Html::raw(r#"">"#), Html::text(text), Html::raw("</a>")])
}

/// A part of the page under a heading of its own.
pub fn section(title: &str, body: impl IntoIterator<Item = Html>) -> Html {
    Html::all([Html::raw(r#"<section class="section">"#), heading(title), Html::all(body), Html::raw("</section>")])
}

/// A whole number with its thousands marked.
pub fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::from(if value < 0 { "−" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_marked() {
        let written = [0, 7, 999, 1_000, 20_000, 1_234_567, -1_000].map(number);
        assert_eq!(written, ["0", "7", "999", "1,000", "20,000", "1,234,567", "−1,000"]);
        assert_eq!(number(i64::MIN), "−9,223,372,036,854,775,808");
    }

    #[test]
    fn what_is_put_in_is_escaped() {
        assert_eq!(link(r#"/a"b"#, "<b>").as_str(), r#"<a href="/a&quot;b">&lt;b&gt;</a>"#);
    }
}
