//! The columns of a file of the resident register, and where each stands in the file at hand.

use std::io::Read;

pub use sheets::HeadingError;
use sheets::Sheet;

/// The columns in the order of the interface, each once: its name here, its heading in the file, whether a file without it is refused.
macro_rules! columns {
    ($($name:ident: $heading:literal $needed:ident,)*) => {
        /// One column of the file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Column {
            $($name,)*
        }

        impl Column {
            /// All of them; a column's place here is its number.
            pub(crate) const ALL: [Column; COUNT] = [$(Column::$name,)*];

            /// The heading in the file.
            pub(crate) const fn heading(self) -> &'static str {
                match self {
                    $(Column::$name => $heading,)*
                }
            }
        }

        const COUNT: usize = [$($heading,)*].len();
        const SOUGHT: [sheets::Column; COUNT] = [$(sheets::Column { heading: $heading, required: columns!(@ $needed) },)*];
    };
    (@ required) => { true };
    (@ optional) => { false };
}

columns! {
    ResidentNumber: "住民番号" required,
    IndividualNumber: "個人番号" optional,
    Household: "世帯番号" required,
    Name: "氏名" required,
    Kana: "氏名カナ" required,
    Sex: "性別" required,
    Birth: "生年月日" required,
    PostalCode: "郵便番号" optional,
    Address: "住所" required,
    Building: "方書" optional,
    District: "行政区コード" optional,
    Branch: "支所コード" optional,
    Phone: "電話番号" optional,
    Class: "住民区分" required,
    Event: "異動事由" optional,
    EventDate: "異動日" optional,
    From: "住民となった日" optional,
    Until: "住民でなくなった日" optional,
    Removal: "消除事由" optional,
    Protected: "支援措置" optional,
    Tax: "個人課税区分" optional,
    HouseholdTax: "世帯課税区分" optional,
    Welfare: "生活保護" optional,
    Disaster: "被災者" optional,
}

/// Where each column stands.
#[derive(Debug, Clone)]
pub(crate) struct Headings {
    places: [Option<usize>; COUNT],
    /// Headings we do not know: reported once and ignored.
    pub(crate) unknown: Vec<String>,
}

impl Headings {
    /// Finds the columns of a file.
    pub(crate) fn find<R: Read>(sheet: &Sheet<R>) -> Result<Headings, HeadingError> {
        let places = sheet.places(&SOUGHT)?;
        let is_unknown = |heading: &&String| !Column::ALL.iter().any(|column| column.heading() == heading.as_str());
        Ok(Headings { places, unknown: sheet.headings().iter().filter(is_unknown).cloned().collect() })
    }

    /// Columns that the file does not have: what is known in them stays.
    pub(crate) fn absent(&self) -> Vec<Column> {
        Column::ALL.into_iter().filter(|column| self.place(*column).is_none()).collect()
    }

    /// Where a column stands; `None` when the file has no such column.
    pub(crate) fn place(&self, column: Column) -> Option<usize> {
        self.places.get(column as usize).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find<'a>(headings: impl Iterator<Item = &'a str>) -> Result<Headings, HeadingError> {
        let row = headings.collect::<Vec<_>>().join(",");
        Headings::find(&Sheet::open(row.as_bytes(), sheets::Encoding::Auto).unwrap())
    }

    const REQUIRED: [&str; 8] = ["住民番号", "世帯番号", "氏名", "氏名カナ", "性別", "生年月日", "住所", "住民区分"];

    #[test]
    fn r_reg_1_columns_may_stand_in_any_order_and_unknown_ones_are_reported() {
        let headings = find(REQUIRED.iter().rev().copied().chain(["備考"])).unwrap();
        assert_eq!(headings.place(Column::Class), Some(0));
        assert_eq!(headings.place(Column::Phone), None);
        assert_eq!(headings.unknown, ["備考"]);
    }

    #[test]
    fn r_reg_1_a_missing_required_column_refuses_the_file_and_names_it() {
        let error = find(REQUIRED.iter().copied().filter(|heading| *heading != "住所")).unwrap_err();
        assert_eq!(error, HeadingError::Missing(vec!["住所"]));
    }

    #[test]
    fn a_column_that_stands_twice_refuses_the_file() {
        let error = find(REQUIRED.iter().copied().chain(["氏名"])).unwrap_err();
        assert_eq!(error, HeadingError::Twice("氏名"));
    }
}
