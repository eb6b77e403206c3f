//! What each of the eleven steps must count, from the input files of the two cities alone.
//!
//! Who acts a part is decided by place in the input, as `synth::part` documents: the people whose oral health check is registered with the
//! hub in the order of their 住民番号, and the people who stand in both cities' files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::city::{City, EVE, Resident, YEAR};
use super::due::{PROGRAMMES, due};

/// What a step counted, by name.
pub(crate) type Counts = BTreeMap<String, u64>;

/// Targets of each city with a card, with answers, with a visit; movers with a card.
const CARDS: usize = 40;
const ANSWERS: usize = 30;
const VISITS: usize = 25;
const MOVERS: usize = 20;
/// 雛形 a city registers for the oral health check: the questions at 20, and those of the other ages.
const TEMPLATES: u64 = 2;
/// Dental facilities of a city; the targets go to them in turn.
const DENTISTS: usize = 10;

/// The two cities.
pub(crate) struct Pair {
    first: City,
    second: City,
}

/// What happens to the targets of one city.
struct Parts {
    /// 住民番号, in order.
    targets: Vec<String>,
    cards: usize,
    answers: usize,
    visits: usize,
    /// Places (from 0) of those who are examined.
    examined: Vec<usize>,
}

impl Pair {
    /// Reads both from the `input` folder of the demonstration.
    pub(crate) fn read(input: &Path) -> Pair {
        Pair { first: City::read(&input.join("991015")), second: City::read(&input.join("992020")) }
    }

