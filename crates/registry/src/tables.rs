//! Tables that may stand in one query.

use crate::exchange::table::{inquiry, received_replica, replica_sent};
use crate::extraction::table::{extraction, extraction_person, extraction_row};
use crate::follow_up::table::detailed_case;
use crate::hub::table::{hub_target, hub_task};
use crate::numbers::table::unified_number;
use crate::residents::table::{resident, resident_history};
use crate::results::table::{detailed_examination, examination, record_row};
use crate::returned::table::returned_mail;
use crate::standing::table::former_residence;

diesel::allow_tables_to_appear_in_same_query!(
    resident,
    resident_history,
    former_residence,
    returned_mail,
    extraction,
    extraction_person,
    extraction_row,
    record_row,
    examination,
    detailed_examination,
    detailed_case,
    unified_number,
    hub_task,
    hub_target,
    replica_sent,
    inquiry,
    received_replica,
);
