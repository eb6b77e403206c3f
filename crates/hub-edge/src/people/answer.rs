//! `PUT` of a person's answers: they replace what was there, and wait for the hub core.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::RowProblem;
use protocol::messages::Outcome;
use protocol::messages::checkups::{AnswerKind, Items, Question, QuestionnaireSheet};
use protocol::messages::edge::{AnswersEntry, Collection, Delivery};
use wire::{Json, Once, Problem, RequestCaller};

use super::known;
use super::read::Item;
use crate::queue::collect;
use crate::table::{answers_cell, item, seal};
use crate::{Edge, EdgeError};

/// Takes answers that fit the questions. A part of them is taken too: a person may fill in a sheet in several sittings.
pub(crate) async fn answer(
    State(edge): State<Edge>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<AnswersEntry>,
) -> Result<Json<Outcome>, Problem> {
    let (room, clock) = (edge.room.clone(), edge.room.clock().clone());
    let answered = room.change(&caller, crate::routes::ANSWER, move |tx, _| {
        let found = known(tx, &edge, request.pmh_pseudonym.expose());
        // What was answered once is answered again, whoever the pseudonym is now.
        let who = found.as_ref().ok().map(Edge::person_id);
        let answered = once.run(tx, clock.as_ref(), |tx| {
            let person = found?;
            let there = Item::of(tx, &edge, &person, &request.id)?.ok_or(wire::Unknown("this questionnaire"))?;
            let Delivery::Questionnaire { pmh_key, body: sheet, .. } = there.body else {
                return Err(wire::Unknown("this questionnaire").into());
            };
            let problems = problems(&sheet, request.answers.expose());
            if !problems.is_empty() {
                return Err(wire::Malformed::rows("bad-answers", "some answers do not fit their questions", problems).into());
            }
            if there.answers.as_ref() == Some(request.answers.expose()) {
                return Ok(Outcome::of("accepted"));
            }
            let at = clock.now();
            let sealed = seal(edge.room.vault(), &answers_cell(&request.id), request.answers.expose())?;
            let row = diesel::update(item::table.find(request.id.as_bytes().as_slice()));
            row.set((item::answers.eq(sealed), item::answered_at.eq(at.as_millisecond()))).execute(tx)?;
            collect::put(tx, &edge, &person, |sequence| Collection::Answer {
                sequence,
                pmh_key,
                municipality: sheet.municipality,
                id: request.id,
                body: request.answers.clone(),
                at,
            })?;
            Ok::<_, EdgeError>(Outcome::of("accepted"))
        })?;
        Ok::<_, EdgeError>(Seen::people(who, answered))
    });
    Ok(Json(answered.await?))
}

/// What does not fit, an answer a row; the values themselves are not repeated.
fn problems(sheet: &QuestionnaireSheet, answers: &Items) -> Vec<RowProblem> {
    let mut problems = Vec::new();
    for (row, (code, answer)) in (1..).zip(answers) {
        match sheet.questions.iter().find(|question| &question.item == code) {
            None => problems.push(RowProblem::of_field(row, code, "unknownItem", "the questionnaire has no such question")),
            Some(question) if !fits(question, answer) => {
                problems.push(RowProblem::of_field(row, code, "doesNotFit", "the answer is not of the kind that the question takes"));
            }
            Some(_) => {}
        }
    }
    problems
}

/// Longest free text, in characters.
const LONGEST: usize = 1_000;

fn fits(question: &Question, answer: &str) -> bool {
    let choice = |code: &str| question.choices.iter().any(|choice| choice.code == code);
    match question.kind {
        AnswerKind::Choice => choice(answer),
        AnswerKind::Choices => answer.is_empty() || answer.split(';').all(choice),
        AnswerKind::Number => answer.parse::<f64>().is_ok_and(f64::is_finite),
        AnswerKind::Date => answer.parse::<vocabulary::Date>().is_ok(),
        AnswerKind::Text => answer.chars().count() <= LONGEST && !answer.contains('\0'),
    }
}

#[cfg(test)]
mod tests {
    use protocol::messages::checkups::{Choice, Part};

    use super::*;

    fn question(kind: AnswerKind) -> Question {
        let choices = ["1", "2"].map(|code| Choice { code: code.to_owned(), text: "x".to_owned() }).to_vec();
        Question { item: "q01".to_owned(), text: "?".to_owned(), kind, part: Part::Resident, required: true, choices }
    }

    #[test]
    fn an_answer_is_of_the_kind_its_question_takes() {
        let cases = [
            (AnswerKind::Choice, "1", "3"),
            (AnswerKind::Choices, "1;2", "1;3"),
            (AnswerKind::Number, "20.5", "twenty"),
            (AnswerKind::Date, "2026-10-05", "2026-02-30"),
            (AnswerKind::Text, "なし", "\0"),
        ];
        for (kind, good, bad) in cases {
            assert!(fits(&question(kind), good), "{kind:?} {good}");
            assert!(!fits(&question(kind), bad), "{kind:?} {bad:?}");
        }
    }
}
