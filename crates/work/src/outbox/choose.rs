//! Which messages go next to a peer, and in which requests.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use vocabulary::Id128;

use super::table::{id128, outbox, state};
use super::{Outbox, OutboxError, moves};

/// Messages looked at together.
const WINDOW: i64 = 2_000;
/// Requests chosen together.
const REQUESTS: usize = 64;

/// A message's subject as it is stored.
pub(super) type Subject = Vec<u8>;

/// A request that is to be sent: whatever bears its key.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) kind: String,
    pub(super) key: Id128,
    pub(super) subjects: Vec<Subject>,
    /// Messages of it that do not bear its key yet.
    unmarked: Vec<i64>,
}

/// Id, kind, subject, own key, the key of the request it goes in.
type Row = (i64, String, Subject, Vec<u8>, Option<Vec<u8>>);

impl Outbox {
    /// The next requests to a peer, past all messages of the subjects that are under way; they bear their keys when this returns.
    /// `most` is how many messages of a kind go in one request; kinds that are not in it wait for a program that knows them.
    pub(super) async fn choose(
        &self,
        peer: &str,
        busy: &HashSet<Subject>,
        most: &HashMap<&'static str, usize>,
    ) -> Result<Vec<Chosen>, OutboxError> {
        let (peer, busy, kinds) = (peer.to_owned(), Vec::from_iter(busy.iter().cloned()), Vec::from_iter(most.keys().copied()));
        let rows = self.look(move |tx| {
            let waiting = outbox::state.eq(state::WAITING).and(outbox::peer.eq(peer)).and(outbox::kind.eq_any(kinds));
            let free = outbox::table.filter(waiting.and(outbox::subject.ne_all(busy))).order(outbox::id).limit(WINDOW);
            let columns = (outbox::id, outbox::kind, outbox::subject, outbox::request_key, outbox::sent_as);
            Ok::<Vec<Row>, OutboxError>(free.select(columns).load(tx)?)
        });
        let (chosen, damaged) = group(rows.await?, most, || self.0.entropy.id128());
        self.bury_damaged(damaged).await?;
        let unmarked: Vec<(Id128, Vec<i64>)> =
            chosen.iter().filter(|chosen| !chosen.unmarked.is_empty()).map(|chosen| (chosen.key, chosen.unmarked.clone())).collect();
        if !unmarked.is_empty() {
            let marked = self.0.room.maintain(move |tx| {
                for (key, ids) in unmarked {
                    moves::put_into(tx, &ids, key)?;
                }
                Ok::<_, OutboxError>(())
            });
            marked.await?;
        }
        Ok(chosen)
    }
}