    /// Each with its folder.
    pub(crate) fn cities(&self) -> [(&City, &'static str); 2] {
        [(&self.first, "991015"), (&self.second, "992020")]
    }

    /// People whose individual number stands in both files.
    fn movers(&self) -> usize {
        let numbers =
            |city: &City| -> BTreeSet<String> { with_number(city).map(|resident| resident.text("個人番号").to_owned()).collect() };
        numbers(&self.first).intersection(&numbers(&self.second)).count()
    }

    /// The counts of the steps, in their order; without those of the matching, which depend on a judgement.
    pub(crate) fn steps(&self) -> [Counts; 11] {
        let mut steps: [Counts; 11] = Default::default();
        for (city, _) in self.cities() {
            for (all, own) in steps.iter_mut().zip(of_city(city)) {
                for (name, count) in own {
                    *all.entry(name).or_default() += count;
                }
            }
        }
        let asked = self.movers().min(MOVERS) as u64;
        assert!(asked >= 3, "nobody moved");
        *steps[4].entry("cards".to_owned()).or_default() += asked;
        // One record on the asking and one on the answering side of each inquiry.
        steps[10] = counts([
            ("inquiries", asked),
            ("answered", asked),
            ("refused", 0),
            ("pending", 0),
            ("accessRecords", 2 * asked),
            ("missing", 0),
        ]);
        steps
    }
}

fn counts<const N: usize>(named: [(&str, u64); N]) -> Counts {
    named.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}

fn with_number(city: &City) -> impl Iterator<Item = &Resident> {
    city.residents.values().filter(|resident| resident.has_number())
}

/// A city's share of each step.
fn of_city(city: &City) -> [Counts; 11] {
    let due = due(city, EVE);
    let parts = parts(city);
    let mut extracted = counts([("rows", due.len() as u64)]);
    for (_, programme, examination, _) in &due {
        *extracted.entry(format!("{programme}:{examination}")).or_default() += 1;
    }
    let letters: BTreeSet<(&String, &str)> = due.iter().map(|(resident, programme, ..)| (resident, *programme)).collect();
    let (withheld, vouchers): (Vec<_>, Vec<_>) = letters.into_iter().partition(|(resident, _)| city.residents[*resident].is_withheld());
    extracted.insert("vouchers".to_owned(), vouchers.len() as u64);
    extracted.insert("withheld".to_owned(), withheld.len() as u64);
    let unknown = city.results.iter().filter(|(_, row)| !city.residents.contains_key(&row["住民番号"])).count() as u64;
    let [targets, cards, answers, visits] = [parts.targets.len(), parts.cards, parts.answers, parts.visits].map(|count| count as u64);
    let examined = parts.examined.len() as u64;
    [
        counts([
            ("residents", city.residents.len() as u64),
            ("changed", city.changed),
            ("rejected", 0),
            ("results", city.results.len() as u64 - unknown),
            ("resultsRejected", unknown),
        ]),
        extracted,
        counts([("unifiedNumbers", with_number(city).count() as u64), ("templates", TEMPLATES), ("registered", targets), ("refused", 0)]),
        counts([("keys", targets)]),
        counts([("cards", cards), ("bound", cards)]),
        counts([("sessions", answers), ("consents", answers), ("questionnaires", answers), ("notices", answers)]),
        counts([("visits", visits), ("results", examined), ("declined", visits - examined)]),
        counts([("downloaded", examined), ("imported", examined), ("waiting", 0), ("refused", 0)]),
        follow_up(city, &parts),
        replicas(city, &parts),
        Counts::new(),
    ]
}

/// 住民番号 of those whose oral health check is registered with the hub, in order: due for it, not protected, with an individual number.
fn targets(city: &City) -> Vec<String> {
    let oral = due(city, EVE).into_iter().filter(|(_, programme, ..)| *programme == "oral_health").map(|(resident, ..)| resident);
    oral.filter(|resident| !city.residents[resident].is_protected() && city.residents[resident].has_number()).collect()
}

fn parts(city: &City) -> Parts {
    let targets = targets(city);
    let count = targets.len();
    let visits = count.min(VISITS);
    // The seventh, fourteenth, twenty-first declines.
    let examined = (0..visits).filter(|position| (position + 1) % 7 != 0).collect();
    Parts { targets, cards: count.min(CARDS), answers: count.min(ANSWERS), visits, examined }
}

/// 要精検, claims and examinations of the fiscal year: those of the result files, and what the facilities entered.
fn follow_up(city: &City, parts: &Parts) -> Counts {
    let mut positive: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut lines: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    let (mut amount, mut done) = (0, 0);
    for (programme, record) in PROGRAMMES {
        for row in city.of_type(record).filter(|row| row["年度"] == YEAR.to_string() && city.residents.contains_key(&row["住民番号"]))
        {
            let more = match programme {
                "cervix" => ["2", "9"].contains(&row["総合判定"].as_str()),
                "osteoporosis" | "oral_health" => row["総合判定"] == "3",
                _ => row["総合判定"] == "2",
            };
            if more {
                positive.insert((&row["住民番号"], programme));
            }
            let done_here = examinations(programme, row);
            done += done_here.len() as u64;
            if row["支払対象外フラグ"] != "1" {
                lines.insert((&row["受診医療機関管理番号"], programme, &row["請求年月"]));
                amount += done_here.iter().map(|examination| unit_price(examination)).sum::<u64>();
            }
        }
    }
    // The dentist says 要精検 for the first, the fourth, the seventh …; nobody had an oral health check this year before.
    let detailed = parts.examined.iter().filter(|position| *position % 3 == 0).count() as u64;
    let examined = parts.examined.len() as u64;
    let dentists = parts.examined.iter().map(|position| position % DENTISTS).collect::<BTreeSet<_>>().len() as u64;
    counts([
        ("needsDetailed", positive.len() as u64 + detailed),
        ("claims", lines.len() as u64 + dentists),
        ("amountYen", amount + examined * unit_price("oral")),
        ("examined", done + examined),
    ])
}

/// One for a person with a unified number and a programme of which there is a result, of any year.
fn replicas(city: &City, parts: &Parts) -> Counts {
    let mut told: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (programme, record) in PROGRAMMES {
        let known = city.of_type(record).filter(|row| city.residents.get(&row["住民番号"]).is_some_and(Resident::has_number));
        told.extend(known.map(|row| (row["住民番号"].as_str(), programme)));
    }
    told.extend(parts.examined.iter().map(|position| (parts.targets[*position].as_str(), "oral_health")));
    counts([("replicas", told.len() as u64), ("digestsEqual", told.len() as u64), ("refused", 0)])
}

/// What one row shows to have been done.
fn examinations(programme: &'static str, row: &super::city::Row) -> Vec<&'static str> {
    let filled = |heading: &str| !row[heading].is_empty();
    match programme {
        "stomach" if row["検査方法"] == "2" => vec!["endoscopy"],
        "stomach" => vec!["xray"],
        "lung" => [("X線結果", "chest_xray"), ("喀痰細胞診結果", "sputum")]
            .into_iter()
            .filter(|(cell, _)| filled(cell))
            .map(|(_, id)| id)
            .collect(),
        "colorectal" => vec!["fit"],
        "breast" if filled("超音波判定右") => vec!["ultrasound"],
        "breast" if filled("視触診判定右") => vec!["mammography_palpation"],
        "breast" => vec!["mammography"],
        "cervix" => vec!["cytology"],
        "osteoporosis" => vec!["bone_density"],
        _ => vec!["oral"],
    }
}

/// 単価 of the fictional cities, in yen: `catalogue/programmes/*.toml`.
fn unit_price(examination: &str) -> u64 {
    match examination {
        "xray" => 11_000,
        "endoscopy" => 15_500,
        "chest_xray" => 3_300,
        "sputum" => 3_600,
        "fit" => 2_400,
        "ultrasound" => 5_200,
        "mammography_palpation" => 8_900,
        "mammography" => 6_900,
        "cytology" => 7_800,
        "bone_density" => 3_800,
        "oral" => 4_500,
        other => panic!("no unit price for {other}"),
    }
}
