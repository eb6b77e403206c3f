//! Who is this: candidates, comparison, verdict.

use crate::incoming::{Incoming, Written};
use crate::index::Kind;
use crate::judge::{COVERAGE, Candidate, Comparison, Evidence, Standing, Verdict, WORTH_A_LOOK, compare, doubt, settled};
use crate::normal::BirthLikeness;
use crate::register::Register;
use crate::resident::Resident;
use rayon::prelude::*;

/// Records that one task takes at a time.
const TASK: usize = 256;

/// Keys that settle most records, and how many rows under one key are worth comparing.
const FIRST: [(Kind, usize); 4] = [(Kind::KanaBirth, 64), (Kind::NameBirth, 64), (Kind::GivenKanaBirth, 128), (Kind::GivenNameBirth, 128)];

/// Keys for the rest.
const THEN: [(Kind, usize); 11] = [
    (Kind::Phone, 32),
    (Kind::BirthTown, 64),
    (Kind::KanaTown, 64),
    (Kind::NameTown, 64),
    (Kind::GivenKanaHouse, 64),
    (Kind::KanaMonthDay, 64),
    (Kind::KanaYearMonth, 64),
    (Kind::KanaYearDay, 64),
    (Kind::NameMonthDay, 64),
    (Kind::NameYearMonth, 64),
    (Kind::NameYearDay, 64),
];

/// Working memory of one task.
#[derive(Default)]
struct Desk {
    rows: Vec<u32>,
    scored: Vec<Scored>,
}

#[derive(Clone, Copy)]
struct Scored {
    person: u32,
    row: u32,
    comparison: Comparison,
}

/// How a record compares, item by item, with somebody who was identified by other means: with each state of theirs, in each of its names and at
/// each of its addresses.
pub fn compare_with<'a>(states: impl IntoIterator<Item = Resident<'a>>, incoming: &Incoming) -> Vec<Evidence> {
    let register = Register::build(states);
    let rows = (0..u32::try_from(register.rows()).unwrap_or(u32::MAX)).filter_map(|row| register.view(row));
    rows.map(|view| compare(incoming, register.names(), &view).evidence(&view)).collect()
}

impl Register {
    /// Says who a record is about: 一致, 要確認 or 該当なし.
    pub fn identify(&self, incoming: &Incoming) -> Verdict {
        self.judge(incoming, &mut Desk::default())
    }

    /// Folds and identifies many records as they were written, in parallel; the verdicts stand in the order of the records.
    pub fn identify_written(&self, written: &[Written<'_>]) -> Vec<Verdict> {
        written
            .par_iter()
            .with_min_len(TASK)
            .map_init(Desk::default, |desk, written| self.judge(&Incoming::normalise(written), desk))
            .collect()
    }

    fn judge(&self, incoming: &Incoming, desk: &mut Desk) -> Verdict {
        let items = incoming.items();
        desk.rows.clear();
        desk.scored.clear();
        for (kind, most) in FIRST {
            self.gather(kind, items.key(kind), most, desk);
        }
        self.score(incoming, desk);
        if self.standing(desk).is_some_and(settled) {
            return self.verdict(desk);
        }
        for (kind, most) in THEN {
            self.gather(kind, items.key(kind), most, desk);
        }
        let exchanged = items.exchanged();
        for kind in [Kind::KanaBirth, Kind::NameBirth] {
            self.gather(kind, exchanged.key(kind), 64, desk);
        }
        for (is_kana, key) in incoming.given_keys() {
            self.gather(if is_kana { Kind::GivenKanaBirth } else { Kind::GivenNameBirth }, key, 128, desk);
        }
        self.score(incoming, desk);
        self.verdict(desk)
    }

    fn gather(&self, kind: Kind, key: u64, most: usize, desk: &mut Desk) {
        if let Some(buckets) = self.bucket(kind) {
            desk.rows.extend(buckets.rows(key, most));
        }
    }

    /// Compares the gathered rows that were not compared before, and leaves the best row of each person, the best person first.
    fn score(&self, incoming: &Incoming, desk: &mut Desk) {
        desk.rows.sort_unstable();
        desk.rows.dedup();
        for row in desk.rows.drain(..) {
            if desk.scored.iter().any(|scored| scored.row == row) {
                continue;
            }
            if let Some(view) = self.view(row) {
                desk.scored.push(Scored { person: view.person, row, comparison: compare(incoming, self.names(), &view) });
            }
        }
        // Ties by the place in the register, so that the order of work never shows.
        desk.scored.sort_unstable_by(|left, right| right.comparison.bits.total_cmp(&left.comparison.bits).then(left.row.cmp(&right.row)));
        let mut place = 0;
        while let Some(person) = desk.scored.get(place).map(|scored| scored.person) {
            let mut at = 0;
            desk.scored.retain(|scored| {
                at += 1;
                at <= place + 1 || scored.person != person
            });
            place += 1;
        }
    }

    /// The best candidate among all, with its posterior probability.
    fn standing<'a>(&self, desk: &'a Desk) -> Option<Standing<'a>> {
        let [best, rest @ ..] = desk.scored.as_slice() else { return None };
        let best = &best.comparison;
        Some(Standing {
            best,
            probability: self.odds(best) / (1.0 + self.odds_of_all(desk)),
            second: rest.first().map(|second| &second.comparison),
            date_of_another: rest.iter().any(|other| other.comparison.birth == BirthLikeness::Same && other.comparison.same_household()),
        })
    }

    /// Odds of a candidate against "nobody in the register".
    fn odds(&self, comparison: &Comparison) -> f64 {
        let prior = COVERAGE / (1.0 - COVERAGE) / self.rows().max(2) as f64;
        prior * comparison.bits.exp2()
    }

    fn odds_of_all(&self, desk: &Desk) -> f64 {
        desk.scored.iter().map(|scored| self.odds(&scored.comparison)).sum()
    }

    fn verdict(&self, desk: &Desk) -> Verdict {
        let (Some(standing), Some(best)) = (self.standing(desk), desk.scored.first()) else { return Verdict::None };
        let Some(view) = self.view(best.row) else { return Verdict::None };
        let candidate = Candidate { row: best.person, probability: standing.probability, evidence: best.comparison.evidence(&view) };
        // Residents that tie share the probability between them; together they are worth a look.
        let together = self.odds_of_all(desk);
        match doubt(standing) {
            None => Verdict::Match(candidate),
            Some(doubt) if together / (1.0 + together) >= WORTH_A_LOOK => Verdict::Review(candidate, doubt),
            Some(_) => Verdict::None,
        }
    }
}
