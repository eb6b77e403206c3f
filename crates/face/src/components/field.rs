//! Fields of forms: label, mark, hint, error and the control itself, tied to each other.

use askama::Template;

use crate::{Html, Language, words};

/// One of several to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice<'a> {
    /// What is sent.
    pub value: &'a str,
    /// What is read.
    pub text: &'a str,
}

/// The control of a field.
#[derive(Clone, Copy)]
pub enum Input<'a> {
    /// One line.
    Text {
        /// What stands in it.
        value: &'a str,
        /// What the browser may fill in (`username`, `off`, …).
        autocomplete: &'a str,
    },
    /// One line of digits and signs, for numbers that are names (not for calculation).
    Digits {
        /// What stands in it.
        value: &'a str,
        /// Most letters.
        longest: u16,
    },
    /// A password; what was typed is never sent back.
    Password {
        /// `current-password` or `new-password`.
        autocomplete: &'a str,
    },
    /// Year, month and day, sent as `name-year`, `name-month`, `name-day`.
    Date {
        /// What stands in the three.
        value: [&'a str; 3],
    },
    /// One of several, in a list that opens.
    Select {
        /// What can be chosen.
        choices: &'a [Choice<'a>],
        /// What is chosen.
        value: &'a str,
    },
    /// One of a few, all in sight.
    Radio {
        /// What can be chosen.
        choices: &'a [Choice<'a>],
        /// What is chosen.
        value: &'a str,
    },
    /// Any of a few, all in sight.
    Checkboxes {
        /// What can be chosen.
        choices: &'a [Choice<'a>],
        /// What is chosen.
        values: &'a [&'a str],
    },
    /// Several lines.
    Area {
        /// What stands in it.
        value: &'a str,
        /// Its height.
        rows: u8,
    },
    /// A file of the person's machine.
    File {
        /// Endings or media types that fit.
        accept: &'a str,
    },
    /// Whose password a form is about, unseen: it lets the browser's store of passwords know which one it keeps.
    Account {
        /// The account's id.
        id: &'a str,
    },
    /// Sent along unseen; has no label.
    Hidden {
        /// What is sent.
        value: &'a str,
    },
}

/// The kind only: what stands in a control is a person's.
impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Input::Text { .. } => "Text",
            Input::Digits { .. } => "Digits",
            Input::Password { .. } => "Password",
            Input::Date { .. } => "Date",
            Input::Select { .. } => "Select",
            Input::Radio { .. } => "Radio",
            Input::Checkboxes { .. } => "Checkboxes",
            Input::Area { .. } => "Area",
            Input::File { .. } => "File",
            Input::Account { .. } => "Account",
            Input::Hidden { .. } => "Hidden",
        })
    }
}

/// A field of a form.
#[derive(Clone)]
pub struct Field<'a> {
    /// What it is sent as; letters, digits, `-` and `_`.
    pub name: &'a str,
    /// What it is called.
    pub label: &'a str,
    /// What helps to fill it in.
    pub hint: Option<&'a str>,
    /// Whether it must be filled in.
    pub required: bool,
    /// What is wrong with what was entered.
    pub error: Option<&'a str>,
    /// Its control.
    pub input: Input<'a>,
}

impl<'a> Field<'a> {
    /// A field that must be filled in.
    pub fn required(name: &'a str, label: &'a str, input: Input<'a>) -> Self {
        Field { name, label, hint: None, required: true, error: None, input }
    }

    /// A field that may stay empty.
    pub fn optional(name: &'a str, label: &'a str, input: Input<'a>) -> Self {
        Field { required: false, ..Field::required(name, label, input) }
    }

    /// Whose password the form is about.
    pub fn account(language: Language, id: &'a str) -> Self {
        Field::optional("account", words::ACCOUNT_ID.of(language), Input::Account { id })
    }

    /// With a hint.
    #[must_use]
    pub fn hint(self, hint: &'a str) -> Self {
        Field { hint: Some(hint), ..self }
    }

    /// With what is wrong, if anything is.
    #[must_use]
    pub fn error(self, error: Option<&'a str>) -> Self {
        Field { error, ..self }
    }

    /// The id of the control that an error leads to.
    pub(super) fn target(&self) -> String {
        match self.input {
            Input::Date { .. } => format!("{}-year", self.name),
            Input::Radio { .. } | Input::Checkboxes { .. } => format!("{}-1", self.name),
            _ => self.name.to_owned(),
        }
    }

    fn is_group(&self) -> bool {
        matches!(self.input, Input::Date { .. } | Input::Radio { .. } | Input::Checkboxes { .. })
    }

    /// Ids of what describes the control.
    fn described_by(&self) -> String {
        let ids = [self.hint.map(|_| format!("{}-hint", self.name)), self.error.map(|_| format!("{}-error", self.name))];
        ids.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// The name only: what stands in a field is a person's.
impl std::fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Field({})", self.name)
    }
}

#[derive(Template)]
#[template(path = "components/field.html")]
struct FieldView<'a> {
    language: Language,
    field: &'a Field<'a>,
    described_by: String,
}

struct Offered<'a> {
    id: String,
    choice: &'a Choice<'a>,
    is_chosen: bool,
}

impl FieldView<'_> {
    fn word(&self, words: crate::Words) -> &'static str {
        words.of(self.language)
    }

    fn parts<'b>(&self, value: &[&'b str; 3]) -> [(String, &'static str, &'b str, u8); 3] {
        let [year, month, day] = *value;
        let id = |part: &str| format!("{}-{part}", self.field.name);
        [
            (id("year"), self.word(words::YEAR), year, 4),
            (id("month"), self.word(words::MONTH), month, 2),
            (id("day"), self.word(words::DAY), day, 2),
        ]
    }

    fn options<'b>(&self, choices: &'b [Choice<'b>], chosen: &[&str]) -> Vec<Offered<'b>> {
        let option = |(place, choice): (usize, &'b Choice<'b>)| Offered {
            id: format!("{}-{place}", self.field.name),
            choice,
            is_chosen: chosen.contains(&choice.value),
        };
        (1..).zip(choices).map(option).collect()
    }
}

pub(super) fn field(language: Language, field: &Field<'_>) -> Html {
    Html::rendered(&FieldView { language, field, described_by: field.described_by() })
}
