//! What a deployment is made of: the kinds of party that can be served, and where its rooms, keys, certificates and files are.

mod place;
pub mod systems;

pub use place::{Place, SettingFile};
