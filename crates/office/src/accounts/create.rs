//! A new account, with a one-time password that is shown once.

use access::{AccountError, CallerKind, NewAccount, Role};
use axum::extract::State;
use axum::response::Response;
use wire::Problem;

use super::list::{New, News, shown};
use super::{recorded, words};
use crate::{Office, OfficeError, Sent};

/// The form as it was sent.
pub(super) async fn create(State(office): State<Office>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let [id, personnel, name, role] = ["id", "personnel", "name", "role"].map(|field| fields.get(field).trim().to_owned());
    let mut new = New { id, personnel, name, role, ..New::default() };
    let role = Role::named(&new.role).filter(|role| role.kind == CallerKind::Staff);
    new.name_error = new.name.is_empty().then(|| words::NAME_MISSING.of(language));
    new.role_error = role.is_none().then(|| words::ROLE_MISSING.of(language));
    let Some(role) = role.filter(|_| new.name_error.is_none()) else { return shown(&office, &visit, News::None, new).await };
    let account = NewAccount {
        id: new.id.clone(),
        personnel: new.personnel.clone(),
        name: new.name.clone(),
        privileged: role.name == "administrator",
        valid_from: None,
        valid_until: None,
        roles: vec![role.name.to_owned()],
    };
    // What was typed as an id may be anything: only what can be an account's stands in the record.
    let id = if is_id(&new.id) { new.id.as_str() } else { "?" };
    let note = format!("create {id}: {}", role.name);
    match recorded(&office, &visit, &note, async |accounts| accounts.create(&visit.caller, account).await).await? {
        Ok(password) => shown(&office, &visit, News::Password(id.to_owned(), password), New::default()).await,
        Err(AccountError::BadId) => {
            new.id_error = Some(words::ID_WRONG.of(language));
            shown(&office, &visit, News::None, new).await
        }
        Err(AccountError::IdTaken(_)) => {
            new.id_error = Some(words::ID_TAKEN.of(language));
            shown(&office, &visit, News::None, new).await
        }
        Err(AccountError::NoPersonnel) => {
            new.personnel_error = Some(words::PERSONNEL_MISSING.of(language));
            shown(&office, &visit, News::None, new).await
        }
        Err(AccountError::PersonTaken { .. }) => {
            new.personnel_error = Some(words::PERSON_TAKEN.of(language));
            shown(&office, &visit, News::None, new).await
        }
        Err(AccountError::OwnAccount) => {
            new.personnel_error = Some(words::PERSON_SELF.of(language));
            shown(&office, &visit, News::None, new).await
        }
        Err(AccountError::Unseen) => {
            new.name_error = Some(words::UNSEEN.of(language));
            shown(&office, &visit, News::None, new).await
        }
        Err(error) => Err(OfficeError::from(error).into()),
    }
}

fn is_id(typed: &str) -> bool {
    (3..=32).contains(&typed.len()) && typed.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
