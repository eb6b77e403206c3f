//! Every message of the ring, in JSON.

use protocol::messages::{MessageForm, MessageVisitor, visit_every_message};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The input as each of them: what is read is written in a form that is read as the same.
pub(super) fn message(input: &[u8]) {
    struct Reader<'a>(&'a [u8]);
    impl MessageVisitor for Reader<'_> {
        fn visit<T: Serialize + DeserializeOwned>(&mut self, form: MessageForm) {
            let Ok(message) = serde_json::from_slice::<T>(self.0) else { return };
            let written = serde_json::to_vec(&message).unwrap_or_default();
            let again = serde_json::from_slice::<T>(&written).map(|message| serde_json::to_vec(&message).unwrap_or_default());
            assert_eq!(again.ok().as_ref(), Some(&written), "{} {}", form.receiver, form.name);
        }
    }
    visit_every_message(&mut Reader(input));
}

/// The golden text of each message.
pub(super) fn golden_texts() -> Vec<Vec<u8>> {
    struct Texts(Vec<Vec<u8>>);
    impl MessageVisitor for Texts {
        fn visit<T: Serialize + DeserializeOwned>(&mut self, form: MessageForm) {
            self.0.extend(form.golden_text().map(|text| text.as_bytes().to_vec()));
        }
    }
    let mut texts = Texts(Vec::new());
    visit_every_message(&mut texts);
    texts.0
}

#[cfg(test)]
mod tests {
    use super::golden_texts;

    #[test]
    fn every_message_is_a_seed() {
        let seeds = golden_texts();
        assert!(seeds.len() > 90, "{} golden texts", seeds.len());
        assert!(seeds.iter().all(|seed| seed.starts_with(b"{")));
    }
}
