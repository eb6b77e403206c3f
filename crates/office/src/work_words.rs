//! What the kinds of work of a system are called, the fields of what they ask and answer, and what they are at: one table a system, of which pages are made.

use face::{Language, Words};
use protocol::messages::jobs::Job;
use work::jobs::WorkKind;

/// The words of a system's work, made by [`work_words!`](crate::work_words!).
#[derive(Clone, Copy, Debug)]
pub struct WorkWords {
    /// Of its kinds, in the order in which they are offered.
    pub kinds: &'static [KindWords],
    /// Of the fields of their messages and results, in the order in which they are shown: by name, or as `kind.field` where it is so of one kind.
    pub fields: &'static [FieldWords],
    /// Of what they are at, by the word in [`work::jobs::JobRun::progress`].
    pub steps: &'static [(&'static str, Words)],
    /// Fields of results that count what was not taken, or could not be read: by name, or as `kind.field` where it is so of one kind.
    pub not_taken: &'static [&'static str],
}

/// The words of a kind.
#[derive(Clone, Copy, Debug)]
pub struct KindWords {
    /// Its word in jobs.
    pub kind: &'static str,
    /// What it is called.
    pub name: Words,
    /// What it does, in a sentence.
    pub lead: Words,
}

/// The words of a field.
#[derive(Clone, Copy, Debug)]
pub struct FieldWords {
    /// As it stands in messages, or `kind.field`.
    pub name: &'static str,
    /// What it is called.
    pub label: Words,
    /// What helps to fill it in.
    pub hint: Option<Words>,
}

impl WorkWords {
    /// Of a system without work.
    pub const NONE: WorkWords = WorkWords { kinds: &[], fields: &[], steps: &[], not_taken: &[] };

    /// The words of a kind.
    pub fn kind(&self, kind: &str) -> Option<&'static KindWords> {
        self.kinds.iter().find(|words| words.kind == kind)
    }

    /// The words of a field of a kind: those that are said of that kind, or else of every kind.
    pub fn field(&self, kind: &str, name: &str) -> Option<&'static FieldWords> {
        self.fields.get(self.place(kind, name))
    }

    /// The words of what work is at.
    pub(crate) fn step(&self, step: &str) -> Option<Words> {
        self.steps.iter().find(|(name, _)| *name == step).map(|(_, words)| *words)
    }

    /// How many rows or messages were not taken, or could not be read, as the result of a job says.
    pub(crate) fn not_taken(&self, job: &Job) -> u64 {
        let field = |name: &&'static str| match name.split_once('.') {
            Some((kind, field)) => (kind == job.kind).then_some(field),
            None => Some(*name),
        };
        let result = job.result.as_ref();
        self.not_taken.iter().filter_map(field).filter_map(|name| result?.get(name)?.as_u64()).sum()
    }

    /// What a field of a kind is called: its word, or its name.
    pub(crate) fn label<'n>(&self, language: Language, kind: &str, name: &'n str) -> &'n str {
        self.field(kind, name).map_or(name, |words| words.label.of(language))
    }

    /// Where a field of a kind stands among the others.
    pub(crate) fn place(&self, kind: &str, name: &str) -> usize {
        let own = self.fields.iter().position(|words| words.name.split_once('.') == Some((kind, name)));
        own.or_else(|| self.fields.iter().position(|words| words.name == name)).unwrap_or(usize::MAX)
    }

    /// The kinds and fields that have no words, and the words that nothing has: for the test of a system.
    pub fn problems(&self, kinds: &[WorkKind]) -> Vec<String> {
        let of_kind =
            |kind: &'_ WorkKind| kind.asks.iter().map(|field| field.name.clone()).chain(kind.answers.iter().cloned()).collect::<Vec<_>>();
        let fields: Vec<(&str, String)> = kinds.iter().flat_map(|kind| of_kind(kind).into_iter().map(|field| (kind.name, field))).collect();
        let no_kind = kinds.iter().filter(|kind| self.kind(kind.name).is_none()).map(|kind| format!("the kind {} has no words", kind.name));
        let no_field = fields.iter().filter(|(kind, name)| self.field(kind, name).is_none());
        let no_field = no_field.map(|(kind, name)| format!("the field {name} of {kind} has no words"));
        let idle_kind = self.kinds.iter().map(|words| words.kind).filter(|name| kinds.iter().all(|kind| kind.name != *name));
        let is_idle = |said: &&'static str| match said.split_once('.') {
            Some(of_one) => fields.iter().all(|(kind, name)| (*kind, name.as_str()) != of_one),
            None => fields.iter().all(|(_, name)| name != said),
        };
        let idle = idle_kind.chain(self.fields.iter().map(|words| words.name).chain(self.not_taken.iter().copied()).filter(is_idle));
        let all = self.kinds.iter().flat_map(|words| [(words.kind, words.name), (words.kind, words.lead)]);
        let all = all.chain(self.steps.iter().copied());
        let all = all.chain(
            self.fields
                .iter()
                .flat_map(|words| [Some((words.name, words.label)), words.hint.map(|hint| (words.name, hint))].into_iter().flatten()),
        );
        let all: Vec<(&str, Words)> = all.collect();
        let wrong = face::words::problems(&all);
        no_kind.chain(no_field).chain(idle.map(|name| format!("nothing is called {name}"))).chain(wrong).collect()
    }
}

