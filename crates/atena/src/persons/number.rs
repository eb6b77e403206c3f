//! `POST` 付番依頼: one individual number, one unified number, however often it is asked and whichever business asks.

use protocol::RowProblem;
use std::collections::HashMap;

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use number::IndividualNumber;
use protocol::messages::atena::{PERSONS, PersonAnswer, PersonRow, PersonsAnswer, PersonsRequest};
use protocol::sealing::Batch;
use store::Tx;
use vault::Cell;
use vocabulary::{Purpose, UnifiedNumber, day};
use wire::{Json, Once, Peer, Problem, RequestCaller};
use work::outbox::NewMessage;

use super::correct::Moved;
use super::tell::NewNumber;
use super::{own_code, person};
use crate::{Atena, AtenaError};

/// Numbers the people of a batch; a row that cannot be numbered comes back with its reason, the others go in.
pub(crate) async fn number(
    State(atena): State<Atena>,
    RequestCaller(caller): RequestCaller,
    peer: Peer,
    once: Once,
    Json(request): Json<PersonsRequest>,
) -> Result<Json<PersonsAnswer>, Problem> {
    wire::limit_rows(request.rows.len())?;
    let batch = Batch { sender: &peer.party, receiver: &atena.party, kind: PERSONS, request: request.request_id };
    let receiver = atena.room.vault().receiver_holding(wire::RING, &request.numbers.key).await?;
    let lines = batch.open(&receiver, &request.numbers)?;
    let numbers: Vec<Option<Result<IndividualNumber, _>>> =
        lines.of_rows(request.rows.len())?.into_iter().map(|line| (!line.is_empty()).then(|| IndividualNumber::parse(line))).collect();
    let (room, clock, outbox) = (atena.room.clone(), atena.room.clock().clone(), atena.outbox.clone());
    let business = peer.party.system();
    let answer = room.change(&caller, crate::routes::NUMBER, move |tx, _| {
        let answer: PersonsAnswer = once.run(tx, clock.as_ref(), |tx| {
            let mut work = Work::of(tx, &atena, business, &request.rows, &numbers)?;
            let rows = request.rows.iter().zip(&numbers).zip(1..);
            let rows: Vec<PersonAnswer> =
                rows.map(|((row, number), at)| work.row(row, number.as_ref(), at)).collect::<Result<_, AtenaError>>()?;
            work.write(tx)?;
            Ok::<_, AtenaError>(PersonsAnswer { rows })
        })?;
        // Whoever got no number is nobody here.
        let people: Vec<String> = answer.rows.iter().filter_map(|row| row.unified_number.map(|unified| unified.to_string())).collect();
        Ok::<_, AtenaError>(Seen::people(people.iter().map(|unified| crate::person_id(unified)), answer))
    });
    let answer = answer.await?;
    outbox.ring();
    Ok(Json(answer))
}

type Given<E> = Option<Result<IndividualNumber, E>>;

/// What is known beforehand of a batch, and what it adds.
struct Work<'a> {
    atena: &'a Atena,
    business: &'static str,
    /// Own code → person.
    codes: HashMap<String, i64>,
    /// Blind index → person and unified number.
    people: HashMap<[u8; 16], (i64, UnifiedNumber)>,
    next: i64,
    new_people: Vec<New<'a>>,
    new_codes: Vec<(&'a str, i64)>,
    moved: Vec<Moved<'a>>,
}

struct New<'a> {
    id: i64,
    unified: UnifiedNumber,
    index: [u8; 16],
    sealed: Vec<u8>,
    sealed_address: Vec<u8>,
    row: &'a PersonRow,
}

impl<'a> Work<'a> {
    fn of<E>(
        tx: &mut Tx,
        atena: &'a Atena,
        business: &'static str,
        rows: &'a [PersonRow],
        numbers: &[Given<E>],
    ) -> Result<Self, AtenaError> {
        let asked: Vec<&str> = rows.iter().map(|row| row.resident_number.as_str()).collect();
        let mine = own_code::table.filter(own_code::business.eq(business).and(own_code::code.eq_any(asked)));
        let codes: Vec<(String, i64)> = mine.select((own_code::code, own_code::person)).load(tx)?;
        let indexes: Vec<Vec<u8>> = numbers.iter().flatten().flatten().map(|number| index(atena, number).to_vec()).collect();
        let those = person::table.filter(person::number_index.eq_any(indexes));
        let people: Vec<(Vec<u8>, i64, String)> = those.select((person::number_index, person::id, person::unified)).load(tx)?;
        let people = people.into_iter().map(|(index, id, unified)| {
            let index = index.try_into().map_err(|_| wire::Damaged("an index"))?;
            Ok((index, (id, UnifiedNumber::parse(&unified).map_err(|_| wire::Damaged("a unified number"))?)))
        });
        let next: i64 = person::table.select(diesel::dsl::max(person::id)).first::<Option<i64>>(tx)?.unwrap_or(0) + 1;
        Ok(Self {
            atena,
            business,
            codes: codes.into_iter().collect(),
            people: people.collect::<Result<_, AtenaError>>()?,
            next,
            new_people: Vec::new(),
            new_codes: Vec::new(),
            moved: Vec::new(),
        })
    }

