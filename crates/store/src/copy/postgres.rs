//! PostgreSQL's own tools, driven: `pg_dump` of one schema in the snapshot of our transaction, and `pg_restore`.

use std::io::{self, ErrorKind, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

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
    let (mut running, told) = start(tool, "pg_dump")?;
    let copied = running.stdout.take().map_or(Ok(0), |mut from| io::copy(&mut from, to));
    end(running, told, "pg_dump", copied)
}

pub(super) fn copy_in(url: &str, room: &RoomName, from: &mut dyn Read) -> Result<(), CopyError> {
    let mut tool = tool("pg_restore", url, room)?;
    tool.args(["--no-owner", "--no-privileges", "--no-password", "--exit-on-error", "--single-transaction"]);
    tool.stdin(Stdio::piped()).stdout(Stdio::null());
    let (mut running, told) = start(tool, "pg_restore")?;
    // Its standard input ends with this statement.
    let copied = running.stdin.take().map_or(Ok(0), |mut to| io::copy(from, &mut to));
    end(running, told, "pg_restore", copied)
}

/// What of our environment the tools get: nothing else, which may hold the passphrase of a master key or name another server.
const HEARD: [&str; 3] = ["PATH", "HOME", "PGPASSFILE"];

/// As the room's own role, in its schema. The password is in nobody's list of processes.
fn tool(name: &'static str, url: &str, room: &RoomName) -> Result<Command, CopyError> {
    let (url, password) = without_password(url)?;
    let mut tool = Command::new(name);
    tool.env_clear().env("PGAPPNAME", "kenshin").env("LC_ALL", "C");
    tool.envs(HEARD.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    if let Some(password) = password {
        tool.env("PGPASSWORD", password);
    }
    tool.arg(format!("--dbname={url}")).arg(format!("--role={room}")).arg(format!("--schema={room}"));
    Ok(tool)
}

/// Starts it → it, and what it says, which is read meanwhile: a tool that says much must not wait for us.
fn start(mut tool: Command, name: &'static str) -> Result<(Child, Option<JoinHandle<String>>), CopyError> {
    let mut running = tool.stderr(Stdio::piped()).spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::PermissionDenied => CopyError::NoTool(name),
        _ => CopyError::Bytes(error),
    })?;
    let told = running.stderr.take().map(|from| thread::spawn(move || said(from)));
    Ok((running, told))
}

fn said(mut from: impl Read) -> String {
    let mut told = Vec::new();
    // What cannot be read is not told.
    let _ = from.by_ref().take(65_536).read_to_end(&mut told);
    let _ = io::copy(&mut from, &mut io::sink());
    String::from_utf8_lossy(&told).into_owned()
}

/// Waits for the end. Of what the tool says little is told: it quotes values of refused rows.
fn end(mut running: Child, told: Option<JoinHandle<String>>, name: &'static str, copied: io::Result<u64>) -> Result<(), CopyError> {
    if copied.is_err() {
        // Ours is what failed, or its pipe broke: nothing more is written or read.
        let _ = running.kill();
    }
    let is_done = running.wait()?.success();
    let told = told.and_then(|told| told.join().ok()).unwrap_or_default();
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
