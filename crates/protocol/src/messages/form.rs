//! What is common to messages as texts: each receiver names its own once, and whoever tries them all goes through these names.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A message by name, with its golden text.
#[derive(Clone, Copy, Debug)]
pub struct MessageForm {
    /// Of the file of golden texts, as in `golden/<receiver>.md`.
    pub receiver: &'static str,
    /// Of the type, without what it is generic over: the heading of its golden text.
    pub name: &'static str,
    /// Its shape is published by others and may grow: unknown fields are ignored, where our own shapes refuse them.
    pub is_published: bool,
    golden_file: &'static str,
}

impl MessageForm {
    /// The message `name` of this receiver, whose golden texts are `golden_file`.
    pub(super) fn new(receiver: &'static str, name: &'static str, golden_file: &'static str) -> Self {
        let name = name.split_once('<').map_or(name, |(name, _)| name);
        Self { receiver, name, is_published: false, golden_file }
    }

    /// The same, of a shape that others publish.
    pub(super) fn published(self) -> Self {
        Self { is_published: true, ..self }
    }

    /// The golden text; `None` when the file has no such heading with a JSON block.
    pub fn golden_text(&self) -> Option<&'static str> {
        let (_, rest) = self.golden_file.split_once(&format!("\n## {}\n\n```json\n", self.name))?;
        rest.split_once("\n```").map(|(text, _)| text)
    }

    /// All headings of the receiver's golden texts.
    pub fn golden_headings(&self) -> impl Iterator<Item = &'static str> {
        self.golden_file.lines().filter_map(|line| line.strip_prefix("## "))
    }
}

/// Somebody to whom [`super::visit_every_message`] shows each message.
pub trait MessageVisitor {
    /// Is shown one message: its type and how it is called.
    fn visit<T: Serialize + DeserializeOwned>(&mut self, form: MessageForm);
}

/// Names the messages of one receiver: the file of their golden texts, the types, and types whose shape others publish.
macro_rules! messages {
    ($receiver:literal: $($message:ty),+ $(,)? $(; published $($published:ty),+)?) => {
        /// Shows each message of this receiver to `visitor`.
        pub(super) fn visit_messages(visitor: &mut impl $crate::messages::MessageVisitor) {
            use $crate::messages::MessageForm;
            let golden_file = include_str!(concat!("../../golden/", $receiver, ".md"));
            $(visitor.visit::<$message>(MessageForm::new($receiver, stringify!($message), golden_file));)+
            $($(
                visitor.visit::<$published>(MessageForm::new($receiver, stringify!($published), golden_file).published());
            )+)?
        }
    };
}