    fn row<E>(&mut self, row: &'a PersonRow, number: Option<&Result<IndividualNumber, E>>, at: u64) -> Result<PersonAnswer, AtenaError> {
        let answer = |unified_number, problem| Ok(PersonAnswer { resident_number: row.resident_number, unified_number, problem });
        let number = match number {
            Some(Ok(number)) => number,
            Some(Err(_)) => {
                return answer(None, Some(RowProblem::of_field(at, "numbers", "notANumber", "the sealed line is no individual number")));
            }
            None => {
                return answer(
                    None,
                    Some(RowProblem::of_field(
                        at,
                        "numbers",
                        "numberMissing",
                        "a person without an individual number gets no unified number here",
                    )),
                );
            }
        };
        let index = index(self.atena, number);
        let known = self.people.get(&index).copied();
        let tied = self.codes.get(row.resident_number.as_str()).copied();
        let another = tied.filter(|tied| known.is_none_or(|(person, _)| person != *tied));
        if another.is_some() && !row.number_corrected {
            let detail = "this own code is tied to another individual number: when that one was wrong, send the row as numberCorrected";
            return answer(None, Some(RowProblem::of_field(at, "residentNumber", "tiedToAnother", detail)));
        }
        let (person, unified) = match known {
            Some(known) => known,
            None => self.mint(row, number, index)?,
        };
        let code = row.resident_number.as_str();
        match another {
            Some(from) => self.moved.push(Moved { code, from, to: person }),
            None if tied.is_none() => self.new_codes.push((code, person)),
            None => {}
        }
        self.codes.insert(code.to_owned(), person);
        answer(Some(unified), None)
    }

    fn mint(&mut self, row: &'a PersonRow, number: &IndividualNumber, index: [u8; 16]) -> Result<(i64, UnifiedNumber), AtenaError> {
        let id = self.next;
        let serial = u64::try_from(id).unwrap_or_default();
        let unified = UnifiedNumber::from_serial(serial).map_err(|_| wire::Defect("no unified number is left"))?;
        let opened = number.open(Purpose::Numbering);
        let (vault, cell) = (self.atena.room.vault(), Cell::new("person", &index, "sealed_number"));
        let sealed = vault.seal(&cell, opened.as_bytes())?;
        let sealed_address = vault.seal(&cell.column("sealed_address"), row.address.expose().as_bytes())?;
        self.next += 1;
        self.people.insert(index, (id, unified));
        self.new_people.push(New { id, unified, index, sealed, sealed_address, row });
        Ok((id, unified))
    }

    fn write(self, tx: &mut Tx) -> Result<(), AtenaError> {
        let now = self.atena.room.clock().now_ms();
        store::load(tx, person::all_columns, |load| {
            self.new_people.iter().try_for_each(|new| {
                load.push(|row| {
                    row.int(new.id)
                        .text(new.unified.as_str())
                        .bytes(&new.index)
                        .bytes(&new.sealed)
                        .text(new.row.name.expose())
                        .text(new.row.kana.expose())
                        .int(*new.row.sex.expose() as i16)
                        .int(day::to_number(*new.row.birth_date.expose()))
                        .bytes(&new.sealed_address)
                        .text(self.business)
                        .int(now)
                })
            })
        })?;
        let messages = self.new_people.iter().map(|new| NewMessage::to(&self.atena.relay, new.unified).about(new.unified.as_str()));
        self.atena.outbox.enqueue::<NewNumber>(tx, messages)?;
        store::load(tx, own_code::all_columns, |load| {
            self.new_codes.iter().try_for_each(|(code, person)| load.push(|row| row.text(self.business).text(code).int(*person).int(now)))
        })?;
        self.moved.iter().try_for_each(|moved| moved.write(tx, self.atena, self.business, now))
    }
}

fn index(atena: &Atena, number: &IndividualNumber) -> [u8; 16] {
    atena.room.vault().blind("individual number", number.open(Purpose::Numbering).as_bytes())
}
