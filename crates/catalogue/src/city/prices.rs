//! `prices.csv`: what institutions are paid, and what a person pays, by year.

use std::collections::HashMap;

use sheets::Column;
use vocabulary::{FiscalYear, Yen};

use super::{Institution, Reading, optional, required};
use crate::check::{Sources, no_programme, not_in_table};
use crate::findings::mistake;

const COLUMNS: [Column; 7] = [
    required("医療機関コード"),
    required("事業"),
    required("検査"),
    required("年度"),
    required("単価"),
    optional("自己負担区分"),
    optional("自己負担額"),
];

/// A line of the price list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// 医療機関コード; empty for all institutions without a price of their own.
    pub institution: String,
    /// Programme.
    pub programme: String,
    /// Examination.
    pub examination: String,
    /// Fiscal year.
    pub year: FiscalYear,
    /// What the institution is due in all, the person's part included.
    pub unit_price: Yen,
    /// 自己負担区分 (code table `local_copay_class`); empty for everybody without a line of their own.
    pub copay_class: String,
    /// What the person pays of it; the programme's own figure, when absent.
    pub copay: Option<Yen>,
}

/// The price list.
#[derive(Debug, Clone, Default)]
pub struct Prices {
    lines: Vec<Price>,
    /// Lines of an examination and year.
    places: HashMap<(String, String, i16), Vec<usize>>,
}

impl Prices {
    /// The lines, in the order of the file.
    pub fn lines(&self) -> &[Price] {
        &self.lines
    }

    /// What an institution is due for an examination in a year; its own price goes before that of all.
    pub fn unit_price(&self, institution: &str, programme: &str, examination: &str, year: FiscalYear) -> Option<Yen> {
        self.of(programme, examination, year, institution).next().map(|line| line.unit_price)
    }

    /// What a person of a 自己負担区分 pays there; the line of the class goes before that of everybody.
    pub fn copay(&self, institution: &str, programme: &str, examination: &str, year: FiscalYear, class: &str) -> Option<Yen> {
        let own = |class: &str| self.of(programme, examination, year, institution).find(|line| line.copay_class == class)?.copay;
        own(class).or_else(|| own(""))
    }

    /// The lines that hold for an institution: its own, or else those of all.
    fn of<'p>(&'p self, programme: &str, examination: &str, year: FiscalYear, institution: &'p str) -> impl Iterator<Item = &'p Price> {
        let places = self.places.get(&(programme.to_owned(), examination.to_owned(), year.0)).map_or(&[][..], Vec::as_slice);
        let lines = move || places.iter().filter_map(|place| self.lines.get(*place));
        let has_own = lines().any(|line| line.institution == institution);
        lines().filter(move |line| if has_own { line.institution == institution } else { line.institution.is_empty() })
    }

    fn new(lines: Vec<Price>) -> Prices {
        let mut places: HashMap<(String, String, i16), Vec<usize>> = HashMap::new();
        for (place, line) in lines.iter().enumerate() {
            places.entry((line.programme.clone(), line.examination.clone(), line.year.0)).or_default().push(place);
        }
        Prices { lines, places }
    }
}

/// Reads the list; `known` are the city's institutions, when it names them.
pub(super) fn read(reading: &mut Reading<'_>, sources: &Sources, known: Option<&[Institution]>) -> Prices {
    let classes = sources.table("local_copay_class");
    // Of an institution, examination and year: its unit price; with the class: whether the line is new.
    let mut unit_prices: HashMap<(String, String, String, i16), Yen> = HashMap::new();
    let mut seen = std::collections::HashSet::new();
    let lines = reading.rows(&COLUMNS, |cells| {
        let institution = cells.text(0);
        let is_known = institution.is_empty() || known.is_none_or(|known| known.iter().any(|one| one.code == institution));
        cells.unless(is_known, 0, || {
            mistake!(
                "`{institution}` は institutions.csv にありません。空欄はすべての医療機関を表します",
                "`{institution}` is not in institutions.csv; empty stands for all"
            )
        });
        let (programme, examination) = (cells.filled(1), cells.filled(2));
        let of = sources.programme(&programme);
        cells.unless(programme.is_empty() || of.is_some(), 1, || no_programme(&programme));
        let is_examination = of.is_none_or(|of| of.examination(&examination).is_some());
        cells.unless(examination.is_empty() || is_examination, 2, || {
            mistake!("事業 `{programme}` に検査 `{examination}` はありません", "`{programme}` has no examination `{examination}`")
        });
        let year = cells.get(3).parse::<FiscalYear>().ok().filter(|year| (2000..2200).contains(&year.0));
        cells.unless(year.is_some(), 3, || mistake!("年度ではありません。例 2026", "is not a fiscal year, such as 2026"));
        let unit_price = cells.get(4).parse::<i64>().ok().filter(|yen| *yen >= 0).map(Yen);
        cells.unless(unit_price.is_some(), 4, || mistake!("円単位の金額ではありません", "is not a price in whole yen"));
        let copay_class = cells.text(5);
        let is_class = copay_class.is_empty() || classes.is_some_and(|table| table.code(&copay_class).is_some());
        cells.unless(is_class, 5, || not_in_table(&copay_class, "local_copay_class"));
        let copay = cells.get(6).parse::<i64>().ok().map(Yen);
        let fits = copay.is_none_or(|copay| copay.0 >= 0 && unit_price.is_none_or(|price| copay.0 <= price.0));
        cells.unless(fits && (copay.is_some() || cells.get(6).is_empty()), 6, || {
            mistake!("0 円から単価までの、円単位の金額を書いてください", "lies between 0 and 単価, in whole yen")
        });
        let (year, unit_price) = (year?, unit_price?);
        let key = (institution.clone(), programme.clone(), examination.clone(), year.0);
        let before = *unit_prices.entry(key.clone()).or_insert(unit_price);
        cells.unless(before == unit_price, 4, || {
            mistake!(
                "前の行では {} 円です。1つの医療機関の単価は1つにしてください",
                "is {} in a row before this one: an institution has one price",
                before.0
            )
        });
        cells.unless(seen.insert((key, copay_class.clone())), 0, || {
            mistake!("同じ行が前にもあります。1行にしてください", "this line stands before: once is enough")
        });
        Some(Price { institution, programme, examination, year, unit_price, copay_class, copay })
    });
    Prices::new(lines)
}
