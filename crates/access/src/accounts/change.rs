//! Changing one's own password: the only thing that a session with a one-time or expired password can do.

use diesel::prelude::*;
use store::Tx;

use super::{AccountError, Accounts, table};
use crate::{
    Lane, Password, Refusal, Session, Weakness,
    sessions::attempt::{self, Counted},
};

impl Accounts {
    /// Sets the password of the session's account and ends its other sessions. The password in use is asked for again, except where it
    /// was a one-time one, which this session has used up.
    pub async fn change_password(
        &self,
        session: &Session,
        current: Option<Password>,
        new: Password,
    ) -> Result<Result<(), Refusal>, AccountError> {
        let id = session.account().to_owned();
        let counted = Counted::in_session(&id, session.token_hash());
        let now = self.clock.now_ms();
        let found = self.room.read(move |tx| with_history(tx, &id)).await?;
        let Some((row, history)) = found else { return Ok(Err(Refusal::Credentials)) };
        if row.password_initial == 0 {
            let (rules, counted, turn) = (self.rules.clone(), counted.clone(), self.hasher.wait(Lane::Known)?);
            let free = self.room.write(move |tx| attempt::begin(tx, &counted, &rules, now)).await?;
            let typed = current.unwrap_or(Password::new(""));
            if !self.hasher.matches(turn, typed, row.password_hash.clone().filter(|_| free)).await? {
                return Ok(Err(Refusal::Credentials));
            }
        }
        self.rules.password.check(&row.id, &new)?;
        for earlier in row.password_hash.iter().chain(history.iter().take(self.rules.password.remembered)) {
            if self.hasher.matches(self.hasher.wait(Lane::Known)?, new.clone(), Some(earlier.clone())).await? {
                return Err(Weakness::UsedBefore.into());
            }
        }
        let hash = self.hasher.hash(new, *self.entropy.id128().as_bytes()).await?;
        let kept = session.token_hash().to_vec();
        let remembered = self.rules.password.remembered;
        self.write(move |tx| {
            use table::account as a;
            let fresh = (a::password_hash.eq(&hash), a::password_set_at.eq(now), a::password_initial.eq(0));
            diesel::update(a::table.find(&row.id)).set(fresh).execute(tx)?;
            remember(tx, &row.id, &hash, now, remembered)?;
            attempt::succeed(tx, &counted)?;
            table::end_sessions(tx, &row.id, Some(&kept), "password changed", now)?;
            Ok(Ok(()))
        })
        .await
    }
}

/// The account with the hashes of its passwords, newest first.
fn with_history(tx: &mut Tx, id: &str) -> Result<Option<(table::AccountRow, Vec<String>)>, AccountError> {
    use table::account_password as p;
    let Some(row) = table::account_by_id(tx, id)? else { return Ok(None) };
    let history = p::table.filter(p::account.eq(id)).order(p::set_at.desc()).select(p::hash).load(tx)?;
    Ok(Some((row, history)))
}

/// Keeps as many hashes as the rules ask for, not more.
fn remember(tx: &mut Tx, id: &str, hash: &str, now: i64, remembered: usize) -> Result<(), AccountError> {
    use table::account_password as p;
    store::upsert!(tx, p::table, (p::account.eq(id), p::set_at.eq(now), p::hash.eq(hash)), (p::account, p::set_at), p::hash.eq(hash))?;
    let all: Vec<i64> = p::table.filter(p::account.eq(id)).order(p::set_at.desc()).select(p::set_at).load(tx)?;
    if let Some(oldest) = all.get(remembered) {
        diesel::delete(p::table.filter(p::account.eq(id)).filter(p::set_at.le(oldest))).execute(tx)?;
    }
    Ok(())
}
