//! What people are looked at for. The officer says it; the policies say which purposes an account may have; the record of use keeps it.

use access::Caller;
use axum::http::Uri;
use face::Language;
use vocabulary::Purpose;

use crate::{Office, visit};

/// What staff look at people for.
const PURPOSES: [Purpose; 6] =
    [Purpose::Consultation, Purpose::Invitation, Purpose::FollowUp, Purpose::ResultEntry, Purpose::Disclosure, Purpose::Audit];

impl Office {
    /// The purposes for which this caller may find people, in the order in which they are offered; none where nobody is found.
    pub fn offered(&self, caller: &Caller) -> Vec<Purpose> {
        let Some(find) = self.system.find else { return Vec::new() };
        PURPOSES.into_iter().filter(|purpose| self.allows(&caller.for_purpose(*purpose), &find)).collect()
    }

    /// The caller with the purpose that the address says (`for`), or the first that the account may have.
    pub(crate) fn said(&self, caller: &Caller, uri: &Uri) -> Caller {
        let said = visit::query(uri).get("for").and_then(|word| word.parse().ok());
        let purpose = said.or_else(|| self.offered(caller).first().copied());
        purpose.map_or_else(|| caller.clone(), |purpose| caller.for_purpose(purpose))
    }
}

/// The word for a purpose on a page.
pub fn purpose_word(language: Language, word: &str) -> String {
    if let (Language::Japanese, Ok(purpose)) = (language, word.parse::<Purpose>()) {
        return purpose.ja().to_owned();
    }
    let mut letters = word.chars().map(|letter| if letter == '-' { ' ' } else { letter });
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
