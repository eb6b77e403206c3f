//! The private PostgreSQL that tests and the demonstration use: `cargo xtask db`, `cargo xtask db --stop`.
//!
//! The cluster belongs to this checkout. Its address is in `target/postgres/url` (mode 0600, with the password of a role that is not a
//! superuser but may create roles and databases, as the login role of a deployment may). PostgreSQL refuses to run as root, so under root it
//! runs as `postgres` or `nobody`, and lives under `/var/tmp` when that user cannot reach `target`.

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

/// Role and database of the tests.
const NAME: &str = "kenshin";
/// A socket path longer than this does not fit into `sockaddr_un`.
const LONGEST_SOCKET: usize = 80;

/// Finds, installs, creates and starts what is missing; returns the URL, which is also in `target/postgres/url`.
pub(crate) fn ensure(root: &Path) -> Result<String> {
    let home = root.join("target/postgres");
    fs::create_dir_all(&home).with_context(|| format!("cannot create {}", home.display()))?;
    let lock = fs::File::create(home.join("lock"))?;
    lock.lock().context("cannot lock target/postgres/lock")?;
    let cluster = Cluster::find(root)?;
    fs::write(home.join("log"), cluster.log())?;
    let url = home.join("url");
    if cluster.answers()
        && let Ok(known) = fs::read_to_string(&url)
        && cluster.port().is_some_and(|port| known.contains(&format!(":{port}/")))
    {
        return Ok(known.trim().to_owned());
    }
    cluster.create()?;
    let port = cluster.start()?;
    let password = cluster.prepare(port)?;
    let text = format!("postgres://{NAME}:{password}@127.0.0.1:{port}/{NAME}");
    fs::write(&url, "")?;
    fs::set_permissions(&url, fs::Permissions::from_mode(0o600))?;
    fs::write(&url, &text)?;
    Ok(text)
}

/// Stops the private PostgreSQL when it runs.
pub(crate) fn stop(root: &Path) -> Result<()> {
    let cluster = Cluster::find(root)?;
    if cluster.port().is_some() {
        cluster.run("pg_ctl", &["stop", "-m", "fast", "-w", "-D", &cluster.data()])?;
    }
    let url = root.join("target/postgres/url");
    if url.exists() {
        fs::remove_file(url)?;
    }
    Ok(())
}

/// One cluster: where its programs are, where it lives, as whom it runs.
struct Cluster {
    programs: PathBuf,
    place: PathBuf,
    /// Set when this process is root.
    user: Option<String>,
}

impl Cluster {
    fn find(root: &Path) -> Result<Self> {
        let user = if is_root()? { Some(unprivileged()?) } else { None };
        let place = place(root, user.as_deref())?;
        let wanted = fs::read_to_string(place.join("data/PG_VERSION")).ok();
        let programs = match programs(wanted.as_deref().map(str::trim)) {
            Some(found) => found,
            None => {
                install()?;
                programs(None).context("the package postgresql is installed, yet /usr/lib/postgresql/*/bin/initdb is not there")?
            }
        };
        Ok(Self { programs, place, user })
    }

    fn data(&self) -> String {
        self.place.join("data").display().to_string()
    }

    /// Where the server writes its log; tests look into it by `target/postgres/log`, which holds this path.
    fn log(&self) -> String {
        self.place.join("log").display().to_string()
    }

