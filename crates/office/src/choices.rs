//! What can be chosen in a field of a message, as the system knows it: programmes, record types, files that lie there.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use access::Caller;
use face::Language;
use wire::Problem;

use crate::Office;

/// A value with what is read.
pub type Chosen = (String, String);

/// What can be chosen in a field of a kind of work; none for one in which anything may stand. Called where it may block.
#[derive(Clone)]
pub(crate) struct Choices(Arc<ChoicesOf>);

type ChoicesOf = dyn Fn(&Caller, Language, (&str, &str)) -> Result<Option<Vec<Chosen>>, Problem> + Send + Sync;

impl Default for Choices {
    fn default() -> Self {
        Choices(Arc::new(|_, _, _| Ok(None)))
    }
}

impl fmt::Debug for Choices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Choices")
    }
}

impl Office {
    /// With what can be chosen in the fields of messages that ask for work, and is told of their results: asked by the kind and the field.
    #[must_use]
    pub fn with_choices(
        mut self,
        choices: impl Fn(&Caller, Language, (&str, &str)) -> Result<Option<Vec<Chosen>>, Problem> + Send + Sync + 'static,
    ) -> Office {
        self.choices = Choices(Arc::new(choices));
        self
    }

    /// What can be chosen in these fields of a kind of work.
    pub(crate) async fn choices_of(
        &self,
        caller: &Caller,
        language: Language,
        (kind, names): (&str, Vec<String>),
    ) -> Result<HashMap<String, Vec<Chosen>>, Problem> {
        let (choices, caller, kind) = (self.choices.clone(), caller.clone(), kind.to_owned());
        let look = move || {
            let mut found = HashMap::new();
            for name in names {
                if let Some(those) = (choices.0)(&caller, language, (&kind, &name))? {
                    found.insert(name, those);
                }
            }
            Ok(found)
        };
        tokio::task::spawn_blocking(look).await.map_err(|_| Problem::unavailable("the program is stopping"))?
    }
}
