//! The pieces that pages are made of. Each is a function that takes plain values and gives [`Html`].

mod banner;
mod button;
mod description;
mod field;
mod form;
mod list;
mod pagination;
mod review;
mod statistics;
mod steps;
mod table;
mod text;
mod work_list;

pub use banner::{Banner, Tone, banner, chip};
pub use button::{Button, Emphasis, button_link, buttons, post_button};
pub use description::description_list;
pub use field::{Choice, Field, Input};
pub use form::{Form, Method, form, search};
pub use list::{Card, cards, disclosure, empty, link_list};
pub use pagination::{Pagination, pagination};
pub use review::{Approval, Review, ReviewLine, approval, review, undo};
pub use statistics::{Statistic, figures, progress, statistics};
pub use steps::{Step, StepState, steps};
pub use table::{Align, Column, Table, table};
pub use text::{code, heading, lead, link, number, paragraph, section, subheading};
pub use work_list::{Bulk, BulkAct, Filter, SortColumn, Sorted, WorkList, WorkRow, work_list};
