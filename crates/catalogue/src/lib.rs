//! The city's business as data: record types and their items, code tables, screening programmes, hub templates and the permission list,
//! read from the TOML files of `catalogue/` (built in, or overridden from a directory) and checked as a whole before anything uses them.
//!
//! To add a screening programme: one file in `catalogue/programmes/`. To add a record type, a code table or a template: one file in the
//! folder of that name. Nothing is listed anywhere else; [`Catalogue::built_in`] finds it, and refuses it with file and key when it does
//! not fit the rest.

mod catalogue;
mod check;
mod codes;
mod files;
mod findings;
mod load;
mod national;
mod permission;
mod programme;
mod record;
mod template;
mod trust;

pub use catalogue::Catalogue;
pub use codes::{Code, CodeTable};
pub use findings::{CatalogueError, Finding};
pub use national::{NationalCategory, NationalItem, NationalKind, NationalValue, Section};
pub use permission::{Business, Content, ContentSource, Contents, Information, PermissionList, PermissionRow};
pub use programme::{
    AgeRange, Ages, Circumstances, Condition, Examination, Exempt, ExemptWhen, Fact, Fees, FollowUp, Interval, IntervalScope, Programme,
    ResultSource, SexRule,
};
pub use record::{Combine, Item, ItemProblem, Kind, National, Problem, Record, Stage, Value};
pub use template::{Notice, Practitioner, PractitionerItem, PurposeText, Question, Template, Variant};
pub use trust::Trust;
