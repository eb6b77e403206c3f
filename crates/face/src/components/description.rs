//! Terms and what they are.

use crate::Html;

/// A list of terms with their values: the head data of a record.
pub fn description_list<'a>(entries: impl IntoIterator<Item = (&'a str, Html)>) -> Html {
    let entry = |(term, value): (&str, Html)| {
        let open = Html::raw(r#"<div class="descriptions-row"><dt>"#);
        Html::all([open, Html::text(term), Html::raw("</dt><dd>"), value, Html::raw("</dd></div>")])
    };
    let rows: Html = entries.into_iter().map(entry).collect();
    Html::all([Html::raw(r#"<dl class="descriptions">"#), rows, Html::raw("</dl>")])
}
