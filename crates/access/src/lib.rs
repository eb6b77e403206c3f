//! Who asks, and may they: accounts, sessions, tokens, [`Caller`] and Cedar policies.
//!
//! A [`Caller`] is made only here: from a session, from a peer's certificate, from the operator's command line. It is never made from what
//! a request says about itself. [`Policies`] decides what a caller may do; a system ships its actions and its `policies.cedar`, and what no
//! policy permits is denied.
//!
//! To add an action: a line of [`actions!`] beside its route, and a `permit` in the system's `policies.cedar`; the schema, the matrix of
//! permissions, OpenAPI and the words of the record of use are made of that line. An action that no policy permits, or a policy that names an unknown action, role or
//! purpose, refuses to load. To add a role: one line in `roles.rs`.

mod accounts;
mod action;
mod caller;
mod clients;
mod password;
mod policies;
mod roles;
mod sessions;

pub use accounts::{AccountError, AccountLine, AccountRules, Accounts, NewAccount, RoleLine, count_enabled, folded_id};
pub use action::{Action, Zone};
pub use caller::{Caller, CallerKind, KeptCaller};
pub use clients::{AccessToken, ClientError, ClientSecret, Clients, Introspection, Registered, Scope, ScopeError};
pub use password::{Hasher, HasherError, Lane, Password, PasswordRules, Turn, Weakness};
pub use policies::{Decision, Explanation, Policies, PoliciesError, PolicyTexts, ResourceRef, SystemPolicies, permissions_txt};
pub use roles::{ROLES, Role, RoleSet, UnknownRole};
pub use sessions::{EndedSession, Locked, LogIn, Origin, PastSession, Refusal, Resumed, Session, SessionToken, Terminal};

#[doc(hidden)]
pub use vocabulary::Purpose;

/// The tables of accounts, sessions, clients and tokens, for the room that is to have them.
pub const MIGRATIONS: store::Migrations = store::migrations!("access", "0001_accounts", "0002_clients");

/// What the columns of those tables are; for `store::columns::compare`.
pub const COLUMNS: &str = include_str!("../columns.toml");
