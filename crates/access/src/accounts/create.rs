//! Making an account. Its first password is a one-time one that only the person it is handed to has seen.

use diesel::prelude::*;
use store::Tx;
use vocabulary::text::{folded_width, is_dash, is_unseen, strip_ivs};
use vocabulary::{Date, day};

use super::{AccountError, Accounts, grant::check_roles, one_time::one_time, table};
use crate::{Caller, CallerKind, Password};

/// What an account is made from.
#[derive(Clone)]
pub struct NewAccount {
    /// What the person logs in with.
    pub id: String,
    /// The person's personnel number (職員番号).
    pub personnel: String,
    /// The person's name, for those who read the record of use.
    pub name: String,
    /// For administration, apart from the same person's everyday account.
    pub privileged: bool,
    /// First day of use; today where none is given.
    pub valid_from: Option<Date>,
    /// Last day of use.
    pub valid_until: Option<Date>,
    /// Names of the roles it bears from its first to its last day.
    pub roles: Vec<String>,
}

/// Without the name.
impl std::fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewAccount({} {:?})", self.id, self.roles)
    }
}

impl Accounts {
    /// Makes an account for another person and returns its one-time password, which is stored nowhere.
    pub async fn create(&self, by: &Caller, new: NewAccount) -> Result<Password, AccountError> {
        let giver = (by.kind() == CallerKind::Staff).then(|| by.id().to_owned());
        self.make(by.id().to_owned(), giver, new, false).await
    }

    /// Makes the first administrator of a new municipality; refused once there is any account.
    pub async fn create_first_administrator(&self, by: &Caller, id: &str, personnel: &str, name: &str) -> Result<Password, AccountError> {
        let new = NewAccount {
            id: id.to_owned(),
            personnel: personnel.to_owned(),
            name: name.to_owned(),
            privileged: true,
            valid_from: None,
            valid_until: None,
            roles: vec!["administrator".to_owned()],
        };
        self.make(by.id().to_owned(), None, new, true).await
    }

    /// `giver` is the account of the member of staff who makes it.
    async fn make(&self, by: String, giver: Option<String>, new: NewAccount, first: bool) -> Result<Password, AccountError> {
        let id = folded_id(&new.id).ok_or(AccountError::BadId)?;
        if new.personnel.trim().is_empty() {
            return Err(AccountError::NoPersonnel);
        }
        if [&new.name, &new.personnel].iter().any(|text| text.contains(is_unseen)) {
            return Err(AccountError::Unseen);
        }
        check_roles(new.privileged, new.roles.iter().map(String::as_str))?;
        let password = one_time(self.entropy.as_ref());
        let hash = self.hasher.hash(password.clone(), *self.entropy.id128().as_bytes()).await?;
        let (now, today) = (self.clock.now_ms(), self.clock.today());
        let insert = move |tx: &mut Tx| {
            let giver = giver.map(|giver| table::account_by_id(tx, &giver)).transpose()?.flatten();
            if giver.is_some_and(|giver| giver.personnel == folded_personnel(&new.personnel)) {
                return Err(AccountError::OwnAccount);
            }
            insert(tx, &by, &id, &new, &hash, first, now, day::to_number(new.valid_from.unwrap_or(today)))
        };
        self.room.write(insert).await?;
        Ok(password)
    }
}

#[expect(clippy::too_many_arguments, reason = "the values of one row")]
fn insert(tx: &mut Tx, by: &str, id: &str, new: &NewAccount, hash: &str, first: bool, now: i64, from: i32) -> Result<(), AccountError> {
    use table::{account as a, account_role as r};
    if first && a::table.count().get_result::<i64>(tx)? > 0 {
        return Err(AccountError::NotFirst);
    }
    if table::account_by_id(tx, id)?.is_some() {
        return Err(AccountError::IdTaken(id.to_owned()));
    }
    let (personnel, privileged) = (folded_personnel(&new.personnel), i16::from(new.privileged));
    let same = a::table.filter(a::personnel.eq(&personnel)).filter(a::privileged.eq(privileged));
    if same.count().get_result::<i64>(tx)? > 0 {
        return Err(AccountError::PersonTaken { privileged: new.privileged });
    }
    let until = new.valid_until.map(day::to_number);
    diesel::insert_into(a::table)
        .values((
            a::id.eq(id),
            a::personnel.eq(&personnel),
            a::privileged.eq(privileged),
            a::name.eq(&new.name),
            a::enabled.eq(1),
            a::valid_from.eq(from),
            a::valid_until.eq(until),
            a::password_hash.eq(hash),
            a::password_set_at.eq(now),
            a::password_initial.eq(1),
            a::created_at.eq(now),
            a::created_by.eq(by),
        ))
        .execute(tx)?;
    for role in &new.roles {
        let dates = (r::valid_from.eq(from), r::valid_until.eq(until));
        let granted = (r::granted_at.eq(now), r::granted_by.eq(by));
        diesel::insert_into(r::table).values((r::account.eq(id), r::role.eq(role), dates, granted)).execute(tx)?;
    }
    Ok(())
}

/// An id as people type it, full width or capital, in its one spelling; `None` for what is no id.
pub fn folded_id(typed: &str) -> Option<String> {
    let id = folded_width(typed.trim()).to_ascii_lowercase();
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.');
    ((3..=32).contains(&id.len()) && id.bytes().all(plain)).then_some(id)
}

/// A personnel number as people type it, full width or small, with whichever hyphen, in its one spelling: by it two accounts are known to be one
/// person's. What is not seen, and blanks, tell nobody apart.
pub(super) fn folded_personnel(typed: &str) -> String {
    let seen = |c: &char| !is_unseen(*c) && !c.is_whitespace();
    let plain = |c| if is_dash(c) || matches!(c, 'ー' | 'ｰ') { '-' } else { c };
    let mut base = String::new();
    strip_ivs(typed, &mut base);
    folded_width(&base).chars().filter(seen).map(plain).collect::<String>().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_personnel_number_typed_in_full_width_or_small_is_the_same_number() {
        for typed in ["P1001", "p1001", "Ｐ１００１", " ｐ1００1　"] {
            assert_eq!(folded_personnel(typed), "P1001", "{typed}");
        }
        assert_ne!(folded_personnel("P1001"), folded_personnel("P1002"));
        for typed in
            ["P-1", "P‐1", "P‑1", "p−1", "Ｐ－１", "Pー1", "Pｰ1", "P-1\u{200B}", "P\u{00AD}-1", "P-1\u{FE0F}", "P- 1", "P-1\u{0007}"]
        {
            assert_eq!(folded_personnel(typed), "P-1", "{typed:?}");
        }
    }

    #[test]
    fn an_id_typed_in_full_width_is_the_same_id() {
        assert_eq!(folded_id(" Ｓ１２３４５ ").as_deref(), Some("s12345"));
        assert_eq!(folded_id("s1"), None);
        assert_eq!(folded_id("保健太郎"), None);
    }
}
