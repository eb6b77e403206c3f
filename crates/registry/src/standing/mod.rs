//! 住民か否か、知らせてよいか: who is a resident on a day, and who may be told something now.
//!
//! The rule of residence is [`eligibility::Standing::on`]; here it is given what the room knows: the last row of the register, and the periods
//! of those who came back. [`resident_on`] says the same as a filter, for counts. Whoever sends anything to a person takes [`Addressee`]s.

mod addressee;
mod former;
pub(crate) mod table;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use eligibility::{FormerPeriod, Removal, ResidentClass, Standing};
use store::{MultiBackend, Tx};
use vocabulary::{Date, Sex, day};

pub(crate) use addressee::{Addressee, Addressees, Means, Withheld};
pub(crate) use former::keep_former_periods;

use crate::RegistryError;
use crate::residents::table::{not_removed, resident};
use table::former_residence;

/// The columns of a resident that standing is read from.
#[derive(Queryable, Selectable, Clone, Copy)]
#[diesel(table_name = resident)]
pub(crate) struct StandingRow {
    sex: i16,
    birth: i32,
    class: i16,
    since: i32,
    until: i32,
    removal: i16,
}

impl StandingRow {
    /// Standing of a stored row with the periods before it; 0 is "not known".
    pub(crate) fn standing(&self, former: Vec<FormerPeriod>) -> Standing {
        Standing {
            birth: known(self.birth),
            sex: Sex::from_code(self.sex).unwrap_or_default(),
            class: ResidentClass::from_code(self.class).unwrap_or_default(),
            from: known(self.since),
            to: known(self.until),
            removal: Removal::from_code(self.removal),
            former,
        }
    }
}

/// Former periods by the id of the resident, each person's the earliest first.
pub(crate) type FormerPeriods = HashMap<i64, Vec<FormerPeriod>>;

/// Resident, since, until, removal.
type FormerRow = (i64, i32, i32, i16);

/// The former periods of everybody who came back, or of these residents.
pub(crate) fn former_periods(tx: &mut Tx, of: Option<&[i64]>) -> Result<FormerPeriods, RegistryError> {
    let mut query = former_residence::table.order((former_residence::resident, former_residence::until)).into_boxed();
    if let Some(residents) = of {
        query = query.filter(former_residence::resident.eq_any(residents.to_vec()));
    }
    let mut periods = FormerPeriods::new();
    for (resident, since, until, removal) in query.select(former_residence::all_columns).load::<FormerRow>(tx)? {
        let period = FormerPeriod { from: known(since), to: until, removal: Removal::from_code(removal) };
        periods.entry(resident).or_default().push(period);
    }
    Ok(periods)
}

/// The rows of those who are residents on a day: what [`Standing::on`] says, as a filter.
pub(crate) fn resident_on(on: Date) -> Box<dyn BoxableExpression<resident::table, MultiBackend, SqlType = Bool>> {
    let on = day::to_number(on);
    let not_left = resident::until.gt(on).or(resident::until.eq(0).and(not_removed()));
    let before = former_residence::table
        .filter(former_residence::resident.eq(resident::id).and(former_residence::since.le(on)).and(former_residence::until.gt(on)));
    let lived_here = resident::since.le(on).and(not_left).or(exists(before));
    Box::new(resident::class.ne(ResidentClass::OUTSIDE).and(resident::birth.le(on)).and(lived_here))
}

fn known(day: i32) -> Option<i32> {
    (day != 0).then_some(day)
}
