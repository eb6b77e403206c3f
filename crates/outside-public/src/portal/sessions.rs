//! Who is behind a session's token.

use std::pin::Pin;

use access::Caller;
use axum::response::{IntoResponse as _, Response};
use diesel::prelude::*;
use vocabulary::Id128;
use wire::{Problem, Sessions, Shown};

use super::table::{id128, person_session};
use super::{Portal, PortalError, token};

/// A session ends after this, whatever happens.
pub(super) const LIVES_MS: i64 = 60 * 60 * 1000;
/// And after so long without a request.
const IDLE_MS: i64 = 10 * 60 * 1000;
/// A request is written down as a sign of life only when the last one is older: most requests write nothing.
const SEEN_EVERY_MS: i64 = 60 * 1000;

/// People by session.
pub(super) struct People(pub(super) Portal);

impl Sessions for People {
    fn enter(&self, shown: Shown) -> Pin<Box<dyn Future<Output = Result<Caller, Response>> + Send + '_>> {
        Box::pin(async move {
            let Some(token) = &shown.bearer else { return Err(wire::unauthenticated()) };
            match self.0.person_of(token).await {
                Ok(Some(person)) => Ok(Caller::resident(&person.to_string(), shown.purpose, shown.request)),
                Ok(None) => Err(wire::unauthenticated()),
                Err(error) => Err(Problem::from(error).into_response()),
            }
        })
    }
}

impl Portal {
    /// `None` when the session is unknown or over.
    async fn person_of(&self, token: &str) -> Result<Option<Id128>, PortalError> {
        let (hash, now) = (token::hash(token), self.now());
        let found = self.room.raw().read(move |tx| {
            let open = person_session::table
                .find(hash.as_slice())
                .filter(person_session::expires_at.gt(now).and(person_session::seen_at.gt(now - IDLE_MS)));
            let row: Option<(Vec<u8>, i64)> = open.select((person_session::person, person_session::seen_at)).first(tx).optional()?;
            Ok::<_, PortalError>(row)
        });
        let Some((person, seen_at)) = found.await? else { return Ok(None) };
        if now - seen_at > SEEN_EVERY_MS {
            let write = self.room.maintain(move |tx| {
                diesel::update(person_session::table.find(hash.as_slice())).set(person_session::seen_at.eq(now)).execute(tx)?;
                Ok::<_, PortalError>(())
            });
            write.await?;
        }
        id128(&person).map(Some)
    }
}
