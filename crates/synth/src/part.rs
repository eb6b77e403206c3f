//! Who does what in the demonstration, decided by place in the input, so that anyone can count from the files.
//!
//! * A **position among the hub's targets** of a city is the place (from 0) among the people whose oral health check is registered with the
//!   hub, in the order of their 住民番号: eligible for `oral_health:oral` on the day of extraction, not protected (支援措置), with an
//!   individual number.
//! * A **position among the movers** is the place (from 0) among the people whose individual number stands in both cities' files, in the
//!   order of their 住民番号 in the second city.
//!
//! The numbers are the same for a village and for a city of a million.

use vocabulary::MunicipalityCode;

use crate::{
    Facility, FacilityKind,
    dice::Dice,
    facilities, matter,
    results::{self, Judgement},
};

/// The first so many targets of each city hold a card.
pub const CARDS: usize = 40;
/// The first so many of them answer the questionnaire in the portal.
pub const ANSWERS: usize = 30;
/// The first so many of those go to a facility.
pub const VISITS: usize = 25;
/// Every so many-th of those declines there.
pub const DECLINE_EVERY: usize = 7;
/// The first so many movers hold a card; the second city asks the first about them, and they read in the portal who asked.
pub const MOVERS: usize = 20;

/// An item's identifier and its value as result files have it.
pub type Values = results::Values;

/// Whether the target at this position holds a card.
pub fn holds_card(position: usize) -> bool {
    position < CARDS
}

/// Whether the target at this position logs in, consents and answers.
pub fn answers(position: usize) -> bool {
    position < ANSWERS
}

/// Whether the target at this position goes to a facility.
pub fn visits(position: usize) -> bool {
    position < VISITS
}

/// Whether the target at this position goes to a facility and declines there: the seventh, fourteenth, twenty-first.
pub fn declines(position: usize) -> bool {
    visits(position) && (position + 1).is_multiple_of(DECLINE_EVERY)
}

/// Whether the target at this position is examined.
pub fn is_examined(position: usize) -> bool {
    visits(position) && !declines(position)
}

/// Whether the mover at this position holds a card, and is asked about.
pub fn mover_holds_card(position: usize) -> bool {
    position < MOVERS
}

/// 総合判定 the dentist gives the target at this position: "3" (detailed examination) to every third from the first, "2" (guidance) to the
/// next, "1" to the one after.
pub fn judgement(position: usize) -> &'static str {
    match position % 3 {
        0 => "3",
        1 => "2",
        _ => "1",
    }
}

/// The answers of the target at this position to the questions of their age (at the end of the fiscal year).
pub fn questionnaire(position: usize, age: i16) -> Values {
    let mut dice = dice(position);
    if age == 20 { results::age_20_answers(&mut dice) } else { results::adult_answers(&mut dice) }
}

/// What the dentist enters for the target at this position.
pub fn findings(position: usize, age: i16) -> Values {
    let judgement = match judgement(position) {
        "3" => Judgement::Detailed,
        "2" => Judgement::Guidance,
        _ => Judgement::Nothing,
    };
    results::findings(judgement, age, &mut dice(position))
}

/// The dental facility the target at this position goes to.
pub fn facility(municipality: MunicipalityCode, position: usize) -> Option<Facility> {
    let dental: Vec<Facility> = facilities(municipality).into_iter().filter(|facility| facility.kind == FacilityKind::Dental).collect();
    dental.get(position.checked_rem(dental.len())?).cloned()
}

fn dice(position: usize) -> Dice {
    Dice::of(&[matter::FACILITY, u64::try_from(position).unwrap_or_default()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_can_be_counted() {
        let count = |part: fn(usize) -> bool| (0..10_000).filter(|&position| part(position)).count();
        assert_eq!(
            [count(holds_card), count(answers), count(visits), count(declines), count(is_examined), count(mover_holds_card)],
            [40, 30, 25, 3, 22, 20]
        );
        assert!((0..VISITS).all(|position| holds_card(position) && answers(position)));
        let judged = |code| (0..VISITS).filter(|&position| is_examined(position) && judgement(position) == code).count();
        assert_eq!(["3", "2", "1"].map(judged), [8, 7, 7]);
    }

    #[test]
    fn what_is_entered_fits_the_record_type_and_the_judgement() {
        let catalogue = catalogue::Catalogue::built_in().unwrap();
        let record = catalogue.record(8).unwrap();
        for position in 0..VISITS {
            for age in [20, 30, 40, 50, 60, 70] {
                let findings = findings(position, age);
                for (item, value) in findings.iter().chain(&questionnaire(position, age)) {
                    let item = record.item(item).unwrap();
                    assert_eq!(item.canonical(value).unwrap(), *value, "{}", item.id);
                }
                let of = |id| findings.iter().find(|(item, _)| *item == id).map(|(_, value)| value.as_str());
                assert_eq!(of("judgement"), Some(judgement(position)));
                let teeth = |id| of(id).and_then(|value| value.parse::<i32>().ok()).unwrap();
                assert_eq!(teeth("sound_teeth") + teeth("untreated_teeth") + teeth("treated_teeth"), teeth("present_teeth"));
                let deepest =
                    findings.iter().filter(|(item, _)| item.starts_with("pd_") && *item != "pd_max").map(|(_, value)| value.as_str()).max();
                assert_eq!(of("pd_max"), deepest);
            }
        }
    }

    #[test]
    fn every_question_and_finding_the_template_requires_is_given() {
        let catalogue = catalogue::Catalogue::built_in().unwrap();
        let template = catalogue.template("oral_health").unwrap();
        for age in [20, 30, 70] {
            let given: Vec<&str> = questionnaire(0, age).into_iter().chain(findings(0, age)).map(|(item, _)| item).collect();
            let asked = template.variants.iter().filter(|variant| variant.ages.iter().any(|range| range.holds(age)));
            for question in asked.flat_map(|variant| &variant.questions).filter(|question| question.required) {
                assert!(given.contains(&question.item.as_str()), "{age} {}", question.item);
            }
            for item in template.practitioner.items.iter().filter(|item| item.required) {
                assert!(given.contains(&item.item.as_str()), "{}", item.item);
            }
        }
    }
}
