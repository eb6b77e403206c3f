//! Record type 8: questions and findings of the oral health check, in past years and at the visits of the demonstration.

use super::{every::common, sheet::Sheets, visit::Visit};
use crate::dice::Dice;

/// An item's identifier and its value as it is written.
pub(crate) type Values = Vec<(&'static str, String)>;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// 1 異常認めず.
    Nothing,
    /// 2 要指導.
    Guidance,
    /// 3 要精密検査.
    Detailed,
}

const BOP_SITES: [&str; 6] = ["bop_17_16", "bop_11", "bop_26_27", "bop_47_46", "bop_31", "bop_36"];
const PD_SITES: [&str; 6] = ["pd_17_16", "pd_11", "pd_26_27", "pd_47_46", "pd_31", "pd_36_37"];

/// What the dentist enters: teeth add up, the worst site is the maximum, the judgement follows from the findings.
pub(crate) fn findings(judgement: Judgement, age: i16, dice: &mut Dice) -> Values {
    let pockets = judgement == Judgement::Detailed;
    let bleeding = judgement != Judgement::Nothing;
    let lost = (i32::from(age) - 35).max(0) / 6 + dice.between(0, 2);
    let present = (28 - lost).max(4);
    let untreated = if pockets { dice.between(0, 3) } else { 0 };
    let treated = (dice.between(2, 10) + i32::from(age) / 10).min(present - untreated);
    let replaced = (lost - 1).max(0);
    let mut values: Values = vec![
        ("sound_teeth", (present - untreated - treated).to_string()),
        ("untreated_teeth", untreated.to_string()),
        ("treated_teeth", treated.to_string()),
        ("present_teeth", present.to_string()),
        ("teeth_needing_prosthesis", (lost - replaced).to_string()),
        ("replaced_teeth", replaced.to_string()),
    ];
    let worst_site = dice.below(6);
    let deep = pockets && dice.per_mille(250);
    for (site, item) in (0..).zip(BOP_SITES) {
        let bleeds = bleeding && (site == worst_site || dice.per_mille(300));
        values.push((item, if bleeds { "1" } else { "0" }.to_owned()));
    }
    values.push(("bop_max", if bleeding { "1" } else { "0" }.to_owned()));
    for (site, item) in (0..).zip(PD_SITES) {
        let depth = match (pockets, site == worst_site) {
            (true, true) if deep => "2",
            (true, true) => "1",
            (true, false) if dice.per_mille(250) => "1",
            _ => "0",
        };
        values.push((item, depth.to_owned()));
    }
    values.push((
        "pd_max",
        if deep {
            "2"
        } else if pockets {
            "1"
        } else {
            "0"
        }
        .to_owned(),
    ));
    values.push(("calculus", if bleeding { (2 + dice.below(2)).to_string() } else { "1".to_owned() }));
    values.push((
        "oral_hygiene",
        if pockets {
            "3"
        } else if bleeding {
            "2"
        } else {
            "1"
        }
        .to_owned(),
    ));
    values.push(("mucosa_findings", "1".to_owned()));
    match judgement {
        Judgement::Nothing => values.push(("judgement", "1".to_owned())),
        Judgement::Guidance => {
            values.push(("judgement", "2".to_owned()));
            values.push(("guidance_reason", "歯肉出血・歯石の付着".to_owned()));
            values.push(("health_guidance", "1".to_owned()));
        }
        Judgement::Detailed => {
            values.push(("judgement", "3".to_owned()));
            values.push(("detailed_reason", if untreated > 0 { "歯周ポケット・未処置歯" } else { "歯周ポケット" }.to_owned()));
        }
    }
    values
}

/// Answers to the questions from 30.
pub(crate) fn adult_answers(dice: &mut Dice) -> Values {
    [
        ("adult_q01_satisfaction", 3),
        ("adult_q02_systemic_disease", 2),
        ("adult_q03_symptoms", 2),
        ("adult_q04_regular_check", 2),
        ("adult_q05_smoking", 3),
        ("adult_q06_smoking_effect_known", 2),
        ("adult_q07_interdental_cleaning", 4),
        ("adult_q08_self_observation", 2),
        ("adult_q09_brushing", 4),
        ("adult_q10_toothpaste", 3),
    ]
    .into_iter()
    .map(|(item, choices)| (item, (1 + dice.below(choices)).to_string()))
    .collect()
}

/// Answers to the questions at 20; the free text stays empty.
pub(crate) fn age_20_answers(dice: &mut Dice) -> Values {
    [
        "age20_q01_pain",
        "age20_q02_bleeding",
        "age20_q03_breath",
        "age20_q04_floss",
        "age20_q05_family_dentist",
        "age20_q06_checked_within_year",
        "age20_q07_scaled_within_year",
        "age20_q08_sweets",
        "age20_q09_smoking",
        "age20_q11_came_by_notice",
    ]
    .into_iter()
    .map(|item| (item, (1 + dice.below(2)).to_string()))
    .collect()
}

/// A past year's record; says whether a detailed examination is needed.
pub(crate) fn oral(sheets: &mut Sheets<'_>, visit: &mut Visit<'_>) -> bool {
    let judgement = if visit.found(450) {
        Judgement::Detailed
    } else if visit.dice.per_mille(450) {
        Judgement::Guidance
    } else {
        Judgement::Nothing
    };
    let answers = if visit.age == 20 { age_20_answers(&mut visit.dice) } else { adult_answers(&mut visit.dice) };
    let findings = findings(judgement, visit.age, &mut visit.dice);
    sheets.row(8, visit.year.0, |row| {
        common(row, visit, 8);
        row.set("age_class", visit.age.to_string());
        row.set("detailed_state", if judgement == Judgement::Detailed { "1" } else { "0" });
        for (item, value) in answers.into_iter().chain(findings) {
            match item {
                "bop_max" => row.set("bop_class_7", &value),
                "pd_max" => row.set("pd_class_7", &value),
                _ => {}
            }
            row.set(item, value);
        }
    });
    judgement == Judgement::Detailed
}