    /// A command as the user the cluster runs as, which inherits nothing that could point it elsewhere.
    fn command(&self, program: &str) -> Command {
        let path = self.programs.join(program);
        let mut command = match &self.user {
            None => Command::new(path),
            Some(user) => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid", user, "--regid", &group_of(user), "--clear-groups", "--"]).arg(path);
                command
            }
        };
        for name in ["PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGPASSWORD", "PGSERVICE", "PGDATA", "PGOPTIONS"] {
            command.env_remove(name);
        }
        command.env("LC_ALL", "C").current_dir("/").stdin(Stdio::null());
        command
    }

    fn run(&self, program: &str, args: &[&str]) -> Result<String> {
        let output = self.command(program).args(args).output().with_context(|| format!("cannot run {program}"))?;
        ensure!(output.status.success(), "{program} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// The port of the running server by its pid file; `None` when there is none, or when it is of a server that is gone.
    fn port(&self) -> Option<u16> {
        let text = fs::read_to_string(self.place.join("data/postmaster.pid")).ok()?;
        let mut lines = text.lines();
        let pid = lines.next()?.trim();
        // The number may be another program's by now, or that of a dead server whose parent has not asked after it.
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let says = |field: &str| status.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_default().trim();
        if !says("Name:").starts_with("postgres") || says("State:").starts_with('Z') {
            return None;
        }
        lines.nth(2)?.trim().parse().ok()
    }

    fn answers(&self) -> bool {
        let Some(port) = self.port() else { return false };
        self.command("pg_isready").args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]).status().is_ok_and(|status| status.success())
    }

    fn create(&self) -> Result<()> {
        if self.place.join("data/PG_VERSION").exists() {
            return Ok(());
        }
        self.run(
            "initdb",
            &[
                "-D",
                &self.data(),
                "-U",
                "postgres",
                "-E",
                "UTF8",
                "--locale=C",
                "--auth-local=peer",
                "--auth-host=scram-sha-256",
                "--no-sync",
            ],
        )?;
        let data = self.place.join("data");
        // The superuser is reached over the socket alone, by whoever the cluster runs as, and by root on behalf of them.
        let runner = self.user.clone().map_or_else(own_name, Ok)?;
        fs::write(data.join("pg_hba.conf"), "local all postgres peer map=owner\nhost all all 127.0.0.1/32 scram-sha-256\n")?;
        fs::write(data.join("pg_ident.conf"), format!("owner {runner} postgres\n"))?;
        let sockets = self.place.display();
        let mut more = String::new();
        for line in [
            "listen_addresses = '127.0.0.1'",
            "max_connections = 600",
            "shared_buffers = '256MB'",
            "max_wal_size = '4GB'",
            "max_locks_per_transaction = 256",
            // A test database is thrown away, a crash of the machine may take it; a crash of the server may not.
            "fsync = off",
            "full_page_writes = off",
            "autovacuum_naptime = '15s'",
            // As in production: the detail of an error can hold a value, and messages are told apart in English.
            "log_error_verbosity = terse",
            "lc_messages = 'C'",
            "log_parameter_max_length = 0",
            "log_parameter_max_length_on_error = 0",
        ] {
            writeln!(more, "{line}")?;
        }
        writeln!(more, "unix_socket_directories = '{sockets}'")?;
        let conf = data.join("postgresql.conf");
        let mut text = fs::read_to_string(&conf)?;
        text.push_str(&more);
        fs::write(conf, text)?;
        Ok(())
    }

    fn start(&self) -> Result<u16> {
        if let Some(port) = self.port() {
            if self.answers() {
                return Ok(port);
            }
            self.run("pg_ctl", &["stop", "-m", "fast", "-w", "-D", &self.data()])?;
        }
        let stale = self.place.join("data/postmaster.pid");
        if stale.exists() {
            fs::remove_file(&stale)?;
        }
        let log = self.log();
        // Another program may take the port between the question and the start; then ask for another one.
        let mut last = None;
        for _ in 0..3 {
            let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
            match self.run("pg_ctl", &["start", "-s", "-w", "-t", "600", "-D", &self.data(), "-l", &log, "-o", &format!("-p {port}")]) {
                Ok(_) => return Ok(port),
                Err(error) => last = Some(error),
            }
        }
        let tail: Vec<String> = fs::read_to_string(&log).unwrap_or_default().lines().rev().take(5).map(str::to_owned).collect();
        bail!(
            "PostgreSQL does not start: {}\n{}",
            last.map(|e| e.to_string()).unwrap_or_default(),
            tail.into_iter().rev().collect::<Vec<_>>().join("\n")
        )
    }

    /// Creates the login role and its database, or gives the role a new password.
    fn prepare(&self, port: u16) -> Result<String> {
        let password = random_hex()?;
        let sql = |text: &str| {
            let socket = self.place.display().to_string();
            self.run(
                "psql",
                &[
                    "-X",
                    "-q",
                    "-A",
                    "-t",
                    "-v",
                    "ON_ERROR_STOP=1",
                    "-h",
                    &socket,
                    "-p",
                    &port.to_string(),
                    "-U",
                    "postgres",
                    "-d",
                    "postgres",
                    "-c",
                    text,
                ],
            )
        };
        if sql(&format!("SELECT 1 FROM pg_roles WHERE rolname = '{NAME}'"))?.is_empty() {
            sql(&format!("CREATE ROLE {NAME} LOGIN NOINHERIT CREATEROLE CREATEDB"))?;
        }
        sql(&format!("ALTER ROLE {NAME} PASSWORD '{password}'"))?;
        if sql(&format!("SELECT 1 FROM pg_database WHERE datname = '{NAME}'"))?.is_empty() {
            sql(&format!("CREATE DATABASE {NAME} OWNER {NAME}"))?;
        }
        Ok(password)
    }
}

