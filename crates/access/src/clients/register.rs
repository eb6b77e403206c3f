//! Registering a consuming system, and reading its secret back for the verification of its assertions.

use std::fmt;

use diesel::prelude::*;
use vault::Cell;
use vocabulary::{Entropy, Party};
use zeroize::Zeroizing;

use super::{ClientError, Clients, Scope, oauth_client as c, party};

/// What the consuming system is told, once.
pub struct Registered {
    /// 32 of 0-9, A-Z, a-z.
    pub client_id: String,
    /// 43 of 0-9, A-Z, a-z: 256 bits; kept sealed here and handed to nobody else.
    pub secret: Zeroizing<String>,
}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registered({}, ***)", self.client_id)
    }
}

/// What an assertion of a client is verified with.
pub struct ClientSecret {
    /// Whose certificate the request must come with.
    pub party: Party,
    /// The HS256 key.
    pub secret: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientSecret({}, ***)", self.party)
    }
}

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `length` letters, each as likely as the other.
fn letters(entropy: &dyn Entropy, length: usize) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(length));
    while text.len() < length {
        let mut bytes = Zeroizing::new([0_u8; 64]);
        entropy.fill(bytes.as_mut());
        // 248 is the largest multiple of 62 in a byte; what lies above would favour the first letters.
        let fair = bytes.iter().filter(|byte| **byte < 248).filter_map(|byte| LETTERS.get(usize::from(byte % 62)));
        for letter in fair.take(length.saturating_sub(text.len())) {
            text.push(char::from(*letter));
        }
    }
    text
}

fn cell(client: &str) -> Cell<'_> {
    Cell::new("oauth_client", client, "secret")
}

impl Clients {
    /// Registers a consuming system: one client per system, with its business id (業務ID) and the scopes it may ask for.
    pub async fn register(&self, of: &Party, business: &str, scopes: &Scope) -> Result<Registered, ClientError> {
        if business.len() != 3 || !business.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
            return Err(ClientError::BadBusiness);
        }
        let client_id = letters(self.entropy.as_ref(), 32).to_string();
        let secret = letters(self.entropy.as_ref(), 43);
        let sealed = self.vault.seal(&cell(&client_id), secret.as_bytes())?;
        let (id, of, business, scopes, now) =
            (client_id.clone(), of.to_string(), business.to_owned(), scopes.to_string(), self.clock.now_ms());
        self.room
            .write(move |tx| {
                if c::table.filter(c::party.eq(&of)).count().get_result::<i64>(tx)? > 0 {
                    return Err(ClientError::Registered(of));
                }
                let words = (c::id.eq(id), c::party.eq(of), c::business.eq(business), c::scopes.eq(scopes));
                diesel::insert_into(c::table).values((words, c::secret.eq(sealed), c::enabled.eq(1), c::created_at.eq(now))).execute(tx)?;
                Ok(())
            })
            .await?;
        Ok(Registered { client_id, secret })
    }

    /// The client of a system, if it is registered.
    pub async fn client_of(&self, of: &Party) -> Result<Option<String>, ClientError> {
        let of = of.to_string();
        self.room.read(move |tx| Ok(c::table.filter(c::party.eq(of)).select(c::id).first(tx).optional()?)).await
    }

    /// The scopes that a client may ask for; none for an unknown or switched-off one.
    pub async fn granted(&self, client_id: &str) -> Result<Option<Scope>, ClientError> {
        let id = client_id.to_owned();
        let found: Option<String> = self
            .room
            .read(move |tx| Ok::<_, ClientError>(c::table.find(id).filter(c::enabled.eq(1)).select(c::scopes).first(tx).optional()?))
            .await?;
        Ok(found.map(|scopes| scopes.parse()).transpose()?)
    }

    /// What assertions of this client are verified with; none for an unknown or switched-off one.
    pub async fn secret(&self, client_id: &str) -> Result<Option<ClientSecret>, ClientError> {
        let id = client_id.to_owned();
        let found: Option<(String, Vec<u8>)> = self
            .room
            .read(move |tx| {
                let enabled = c::table.find(id).filter(c::enabled.eq(1));
                Ok::<_, ClientError>(enabled.select((c::party, c::secret)).first(tx).optional()?)
            })
            .await?;
        let Some((name, sealed)) = found else { return Ok(None) };
        let secret = self.vault.open_cell(&cell(client_id), &sealed)?;
        Ok(Some(ClientSecret { party: party(&name)?, secret }))
    }

    /// Gives the client a new secret; the old one and its tokens hold no longer.
    pub async fn renew_secret(&self, client_id: &str) -> Result<Registered, ClientError> {
        let secret = letters(self.entropy.as_ref(), 43);
        let sealed = self.vault.seal(&cell(client_id), secret.as_bytes())?;
        self.change(client_id, move |tx, id| diesel::update(c::table.find(id)).set(c::secret.eq(sealed)).execute(tx)).await?;
        Ok(Registered { client_id: client_id.to_owned(), secret })
    }

    /// Sets the scopes that the client may ask for; tokens given before hold no longer.
    pub async fn set_scopes(&self, client_id: &str, scopes: &Scope) -> Result<(), ClientError> {
        let scopes = scopes.to_string();
        self.change(client_id, move |tx, id| diesel::update(c::table.find(id)).set(c::scopes.eq(scopes)).execute(tx)).await
    }

    /// Switches the client off, with its tokens.
    pub async fn disable(&self, client_id: &str) -> Result<(), ClientError> {
        self.change(client_id, |tx, id| diesel::update(c::table.find(id)).set(c::enabled.eq(0)).execute(tx)).await
    }

    async fn change(
        &self,
        client_id: &str,
        change: impl FnOnce(&mut store::Tx, &str) -> QueryResult<usize> + Send + 'static,
    ) -> Result<(), ClientError> {
        use super::oauth_token as t;
        let id = client_id.to_owned();
        self.room
            .write(move |tx| {
                if change(tx, &id)? == 0 {
                    return Err(ClientError::NoSuchClient);
                }
                diesel::delete(t::table.filter(t::client.eq(&id))).execute(tx)?;
                Ok(())
            })
            .await
    }
}
