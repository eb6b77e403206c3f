//! Where people live: the fictional cities, their towns, and the ways an address is written.

mod home;
mod spelling;
mod town;

pub use home::Home;
pub(crate) use home::{elsewhere, home};
pub use spelling::Spelling;

use vocabulary::MunicipalityCode;

/// The prefecture of all fictional cities; there is none of this name.
pub const PREFECTURE: &str = "みほん県";

/// The name of a fictional city.
pub fn city_name(municipality: MunicipalityCode) -> &'static str {
    match municipality.as_str() {
        crate::FIRST_CITY => "みほん市",
        crate::SECOND_CITY => "となり市",
        _ => "架空市",
    }
}
