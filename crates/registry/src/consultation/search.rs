//! Finding people.

use diesel::prelude::*;
use eligibility::Standing;
use face::components::{Tone, chip, code, description_list};
use face::{Html, Language};
use ledger::{Record, Seen};
use store::Tx;
use vault::Vault;
use vocabulary::{Date, day};

use super::asked::SearchTerms;
use super::{item, words};
use crate::RegistryError;
use crate::person::person_id;
use crate::residents::contact::SealedContact;
use crate::residents::table::resident;
use crate::standing::{StandingRow, former_periods};

/// More than these share no kana and birthday; a search that finds more is too wide.
const MOST: i64 = 50;

/// Somebody who was found.
pub(crate) struct Hit {
    pub(crate) id: i64,
    pub(crate) number: String,
    pub(crate) name: String,
    pub(super) kana: String,
    pub(super) sex: i16,
    pub(super) birth: i32,
    pub(crate) is_protected: bool,
}

/// The same in the table.
#[derive(Queryable, Selectable)]
#[diesel(table_name = resident)]
struct HitRow {
    id: i64,
    number: String,
    name: String,
    kana: String,
    sex: i16,
    birth: i32,
    #[diesel(embed)]
    contact: SealedContact,
    #[diesel(embed)]
    standing: StandingRow,
}

/// Finds them, with their standing.
pub(super) fn search(
    tx: &mut Tx,
    vault: &Vault,
    asked: &SearchTerms,
    record: &mut Record<'_>,
) -> Result<Seen<Vec<(Hit, Standing)>>, RegistryError> {
    let query = resident::table.order(resident::id).limit(MOST).select(HitRow::as_select());
    let hits: Vec<HitRow> = match asked {
        SearchTerms::Number(number) => query.filter(resident::number.eq(number.as_str())).load(tx)?,
        SearchTerms::KanaAndBirth(kana, born) => {
            query.filter(resident::kana_key.eq(kana).and(resident::birth.eq(day::to_number(*born)))).load(tx)?
        }
    };
    record.note(format!("{}: {} found", asked.way(), hits.len()));
    let found = with_standing(tx, vault, hits)?;
    let people: Vec<_> = found.iter().map(|(hit, _)| person_id(&hit.number).into_owned()).collect();
    Ok(Seen::people(people, found))
}

/// The person of a resident number, for a page about something of theirs, which says whom it saw.
pub(crate) fn of_number(tx: &mut Tx, vault: &Vault, number: &str) -> Result<Option<(Hit, Standing)>, RegistryError> {
    let hit: Option<HitRow> = resident::table.filter(resident::number.eq(number)).select(HitRow::as_select()).first(tx).optional()?;
    Ok(with_standing(tx, vault, hit.into_iter().collect())?.pop())
}

fn with_standing(tx: &mut Tx, vault: &Vault, rows: Vec<HitRow>) -> Result<Vec<(Hit, Standing)>, RegistryError> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut former = former_periods(tx, Some(&ids))?;
    let with_standing = rows.into_iter().map(|row| {
        let standing = row.standing.standing(former.remove(&row.id).unwrap_or_default());
        let is_protected = row.contact.is_protected(vault)?;
        let HitRow { id, number, name, kana, sex, birth, .. } = row;
        Ok((Hit { id, number, name, kana, sex, birth, is_protected }, standing))
    });
    with_standing.collect()
}

/// Who somebody is, to be compared with a paper in the hand: number, name, birth, sex, and whether they live here.
pub(crate) fn identity(language: Language, (hit, standing): (&Hit, &Standing), today: Date) -> Html {
    let word = |words: face::Words| words.of(language);
    let mut state = vec![item::standing(language, standing, today)];
    if hit.is_protected {
        state.extend([" ".into(), chip(Tone::Warning, word(words::PROTECTED))]);
    }
    description_list([
        (word(words::NUMBER), code(&hit.number)),
        (word(words::NAME), item::text(language, &hit.name)),
        (word(words::KANA), item::text(language, &hit.kana)),
        (word(words::BORN), item::born(language, hit.birth).into()),
        (word(words::SEX), item::sex(language, hit.sex).into()),
        (word(words::STATE), Html::all(state)),
    ])
}
