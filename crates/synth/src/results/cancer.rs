//! Stomach, lung and colorectal screening, and the common part.

use super::{every::common, sheet::Sheets, visit::Visit};

const STOMACH_FINDINGS: [&str; 5] = ["慢性胃炎", "胃ポリープ", "萎縮性変化", "十二指腸潰瘍瘢痕", "粘膜下腫瘍の疑い"];

/// Record type 1: a screening of which only the common part is known (at work, in a private check-up). Says whether more is needed.
pub(crate) fn elsewhere(sheets: &mut Sheets<'_>, visit: &mut Visit<'_>) {
    let positive = visit.found(30);
    sheets.row(1, visit.year.0, |row| {
        common(row, visit, 1);
        row.set("judgement", if positive { "2" } else { "1" });
        row.set("print_state", "0");
        row.set("issue_excluded", "0");
        row.set("issue_reason", "9");
        row.set("remarks", "職域検診の結果を本人が提出");
    });
}

/// Record type 2; `endoscopy` or X-ray.
pub(crate) fn stomach(sheets: &mut Sheets<'_>, visit: &mut Visit<'_>, endoscopy: bool) -> bool {
    let positive = visit.found(if endoscopy { 45 } else { 65 });
    let unreadable = !positive && visit.dice.per_mille(3);
    let finding = positive || visit.dice.per_mille(300);
    sheets.row(2, visit.year.0, |row| {
        common(row, visit, 2);
        row.set("method", if endoscopy { "2" } else { "1" });
        row.set(
            "judgement",
            if positive {
                "2"
            } else if unreadable {
                "9"
            } else {
                "1"
            },
        );
        row.set("reading", if finding { "2" } else { "1" });
        if finding {
            row.set("diagnosis_1", visit.dice.word(&STOMACH_FINDINGS));
        }
        if positive {
            row.set("detailed_examination_kind", if endoscopy { "3" } else { "1" });
        }
        if !endoscopy {
            row.set("film_number", format!("X{:07}", visit.dice.below(10_000_000)));
        }
        row.set("biopsy_done", if endoscopy && finding && visit.dice.per_mille(300) { "1" } else { "0" });
        row.set("result_notice", "1");
    });
    positive
}

/// Record type 3, with sputum where the smoking index is 600 or more and it was handed in.
pub(crate) fn lung(sheets: &mut Sheets<'_>, visit: &mut Visit<'_>, smoking: Option<(u32, u32)>) -> bool {
    let positive = visit.found(25);
    let index = smoking.map_or(0, |(a_day, years)| a_day * years);
    let sputum = index >= 600 && visit.dice.per_mille(700);
    let reading = if positive {
        if visit.dice.per_mille(700) { "4" } else { "3" }
    } else if visit.dice.per_mille(120) {
        "2"
    } else {
        "1"
    };
    sheets.row(3, visit.year.0, |row| {
        common(row, visit, 3);
        row.set("judgement", if positive { "2" } else { "1" });
        row.set("xray_result", reading);
        row.set("xray_reading", reading);
        row.set("film_number", format!("L{:07}", visit.dice.below(10_000_000)));
        row.set("examination_number", format!("{:08}", visit.dice.below(100_000_000)));
        row.set("amount", "300");
        if let Some((a_day, years)) = smoking {
            row.set("cigarettes_per_day", a_day.to_string());
            row.set("smoking_years", years.to_string());
        }
        row.set("smoking_index", index.to_string());
        if sputum {
            row.set("sputum_number", format!("S{:07}", visit.dice.below(10_000_000)));
            row.set("sputum_result", if positive && visit.dice.per_mille(200) { "3" } else { "1" });
        }
    });
    positive
}

/// Record type 4: faecal blood on two days; positive from 100 ng/mL on either.
pub(crate) fn colorectal(sheets: &mut Sheets<'_>, visit: &mut Visit<'_>) -> bool {
    let positive = visit.found(60);
    let mut tenths = |high: bool| if high { 1_000 + visit.dice.below(9_000) } else { visit.dice.below(900) };
    let (first, second) = (tenths(positive), tenths(false));
    sheets.row(4, visit.year.0, |row| {
        common(row, visit, 4);
        row.set("judgement", if positive { "2" } else { "1" });
        row.set("first_result", if positive { "2" } else { "1" });
        row.set("second_result", "1");
        row.set("first_concentration", format!("{}.{}", first / 10, first % 10));
        row.set("second_concentration", format!("{}.{}", second / 10, second % 10));
        row.set("screening_acceptance_number", format!("K{:08}", visit.dice.below(100_000_000)));
    });
    positive
}
