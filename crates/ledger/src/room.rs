mod enlist;

use std::ops::Range;
use std::sync::Arc;

use access::{AccountRules, Accounts, Caller, Clients, Hasher};
use store::{Migrations, RoomName, Rooms, StoreError, Tx};
use vault::{MasterKey, Vault};
use vocabulary::{Clock, Entropy};

use crate::entry::Outcome;
use crate::impersonal::Impersonal;
use crate::log::{self, Bundle, Draft, Group, Head, Log, Mark};
use crate::note::VerifierKey;
use crate::people::List;
use crate::tiles::Shelf;
use crate::{Act, LedgerError, PersonId, Record, Seen, Subject};

/// A room whose every use is recorded: the only way of a system to personal data. Cloning is cheap.
///
/// Open it once in a process and clone it: the reads of all clones share commits.
#[derive(Clone, Debug)]
pub struct Room(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    raw: store::Room,
    vault: Vault,
    clock: Arc<dyn Clock>,
    log: Arc<Log>,
    group: Arc<Group>,
    shelf: Arc<Shelf>,
}

/// How an entry comes into the log.
type Append = fn(&Log, &mut Tx, &Bundle) -> Result<Range<u64>, LedgerError>;

impl Room {
    /// [`Room::open_blocking`] from a task.
    pub async fn open(
        rooms: &Rooms,
        name: &RoomName,
        migrations: &[Migrations],
        master: Arc<dyn MasterKey>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, LedgerError> {
        let (rooms, name, migrations) = (rooms.clone(), name.clone(), migrations.to_vec());
        let opening = tokio::task::spawn_blocking(move || Self::open_blocking(&rooms, &name, &migrations, master, clock, entropy));
        opening.await.unwrap_or(Err(LedgerError::Stopped))
    }

    /// Opens a room, makes it when it is not there, and runs the migrations it lacks: the vault's, the ledger's, then those given.
    ///
    /// A room whose record is not as this system left it opens with an alarm, and may only be read: whatever has to be recorded is refused with
    /// [`LedgerError::Damaged`], reads of people too, and so is upkeep. Counts, the record itself, its proofs and the verifier answer.
    pub fn open_blocking(
        rooms: &Rooms,
        name: &RoomName,
        migrations: &[Migrations],
        master: Arc<dyn MasterKey>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, LedgerError> {
        let all: Vec<Migrations> = [vault::MIGRATIONS, crate::MIGRATIONS].into_iter().chain(migrations.iter().copied()).collect();
        let raw = rooms.room(name, &all)?;
        let mark = Mark::beside(&*master, name);
        let vault = Vault::open_blocking(&raw, master, entropy, Arc::clone(&clock))?;
        let log = Arc::new(log::open(&raw, &vault, Arc::clone(&clock), mark)?);
        let group = Group::new(raw.clone(), Arc::clone(&log));
        match log.inspect(&raw) {
            // Opened all the same: what is there can be looked at and verified, and readiness says so.
            damaged @ Err(LedgerError::Damaged(_)) => group.saw_append(&damaged),
            inspected => inspected?,
        }
        Ok(Self(Arc::new(Inner { raw, vault, clock, log, group, shelf: Arc::default() })))
    }

    /// The room's name.
    pub fn name(&self) -> &RoomName {
        self.0.raw.name()
    }

    /// The room's keys.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// The room without the record: for tests, and for what `xtask/unrecorded.txt` counts.
    pub fn raw(&self) -> &store::Room {
        &self.0.raw
    }

    /// The accounts of the staff, which are kept in the room.
    pub fn accounts(&self, rules: AccountRules, hasher: Hasher, entropy: Arc<dyn Entropy>) -> Accounts {
        Accounts::new(self.0.raw.clone(), rules, hasher, Arc::clone(&self.0.clock), entropy)
    }

    /// The programs that get tokens here.
    pub fn clients(&self, entropy: Arc<dyn Entropy>) -> Clients {
        Clients::new(self.0.raw.clone(), self.0.vault.clone(), Arc::clone(&self.0.clock), entropy)
    }

    /// Whether it is on the embedded store, where whoever reads waits for the writer with the entry.
    pub fn is_embedded(&self) -> bool {
        self.0.raw.is_embedded()
    }

    /// Whether somebody waits to write now: on the embedded store that is whoever reads, too.
    pub fn is_waited_for(&self) -> bool {
        self.0.raw.is_waited_for()
    }

    /// The room's clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    /// What the room's checkpoints are verified with; to be handed to whoever will verify.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.0.log.key
    }

    /// [`Room::see`] for one person who is known beforehand: the entry is on its way while `f` runs, and durable before the value is
    /// returned; when it cannot be written there is no value.
    pub async fn see_person<T, E, F>(&self, caller: &Caller, act: impl Into<Act>, person: PersonId<'_>, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + From<LedgerError> + Send + 'static,
    {
        let mut record = Record::new(&self.0.vault, Outcome::Read);
        record.concerns(Seen::person(person, ()).into_parts().1);
        let pending = self.0.group.submit(&record.draft(caller, act.into(), self.0.clock.now_ms())?);
        let value = self.0.raw.read(f).await;
        pending.durable().await?;
        value
    }

    /// Records what is neither a read nor a change of this room: a log-in, a refusal, an export that left. Durable when it returns.
    pub async fn event(
        &self,
        caller: &Caller,
        act: impl Into<Act>,
        outcome: Outcome,
        subject: Subject<'_>,
        note: &str,
    ) -> Result<(), LedgerError> {
        let entry = self.0.entry(caller, act.into(), outcome, subject, note)?;
        self.0.record(entry).await
    }

    /// Reads data of people who are known only once they are read: the value leaves as [`Seen`], so that it says whose it is. Its entry is
    /// durable before it is returned. Runs on a thread that may block.
    pub async fn see<T, E, F>(&self, caller: &Caller, act: impl Into<Act>, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx, &mut Record<'_>) -> Result<Seen<T>, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + From<LedgerError> + Send + 'static,
    {
        let (inner, caller, act) = (Arc::clone(&self.0), caller.clone(), act.into());
        let (value, entry) = self.0.raw.read_long(move |tx| inner.recorded(tx, &caller, act, Outcome::Read, f)).await?;
        self.0.record(entry).await?;
        Ok(value)
    }

    /// [`Room::see`] for a thread that may block.
    pub fn see_blocking<T, E>(
        &self,
        caller: &Caller,
        act: impl Into<Act>,
        f: impl FnOnce(&mut Tx, &mut Record<'_>) -> Result<Seen<T>, E>,
    ) -> Result<T, E>
    where
        E: From<StoreError> + From<LedgerError>,
    {
        let (value, entry) = self.0.raw.read_blocking(|tx| self.0.recorded(tx, caller, act.into(), Outcome::Read, f))?;
        self.0.record_blocking(&entry)?;
        Ok(value)
    }

    /// Looks for work that waits: [`Room::see`], whose entry is made when there is any. A look that finds nothing shows nobody's data, and
    /// its entries would bury the others.
    pub async fn seek<T, E, F>(&self, caller: &Caller, act: impl Into<Act>, f: F) -> Result<Vec<T>, E>
    where
        F: FnOnce(&mut Tx, &mut Record<'_>) -> Result<Seen<Vec<T>>, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + From<LedgerError> + Send + 'static,
    {
        let (inner, caller, act) = (Arc::clone(&self.0), caller.clone(), act.into());
        let (found, entry) = self.0.raw.read_long(move |tx| inner.recorded(tx, &caller, act, Outcome::Read, f)).await?;
        if !found.is_empty() {
            self.0.record(entry).await?;
        }
        Ok(found)
    }

    /// Changes data; the change, its entry and the people it concerns are one transaction.
    pub async fn change<T, E, F>(&self, caller: &Caller, act: impl Into<Act>, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx, &mut Record<'_>) -> Result<Seen<T>, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + From<LedgerError> + Send + 'static,
    {
        let (inner, caller, act) = (Arc::clone(&self.0), caller.clone(), act.into());
        self.0.raw.write(move |tx| inner.write(tx, &caller, act, Log::append, f)).await
    }

    /// [`Room::change`] also while a cosignature that is required is overdue: for what brings witnesses back.
    pub(crate) async fn change_unwitnessed<T, E, F>(&self, caller: &Caller, act: impl Into<Act>, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx, &mut Record<'_>) -> Result<Seen<T>, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + From<LedgerError> + Send + 'static,
    {
        let (inner, caller, act) = (Arc::clone(&self.0), caller.clone(), act.into());
        self.0.raw.write(move |tx| inner.write(tx, &caller, act, Log::append_unwitnessed, f)).await
    }

    /// [`Room::change`] for a thread that may block: bulk work, one entry for all of it.
    ///
    /// On the embedded store nobody reads personal data of the room while it runs, because no entry can be written: keep it short, or
    /// do it in parts.
    pub fn change_blocking<T, E>(
        &self,
        caller: &Caller,
        act: impl Into<Act>,
        f: impl FnOnce(&mut Tx, &mut Record<'_>) -> Result<Seen<T>, E>,
    ) -> Result<T, E>
    where
        E: From<StoreError> + From<LedgerError>,
    {
        self.0.raw.write_blocking(|tx| self.0.write(tx, caller, act.into(), Log::append, f))
    }

    /// Counts rows without an entry: how much waits, how much there is. Nothing leaves but what is [`Impersonal`], so nobody's data do.
    pub async fn count<N, E, F>(&self, f: F) -> Result<N, E>
    where
        F: FnOnce(&mut Tx) -> Result<N, E> + Send + 'static,
        N: Impersonal + Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.0.raw.read(f).await
    }

    /// [`Room::count`] for a thread that may block.
    pub fn count_blocking<N: Impersonal, E: From<StoreError>>(&self, f: impl FnOnce(&mut Tx) -> Result<N, E>) -> Result<N, E> {
        self.0.raw.read_blocking(f)
    }

    /// Changes what is nobody's — expired sessions, cursors, what was forgotten on time — without an entry. Nothing leaves but what is
    /// [`Impersonal`].
    pub async fn maintain<N, E, F>(&self, f: F) -> Result<N, E>
    where
        F: FnOnce(&mut Tx) -> Result<N, E> + Send + 'static,
        N: Impersonal + Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.0.group.writable()?;
        self.0.raw.write(f).await
    }

    /// No rows yet, for a bulk load into the room's database: nothing leaves by it.
    pub fn encoded<C: store::Columns>(&self, rows: usize) -> Result<store::Encoded<C>, StoreError> {
        store::Encoded::new(&self.0.raw, rows)
    }

    /// [`Room::maintain`] for a thread that may block.
    pub fn maintain_blocking<N: Impersonal, E: From<StoreError>>(&self, f: impl FnOnce(&mut Tx) -> Result<N, E>) -> Result<N, E> {
        self.0.group.writable()?;
        self.0.raw.write_blocking(f)
    }

    /// Reads the head of the record, which every room has: whether its database is there and answers, for readiness.
    pub async fn answers(&self) -> Result<(), LedgerError> {
        self.0.raw.present()?;
        self.0.raw.read(|tx| Head::read(tx).map(|_| ())).await
    }

    /// Whether the record can be written, for readiness: while it cannot, reads and writes are refused.
    pub async fn ledger_healthy(&self) -> Result<(), LedgerError> {
        self.0.group.healthy().await
    }

    /// Tries out whether the record can be written.
    pub(crate) async fn try_out(&self) -> Result<(), LedgerError> {
        self.0.group.try_out().await
    }

    /// Refuses to write while the record is damaged.
    pub(crate) fn undamaged(&self) -> Result<(), LedgerError> {
        Ok(self.0.group.undamaged()?)
    }

    pub(crate) fn shelf(&self) -> &Arc<Shelf> {
        &self.0.shelf
    }

    pub(crate) fn log(&self) -> &Arc<Log> {
        &self.0.log
    }
}

impl Inner {
    /// Makes a read's entry durable, its list of people before it.
    async fn record(self: &Arc<Self>, mut entry: Draft) -> Result<(), LedgerError> {
        if entry.people.is_some() {
            let inner = Arc::clone(self);
            let written = tokio::task::spawn_blocking(move || inner.write_people(&entry).map(|()| entry)).await;
            entry = written.unwrap_or(Err(LedgerError::Stopped))?;
        }
        self.group.submit(&entry).durable().await
    }

    fn record_blocking(&self, entry: &Draft) -> Result<(), LedgerError> {
        self.write_people(entry)?;
        self.group.submit_blocking(entry).durable_blocking()
    }

    /// Before the entry: a list without one says nothing of anybody.
    fn write_people(&self, entry: &Draft) -> Result<(), LedgerError> {
        entry.people.as_ref().map_or(Ok(()), |people| self.write_list(people))
    }

    /// In portions, so that the entries of others are not held up.
    fn write_list(&self, people: &List) -> Result<(), LedgerError> {
        self.group.writable()?;
        people.portions().try_for_each(|portion| {
            let written = self.raw.write_beside_blocking(|tx| people.write_portion(tx, portion));
            self.group.saw_append(&written);
            written
        })
    }

    fn entry(&self, caller: &Caller, act: Act, outcome: Outcome, subject: Subject<'_>, note: &str) -> Result<Draft, LedgerError> {
        let mut record = Record::new(&self.vault, outcome);
        record.about(subject);
        record.note(note);
        record.draft(caller, act, self.clock.now_ms())
    }

    /// Runs a closure and enters whom its value concerns.
    fn recorded<T, E: From<LedgerError>>(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        act: Act,
        outcome: Outcome,
        f: impl FnOnce(&mut Tx, &mut Record<'_>) -> Result<Seen<T>, E>,
    ) -> Result<(T, Draft), E> {
        let mut record = Record::new(&self.vault, outcome);
        let (value, concerned) = f(tx, &mut record)?.into_parts();
        record.concerns(concerned);
        Ok((value, record.draft(caller, act, self.clock.now_ms())?))
    }

    fn write<T, E: From<LedgerError>>(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        act: Act,
        append: Append,
        f: impl FnOnce(&mut Tx, &mut Record<'_>) -> Result<Seen<T>, E>,
    ) -> Result<T, E> {
        let (value, entry) = self.recorded(tx, caller, act, Outcome::Written, f)?;
        let appended = append(&self.log, tx, &entry.into());
        self.group.saw_append(&appended);
        appended?;
        Ok(value)
    }
}
