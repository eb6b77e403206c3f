//! The Cedar schema: the fixed part from its file, roles, purposes, zones and actions from their tables.

use vocabulary::Purpose;

use crate::{Action, CallerKind, ROLES, Zone};

const FIXED: &str = include_str!("../../policies/schema.cedarschema");

/// The schema's text for these actions.
pub(super) fn text(actions: &[Action]) -> String {
    let quoted = |words: &mut dyn Iterator<Item = &'static str>| words.map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ");
    let mut text = FIXED.to_owned();
    text += &format!("\nentity Role enum [{}];\n", quoted(&mut ROLES.iter().map(|role| role.name)));
    text += &format!("entity Purpose enum [{}];\n", quoted(&mut Purpose::ALL.iter().map(|purpose| purpose.as_str())));
    text += &format!("entity Zone enum [{}];\n", quoted(&mut Zone::ALL.iter().map(|zone| zone.as_str())));
    let principals = CallerKind::ALL.map(CallerKind::entity_type).join(", ");
    for action in actions {
        let name = action.name();
        text += &format!("action {name:?} appliesTo {{ principal: [{principals}], resource: [Room], context: Asked }};\n");
    }
    text
}