/// What was sent before goes as it went; the others in the order in which they were enqueued, as many of a kind together as go together. A
/// message whose subject goes in another request waits for it. Second are the messages whose keys cannot be read.
fn group(rows: Vec<Row>, most: &HashMap<&'static str, usize>, mut new_key: impl FnMut() -> Id128) -> (Vec<Chosen>, Vec<i64>) {
    let mut chosen: Vec<Chosen> = Vec::new();
    let mut damaged: Vec<i64> = Vec::new();
    let mut by_key: HashMap<Id128, usize> = HashMap::new();
    let mut growing: HashMap<String, usize> = HashMap::new();
    let mut of_subject: HashMap<Subject, usize> = HashMap::new();
    for (id, kind, subject, own, sent_as) in rows {
        let (Ok(own), Ok(sent_as)) = (id128(&own), sent_as.as_deref().map(id128).transpose()) else {
            damaged.push(id);
            continue;
        };
        let most = most.get(kind.as_str()).copied().unwrap_or(1);
        let there = match &sent_as {
            Some(key) => by_key.get(key).copied(),
            None => growing.get(&kind).copied().filter(|at| chosen.get(*at).is_some_and(|request| request.unmarked.len() < most)),
        };
        let at = there.unwrap_or(chosen.len());
        if of_subject.get(&subject).is_some_and(|other| *other != at) {
            continue;
        }
        if there.is_none() {
            if chosen.len() == REQUESTS {
                // Nothing of this subject may pass it.
                of_subject.insert(subject, usize::MAX);
                continue;
            }
            let key = sent_as.unwrap_or_else(|| if most == 1 { own } else { new_key() });
            by_key.insert(key, at);
            if sent_as.is_none() {
                growing.insert(kind.clone(), at);
            }
            chosen.push(Chosen { kind, key, subjects: Vec::new(), unmarked: Vec::new() });
        }
        of_subject.insert(subject.clone(), at);
        if let Some(request) = chosen.get_mut(at) {
            request.subjects.push(subject);
            if sent_as.is_none() {
                request.unmarked.push(id);
            }
        }
    }
    (chosen, damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: i64, kind: &str, subject: u8, sent_as: Option<u8>) -> Row {
        let own = [u8::try_from(id).unwrap(); 16].to_vec();
        (id, kind.to_owned(), vec![subject; 16], own, sent_as.map(|key| vec![key; 16]))
    }

    fn grouped(rows: Vec<Row>) -> Vec<(String, u8, Vec<i64>)> {
        let mut next = 200;
        let new_key = || {
            next += 1;
            Id128::from_bytes([next; 16])
        };
        let (chosen, damaged) = group(rows, &HashMap::from([("many", 3), ("one", 1)]), new_key);
        assert!(damaged.is_empty());
        chosen.into_iter().map(|chosen| (chosen.kind, chosen.key.as_bytes()[0], chosen.unmarked)).collect()
    }

    #[test]
    fn messages_of_a_kind_go_together_up_to_their_number_and_what_was_sent_goes_as_it_went() {
        let rows = vec![
            row(1, "many", 1, Some(9)),
            row(2, "many", 2, None),
            row(3, "one", 3, None),
            row(4, "many", 4, None),
            row(5, "many", 5, Some(9)),
            row(6, "many", 6, None),
            row(7, "many", 7, None),
        ];
        let many = |key, ids: &[i64]| ("many".to_owned(), key, ids.to_vec());
        assert_eq!(grouped(rows), [many(9, &[]), many(201, &[2, 4, 6]), ("one".to_owned(), 3, vec![3]), many(202, &[7])]);
    }

    #[test]
    fn a_message_waits_for_an_earlier_one_of_its_subject_that_goes_in_another_request() {
        let rows = vec![row(1, "one", 1, None), row(2, "many", 1, None), row(3, "one", 1, None), row(4, "many", 2, None)];
        assert_eq!(grouped(rows), [("one".to_owned(), 1, vec![1]), ("many".to_owned(), 201, vec![4])]);
        let together = vec![row(1, "many", 1, None), row(2, "many", 1, None)];
        assert_eq!(grouped(together), [("many".to_owned(), 201, vec![1, 2])], "within a request the order holds");
    }

    #[test]
    fn a_message_whose_key_cannot_be_read_holds_nobody_up() {
        let (mut of_own, mut of_request) = (row(1, "one", 1, None), row(2, "one", 2, Some(9)));
        (of_own.3, of_request.4) = (vec![1; 3], Some(vec![9; 17]));
        let rows = vec![of_own, of_request, row(3, "one", 1, None)];
        let (chosen, damaged) = group(rows, &HashMap::from([("one", 1)]), || Id128::from_bytes([200; 16]));
        assert_eq!((chosen.len(), damaged), (1, vec![1, 2]));
    }

    #[test]
    fn what_finds_no_place_lets_nothing_of_its_subject_pass() {
        let mut rows: Vec<Row> = (1..=64).map(|id| row(id, "one", u8::try_from(id).unwrap(), None)).collect();
        rows.extend([row(65, "one", 100, None), row(66, "many", 100, None)]);
        assert_eq!(grouped(rows).len(), 64);
    }
}
