//! A number that was wrong (紐付け誤り): the own code is tied to the person of the right one. The former tie is kept, and what the relay has
//! under the wrong person's unified number is withdrawn, so that nobody is answered with another's data. Nothing follows by itself that
//! could be wrong again: the wrong person keeps number and unified number, and the right one has their own.

use diesel::prelude::*;
use store::Tx;
use vocabulary::UnifiedNumber;
use work::outbox::NewMessage;

use super::tell::Withdrawal;
use super::{own_code, own_code_former, person};
use crate::{Atena, AtenaError};

/// An own code whose number was corrected.
pub(super) struct Moved<'a> {
    pub(super) code: &'a str,
    pub(super) from: i64,
    pub(super) to: i64,
}

impl Moved<'_> {
    pub(super) fn write(&self, tx: &mut Tx, atena: &Atena, business: &str, now: i64) -> Result<(), AtenaError> {
        let tie = own_code::table.find((business, self.code));
        let since: i64 = tie.select(own_code::at).first(tx)?;
        let next: i64 = own_code_former::table.select(diesel::dsl::max(own_code_former::id)).first::<Option<i64>>(tx)?.unwrap_or(0) + 1;
        let former = (
            own_code_former::id.eq(next),
            own_code_former::business.eq(business),
            own_code_former::code.eq(self.code),
            own_code_former::person.eq(self.from),
            own_code_former::since.eq(since),
            own_code_former::until.eq(now),
        );
        diesel::insert_into(own_code_former::table).values(former).execute(tx)?;
        diesel::update(tie).set((own_code::person.eq(self.to), own_code::at.eq(now))).execute(tx)?;
        let unified: String = person::table.find(self.from).select(person::unified).first(tx)?;
        let whose = UnifiedNumber::parse(&unified).map_err(|_| wire::Damaged("a unified number"))?;
        let message = NewMessage::to(&atena.relay, whose).about(unified.as_str()).in_order_of(unified);
        Ok(atena.outbox.enqueue::<Withdrawal>(tx, [message])?)
    }
}