/// A table of the words of a system's work: of each kind its name and a sentence, of each field its label and, in brackets, a hint, of each step its words, and which fields count what was not taken.
#[macro_export]
macro_rules! work_words {
    (
        kinds { $($kind:literal = $name_ja:literal, $name_en:literal; $lead_ja:literal, $lead_en:literal;)* }
        fields { $($field:literal = $ja:literal, $en:literal $(($hint_ja:literal, $hint_en:literal))?;)* }
        steps { $($step:literal = $step_ja:literal, $step_en:literal;)* }
        not_taken { $($not_taken:literal)* }
    ) => {
        $crate::WorkWords {
            kinds: &[$($crate::KindWords {
                kind: $kind,
                name: ::face::Words::new($name_ja, $name_en),
                lead: ::face::Words::new($lead_ja, $lead_en),
            }),*],
            fields: &[$($crate::FieldWords {
                name: $field,
                label: ::face::Words::new($ja, $en),
                hint: $crate::hint!($($hint_ja, $hint_en)?),
            }),*],
            steps: &[$(($step, ::face::Words::new($step_ja, $step_en))),*],
            not_taken: &[$($not_taken),*],
        }
    };
}

/// The hint of a field, or none.
#[doc(hidden)]
#[macro_export]
macro_rules! hint {
    () => {
        None
    };
    ($ja:literal, $en:literal) => {
        Some(::face::Words::new($ja, $en))
    };
}

#[cfg(test)]
mod tests {
    use access::Action;
    use protocol::messages::registry::{IssueVouchers, IssuedVouchers, Reprove};

    use super::*;

    const OF_ONE: WorkWords = crate::work_words! {
        kinds { "one" = "甲", "One"; "甲をします。", "Does one."; "two" = "乙", "Two"; "乙をします。", "Does two."; }
        fields {
            "preview" = "実行前に確認する", "Look first";
            "one.preview" = "甲を確認する", "Look at one first";
            "vouchers" = "発行", "Issued";
            "earlier" = "発行済み", "Before";
            "withheld" = "控え", "Withheld";
        }
        steps {}
        not_taken { "two.withheld" }
    };

    #[test]
    fn what_is_said_of_a_field_of_one_kind_is_said_of_that_kind_alone_and_idle_words_are_found() {
        let kind = |name| WorkKind::of::<Reprove, IssuedVouchers>(name, Action::plain("registry:results.reprove"));
        let label = |kind: &str| OF_ONE.label(Language::English, kind, "preview");
        assert_eq!((label("one"), label("two")), ("Look at one first", "Look first"));
        assert!(OF_ONE.place("one", "preview") > OF_ONE.place("two", "preview"));
        assert_eq!(OF_ONE.problems(&[kind("one"), kind("two")]), Vec::<String>::new());
        let other = WorkKind::of::<IssueVouchers, IssuedVouchers>("one", Action::plain("registry:vouchers.issue"));
        let found = OF_ONE.problems(&[other, kind("two")]);
        assert_eq!(found, ["the field extraction of one has no words", "nothing is called one.preview"]);
    }
}
