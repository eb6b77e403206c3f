//! The office: the floor of the staff's pages, the same for every system. It holds log-in and log-out, the screen lock, the password, accounts,
//! the record of use, the frame and its menu; a system adds its own pages.
//!
//! A system declares a [`System`] (name, title, actions), adds `policies!` to its policies and `OFFICE.actions.all()` to its actions, and hands
//! its pages to [`Office::serve`]. The menu is made of the pages that were registered with [`Routes::listed`] and that the caller may open.
//! Handlers take a [`Visit`], or a [`Sent`] for a form: the session's word is checked before the form is read. They end in
//! [`Office::framed`].

mod accounts;
mod actions;
mod asset;
mod choices;
mod device;
mod floor;
mod form;
mod frame;
mod home;
mod jobs;
mod kept;
pub mod list;
mod lock;
mod log_in;
mod log_out;
mod messages;
mod password;
mod purpose;
mod record_words;
mod refused;
mod routes;
mod sessions;
mod start;
#[doc(hidden)]
pub mod testing;
mod undo;
mod upkeep;
mod uses;
mod visit;
pub mod words;
mod work_words;

pub use access::{Action, Purpose};
pub use actions::Actions;
pub use asset::asset;
pub use choices::Chosen;
pub use floor::{Office, System};
pub use form::{Fields, Sent};
pub use frame::instant;
pub use purpose::purpose_word;
pub use record_words::RecordWords;
pub use refused::{OfficeError, is_told};
pub use routes::Routes;
pub use undo::{NOT_UNDONE, Touched};
pub use uses::table as table_of_uses;
pub use visit::{Guest, Reader, Visit, see_other};
pub use work_words::{FieldWords, KindWords, WorkWords};

/// Paths of the pages that every system has; those of the systems' features stand beside their routes.
pub mod path {
    /// The home page.
    pub const HOME: &str = "/";
    /// The accounts.
    pub const ACCOUNTS: &str = "/accounts";
    /// The record of use.
    pub const USES: &str = "/uses";
    pub(crate) const LOG_IN: &str = "/login";
    pub(crate) const LOG_OUT: &str = "/logout";
    pub(crate) const LOCK: &str = "/lock";
    pub(crate) const PASSWORD: &str = "/password";
}
