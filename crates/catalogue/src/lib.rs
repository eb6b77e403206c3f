//! The city's business as data: record types and their items, code tables, screening programmes, hub templates and the permission list,
//! read from the TOML files of `catalogue/`, which are built in, and from a city's folder over them; checked as a whole before anything uses
//! them. Of a city alone are its institutions, prices, offices and characters of its own, as CSV.
//!
//! To add a screening programme: one file in `programmes/`. To add a record type, a code table or a template: one file in the folder of that
//! name. Nothing is listed anywhere else; [`Catalogue::load`] finds it, and refuses it with file, line and key when it does not fit the rest.
//! What bears the id of something built in (a record type: its number) replaces it wholly.

mod catalogue;
mod changes;
mod check;
mod city;
mod codes;
mod files;
mod findings;
mod folder;
mod letter;
mod load;
mod national;
mod parse;
mod permission;
mod place;
mod programme;
mod record;
mod template;
mod trust;

pub use catalogue::{Catalogue, Holding};
pub use changes::{Change, changes};
pub use city::{Institution, Office, Price, Prices};
pub use codes::{Code, CodeTable};
pub use files::{Origin, parts};
pub use findings::{CatalogueError, Finding};
pub use folder::CityFolder;
pub use letter::{Letter, LetterText};
pub use national::{NationalCategory, NationalItem, NationalKind, NationalValue, Section};
pub use permission::{Business, Content, ContentSource, Contents, Information, PermissionList, PermissionRow};
pub use programme::{
    AgeRange, Ages, Circumstances, Condition, Examination, Exempt, ExemptWhen, Fact, Fees, FollowUp, Interval, IntervalScope, Programme,
    ResultSource, SexRule,
};
pub use record::{Combine, Item, ItemKind, ItemProblem, National, Problem, Record, Stage, Value};
pub use template::{Notice, Practitioner, PractitionerItem, PurposeText, Question, Template, Variant};
pub use trust::Trust;