/// The newest set of programs, or the one that `version` asks for.
fn programs(version: Option<&str>) -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, path)| path.join("initdb").exists())
        .collect();
    found.sort();
    match version {
        Some(version) => found.into_iter().find(|(number, _)| number.to_string() == version).map(|(_, path)| path),
        None => found.pop().map(|(_, path)| path),
    }
}

fn install() -> Result<()> {
    let sudo: &[&str] = if is_root()? { &[] } else { &["sudo"] };
    for step in [&["apt-get", "update", "-q"][..], &["apt-get", "install", "-q", "-y", "--no-install-recommends", "postgresql"][..]] {
        let words: Vec<&str> = sudo.iter().chain(step).copied().collect();
        say(&format!("PostgreSQL is not installed; running: {}", words.join(" ")));
        let Some((program, args)) = words.split_first() else { continue };
        let status = Command::new(program).args(args).env("DEBIAN_FRONTEND", "noninteractive").status();
        ensure!(status.is_ok_and(|status| status.success()), "cannot install PostgreSQL: install the package `postgresql` by hand");
    }
    Ok(())
}

/// Where the cluster lives: `target/postgres` when its user can reach it, else a folder of its own under `/var/tmp`.
fn place(root: &Path, user: Option<&str>) -> Result<PathBuf> {
    let near = root.join("target/postgres/cluster");
    let far = PathBuf::from(format!("/var/tmp/{NAME}-postgres-{:016x}", fingerprint(&root.display().to_string())));
    let Some(user) = user else {
        let place = if near.as_os_str().len() < LONGEST_SOCKET { near } else { far };
        fs::create_dir_all(&place)?;
        fs::set_permissions(&place, fs::Permissions::from_mode(0o700))?;
        return Ok(place);
    };
    for place in [near, far] {
        if place.as_os_str().len() >= LONGEST_SOCKET {
            continue;
        }
        fs::create_dir_all(&place)?;
        fs::set_permissions(&place, fs::Permissions::from_mode(0o700))?;
        let owner = format!("{user}:{}", group_of(user));
        ensure!(Command::new("chown").arg(&owner).arg(&place).status()?.success(), "cannot give {} to {user}", place.display());
        let reachable = Command::new("setpriv")
            .args(["--reuid", user, "--regid", &group_of(user), "--clear-groups", "--", "test", "-w"])
            .arg(&place)
            .current_dir("/")
            .stderr(Stdio::null())
            .status()?;
        if reachable.success() {
            return Ok(place);
        }
        fs::remove_dir(&place)?;
    }
    bail!("found no folder for PostgreSQL that {user} can reach")
}

/// FNV-1a: a name for the checkout, not a secret.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn is_root() -> Result<bool> {
    Ok(fs::metadata("/proc/self").context("/proc is not there")?.uid() == 0)
}

fn accounts() -> Result<Vec<(String, String, String)>> {
    let text = fs::read_to_string("/etc/passwd")?;
    let row = |line: &str| {
        let mut cells = line.split(':').map(str::to_owned);
        Some((cells.next()?, cells.nth(1)?, cells.next()?))
    };
    Ok(text.lines().filter_map(row).collect())
}

fn unprivileged() -> Result<String> {
    let known = accounts()?;
    let found = ["postgres", "nobody"].into_iter().find(|name| known.iter().any(|(account, ..)| account == name));
    Ok(found.context("neither the account postgres nor nobody exists, and PostgreSQL does not run as root")?.to_owned())
}

fn group_of(user: &str) -> String {
    let known = accounts().unwrap_or_default();
    known.into_iter().find(|(account, ..)| account == user).map_or_else(|| "65534".to_owned(), |(_, _, group)| group)
}

fn own_name() -> Result<String> {
    let uid = fs::metadata("/proc/self")?.uid().to_string();
    let found = accounts()?.into_iter().find(|(_, number, _)| *number == uid);
    Ok(found.with_context(|| format!("/etc/passwd does not know user {uid}"))?.0)
}

fn random_hex() -> Result<String> {
    let mut bytes = [0_u8; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn say(text: &str) {
    use std::io::Write as _;
    // A line that nobody can read is no reason to stop.
    let _ = writeln!(std::io::stderr(), "{text}");
}
