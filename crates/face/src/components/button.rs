//! Buttons: links that look like one, and forms that are nothing but one.

use askama::Template;

use crate::Html;

/// How much a button stands out; a page has one primary button at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Emphasis {
    /// What the page is for.
    Primary,
    /// What may be done as well.
    #[default]
    Secondary,
    /// What is rarely done.
    Tertiary,
    /// What cannot be undone.
    Danger,
}

impl Emphasis {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Emphasis::Primary => "primary",
            Emphasis::Secondary => "secondary",
            Emphasis::Tertiary => "tertiary",
            Emphasis::Danger => "danger",
        }
    }
}

/// A link that looks like a button.
pub fn button_link(href: &str, text: &str, emphasis: Emphasis) -> Html {
    let open = format!(r#"<a class="button" data-emphasis="{}" href=""#, emphasis.as_str());
    Html::all([Html::raw(&open), Html::text(href), Html::raw(r#"">"#), Html::text(text), Html::raw("</a>")])
}

/// A button that posts, with values the person does not see.
#[derive(Clone)]
pub struct Button<'a> {
    /// Where it posts to.
    pub action: &'a str,
    /// The session's word for forms.
    pub csrf: &'a str,
    /// Names and values to send along.
    pub values: &'a [(&'a str, &'a str)],
    /// Its words.
    pub text: &'a str,
    /// How much it stands out.
    pub emphasis: Emphasis,
}

/// Without the word and the values.
impl std::fmt::Debug for Button<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Button({})", self.action)
    }
}

#[derive(Template)]
#[template(path = "components/post_button.html")]
struct ButtonView<'a> {
    button: &'a Button<'a>,
}

/// A form that is nothing but its button.
pub fn post_button(button: &Button<'_>) -> Html {
    Html::rendered(&ButtonView { button })
}

/// Buttons in a row.
pub fn buttons(buttons: impl IntoIterator<Item = Html>) -> Html {
    Html::all([Html::raw(r#"<div class="buttons">"#), Html::all(buttons), Html::raw("</div>")])
}
