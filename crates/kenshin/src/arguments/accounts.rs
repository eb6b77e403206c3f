//! What is asked of the accounts of a system's staff.

use clap::{Args, Subcommand};

use super::SystemRoom;

/// `kenshin accounts …`
#[derive(Debug, Subcommand)]
pub enum Accounts {
    /// The accounts of a system's pages: who, which roles, whether they can log in today
    List(AccountList),
    /// A new one-time password for an account whose own is lost or was used up; ends its sessions and opens its lock
    Reissue(OneAccount),
}

/// `kenshin accounts list`
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  kenshin accounts list --municipality 991015\n  kenshin accounts list --system relay --municipality 991015"
)]
pub struct AccountList {
    #[command(flatten)]
    pub room: SystemRoom,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin accounts reissue`
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  kenshin accounts reissue --municipality 991015 admin\n\nThe password is shown once. The act is in the record of use."
)]
pub struct OneAccount {
    #[command(flatten)]
    pub room: SystemRoom,
    /// What the person logs in with
    pub id: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
