//! What is written of a letter that came back, and whose address it holds.

use std::collections::BTreeSet;

use diesel::dsl::max;
use diesel::prelude::*;
use store::Tx;
use vault::Vault;

use super::table::returned_mail;
use crate::RegistryError;
use crate::residents::contact::{SealedContact, former};
use crate::residents::table::{resident, resident_history};

/// Those of these residents to whose address of today a letter was sent that came back, and that no officer has cleared. An address that cannot be
/// read counts for the same.
pub(crate) fn came_back(tx: &mut Tx, vault: &Vault, residents: &[i64]) -> Result<BTreeSet<i64>, RegistryError> {
    let open: Vec<(i64, i32)> = returned_mail::table
        .filter(returned_mail::resident.eq_any(residents.to_vec()).and(returned_mail::cleared_at.is_null()))
        .select((returned_mail::resident, returned_mail::version))
        .distinct()
        .load(tx)?;
    let mut found = BTreeSet::new();
    for (id, version) in open {
        let now: SealedContact = resident::table.find(id).select(SealedContact::NOW).first(tx)?;
        let of_then = former().filter(resident_history::id.eq(id).and(resident_history::version.eq(version)));
        let then: Option<SealedContact> = of_then.select(SealedContact::FORMER).first(tx).optional()?;
        // Without such a row in the history it is the row of today.
        let is_elsewhere = match then {
            None => false,
            Some(then) => match (wire::pass_over(now.open(vault))?, wire::pass_over(then.open(vault))?) {
                (Some(now), Some(then)) => !now.is_where(&then),
                _ => false,
            },
        };
        if !is_elsewhere {
            found.insert(id);
        }
    }
    Ok(found)
}

/// Day (yyyymmdd) and reason of the last letter to a resident that came back and that no officer has cleared.
pub(crate) fn last_returned(tx: &mut Tx, id: i64) -> Result<Option<(i32, String)>, RegistryError> {
    let open = returned_mail::table.filter(returned_mail::resident.eq(id).and(returned_mail::cleared_at.is_null()));
    let newest = open.order((returned_mail::returned_on.desc(), returned_mail::id.desc()));
    Ok(newest.select((returned_mail::returned_on, returned_mail::reason)).first(tx).optional()?)
}

/// What is known of a letter that came back.
#[derive(Clone, Debug)]
pub(super) struct Returned {
    /// yyyymmdd.
    pub(super) on: i32,
    /// A code of the city's.
    pub(super) reason: String,
    /// The officer.
    pub(super) by: String,
    /// Milliseconds since 1970 UTC.
    pub(super) at: i64,
}

/// Whether a letter of this day is recorded of a resident, and no officer has cleared it.
pub(super) fn is_recorded(tx: &mut Tx, id: i64, on: i32) -> Result<bool, RegistryError> {
    let same = returned_mail::resident.eq(id).and(returned_mail::returned_on.eq(on)).and(returned_mail::cleared_at.is_null());
    let recorded: i64 = returned_mail::table.filter(same).count().get_result(tx)?;
    Ok(recorded > 0)
}

/// Records that a letter to the address of today came back.
pub(super) fn add(tx: &mut Tx, id: i64, returned: &Returned) -> Result<(), RegistryError> {
    let version: i32 = resident::table.find(id).select(resident::version).first(tx)?;
    let last: Option<i64> = returned_mail::table.select(max(returned_mail::id)).first(tx)?;
    let row = (
        returned_mail::id.eq(last.unwrap_or(0) + 1),
        returned_mail::resident.eq(id),
        returned_mail::version.eq(version),
        returned_mail::returned_on.eq(returned.on),
        returned_mail::reason.eq(&returned.reason),
        returned_mail::recorded_by.eq(&returned.by),
        returned_mail::at.eq(returned.at),
    );
    diesel::insert_into(returned_mail::table).values(row).execute(tx)?;
    Ok(())
}

/// What is done to letters that came back, and when, in milliseconds since 1970 UTC.
#[derive(Clone, Copy, Debug)]
pub(super) enum MailChange {
    /// An officer has looked into them.
    Clear(i64),
    /// What the same officer did at that time is taken back, where nobody has done it anew since.
    Undo(i64),
}

/// Changes these → those that this changed, each with the number of its person.
pub(super) fn set_cleared(tx: &mut Tx, ids: &[i64], by: &str, change: MailChange) -> Result<Vec<(i64, String)>, RegistryError> {
    let mut query = returned_mail::table.inner_join(resident::table.on(resident::id.eq(returned_mail::resident))).into_boxed();
    query = query.filter(returned_mail::id.eq_any(ids.to_vec()));
    query = match change {
        MailChange::Clear(_) => query.filter(returned_mail::cleared_at.is_null()),
        MailChange::Undo(at) => query.filter(returned_mail::cleared_at.eq(at).and(returned_mail::cleared_by.eq(by.to_owned()))),
    };
    let found: Vec<(i64, String)> = query.select((returned_mail::id, resident::number)).order(returned_mail::id).load(tx)?;
    let changed: Vec<i64> = found.iter().map(|(id, _)| *id).collect();
    let cleared = match change {
        MailChange::Clear(at) => Some((by, at)),
        MailChange::Undo(_) => None,
    };
    let changes = (returned_mail::cleared_by.eq(cleared.map(|(by, _)| by)), returned_mail::cleared_at.eq(cleared.map(|(_, at)| at)));
    diesel::update(returned_mail::table.filter(returned_mail::id.eq_any(changed))).set(changes).execute(tx)?;
    Ok(found)
}

#[cfg(test)]
pub(crate) mod testing {
    //! Letters that come back without a page.

    use super::*;

    /// One to each of these residents.
    pub(crate) fn return_to(tx: &mut Tx, residents: &[i64]) -> Result<(), RegistryError> {
        let returned = Returned { on: 20_260_520, reason: "1".to_owned(), by: "s1001".to_owned(), at: 0 };
        residents.iter().try_for_each(|id| add(tx, *id, &returned))
    }

    /// An officer has looked into all of them.
    pub(crate) fn clear_of(tx: &mut Tx, residents: &[i64]) -> Result<(), RegistryError> {
        let of = returned_mail::table.filter(returned_mail::resident.eq_any(residents.to_vec())).select(returned_mail::id);
        let ids: Vec<i64> = of.load(tx)?;
        set_cleared(tx, &ids, "s1001", MailChange::Clear(1)).map(drop)
    }
}
