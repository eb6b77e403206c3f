//! PostgreSQL's own tools, driven: `pg_dump` of one schema in the snapshot of our transaction, and `pg_restore`.

use std::io::{self, ErrorKind, Read, Write};
use std::process::{Child, Command, Stdio};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use super::CopyError;
use crate::postgres::without_password;
use crate::{RoomName, StoreError, Tx};

#[derive(QueryableByName)]
struct Snapshot {
    #[diesel(sql_type = Text)]
    id: String,
}

pub(super) fn copy_out(tx: &mut Tx, url: &str, room: &RoomName, to: &mut dyn Write) -> Result<(), CopyError> {
    let Snapshot { id } = sql_query("SELECT pg_export_snapshot() AS id").get_result(tx)?;
    let mut tool = tool("pg_dump", url, room)?;
    tool.args(["--format=custom", "--no-password"]).arg(format!("--snapshot={id}")).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut running = start(tool, "pg_dump")?;
    let copied = running.stdout.take().map_or(Ok(0), |mut from| io::copy(&mut from, to));
    end(running, "pg_dump", copied)
}

pub(super) fn copy_in(url: &str, room: &RoomName, from: &mut dyn Read) -> Result<(), CopyError> {
    let mut tool = tool("pg_restore", url, room)?;
    tool.args(["--no-owner", "--no-privileges", "--no-password", "--exit-on-error", "--single-transaction"]);
    tool.stdin(Stdio::piped()).stdout(Stdio::null());
    let mut running = start(tool, "pg_restore")?;
    // Its standard input ends with this statement.
    let copied = running.stdin.take().map_or(Ok(0), |mut to| io::copy(from, &mut to));
    end(running, "pg_restore", copied)
}

/// As the room's own role, in its schema. The password is in nobody's list of processes; what the environment says of other servers is not heard.
fn tool(name: &'static str, url: &str, room: &RoomName) -> Result<Command, CopyError> {
    let (url, password) = without_password(url)?;
    let mut tool = Command::new(name);
    for (said, _) in
        std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(|name| name.starts_with("PG") && name != "PGPASSFILE"))
    {
        tool.env_remove(said);
    }
    tool.env("PGAPPNAME", "kenshin").env("LC_ALL", "C");
    if let Some(password) = password {
        tool.env("PGPASSWORD", password);
    }
    tool.arg(format!("--dbname={url}")).arg(format!("--role={room}")).arg(format!("--schema={room}"));
    Ok(tool)
}

fn start(mut tool: Command, name: &'static str) -> Result<Child, CopyError> {
    tool.stderr(Stdio::piped()).spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::PermissionDenied => CopyError::NoTool(name),
        _ => CopyError::Bytes(error),
    })
}

/// Waits for the end. Of what the tool says little is told: it quotes values of refused rows.
fn end(mut running: Child, name: &'static str, copied: io::Result<u64>) -> Result<(), CopyError> {
    let mut told = String::new();
    if copied.is_err() {
        // Ours is what failed, or its pipe broke: nothing more is written or read.
        let _ = running.kill();
    }
    if let Some(from) = running.stderr.take() {
        let _ = from.take(65_536).read_to_string(&mut told);
    }
    let is_done = running.wait()?.success();
    match copied {
        Ok(_) if is_done => Ok(()),
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Err(CopyError::Tool(name, meaning(&told))),
    }
}

fn meaning(told: &str) -> &'static str {
    let known = [
        ("version mismatch", "it is older than the server"),
        ("unsupported version", "it is older than the one that wrote the backup"),
        ("password", "the server does not let it in"),
        ("permission denied", "the login lacks a right"),
        ("connection to server", "it does not reach the server"),
        ("No space left", "the disk is full"),
    ];
    known.iter().find(|(said, _)| told.contains(said)).map_or("the server's log says why", |(_, means)| means)
}

pub(super) fn drop_schema(tx: &mut Tx, room: &RoomName) -> Result<(), StoreError> {
    Ok(tx.batch_execute(&format!("DROP SCHEMA \"{room}\" CASCADE"))?)
}
