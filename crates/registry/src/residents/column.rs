//! The columns of a file of the resident register, the tables that keep them, and where each stands in the file at hand.

use std::io::Read;

pub use sheets::HeadingError;
use sheets::Sheet;

/// How a column of the file is read, and kept in the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    /// 住民番号 and 個人番号, each read by itself.
    Key,
    /// A text as the file has it, of so many characters at most as a reader counts them (a variant selector is none).
    Text(usize),
    /// A day as yyyymmdd; 0 where empty.
    Day,
    /// One of these codes, and what stands for an empty cell, unless it is refused.
    Code(&'static [i16], Option<i16>),
}

/// Every column, each once: its name here, its name in the tables or that it is `sealed` (a part of the row's [`Contact`](super::contact::Contact)),
/// its heading in the file, whether a file without it is refused, its type, which says how it is read: `Text` and the characters that it may have,
/// `Integer` for a day, `SmallInt` for a code, with those that there are and the one that stands for an empty cell; no day is sealed. From these
/// lines come the tables in Rust, what goes into them and the statements over them; SQL has them in `migrations/0001_residents.sql`.
macro_rules! columns {
    (
        $($key:ident: $key_heading:literal $key_needed:ident,)*;
        $($name:ident $column:ident: $heading:literal $needed:ident $type:ident ($($detail:tt)*),)*;
        $($inner:ident sealed: $inner_heading:literal $inner_needed:ident $inner_type:ident ($($inner_detail:tt)*),)*
    ) => {
        /// One column of the file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Column {
            $($key,)*
            $($name,)*
            $($inner,)*
        }

        impl Column {
            /// All of them; a column's place here is its number.
            pub(crate) const ALL: [Column; COUNT] = [$(Column::$key,)* $(Column::$name,)* $(Column::$inner,)*];
            /// Those that are kept as the file has them: first those of the tables, then those of the sealed cell.
            pub(crate) const KEPT: [Column; PLAIN + SEALED] = [$(Column::$name,)* $(Column::$inner,)*];
            /// Those that stand in the tables, in their order there.
            pub(crate) const PLAIN: [Column; PLAIN] = [$(Column::$name,)*];
            /// Those that are kept sealed, in their order in the cell.
            pub(crate) const SEALED: [Column; SEALED] = [$(Column::$inner,)*];

            /// The heading in the file.
            pub(crate) const fn heading(self) -> &'static str {
                match self {
                    $(Column::$key => $key_heading,)*
                    $(Column::$name => $heading,)*
                    $(Column::$inner => $inner_heading,)*
                }
            }

            /// How it is read and kept.
            pub(crate) const fn kind(self) -> ColumnKind {
                match self {
                    $(Column::$key => ColumnKind::Key,)*
                    $(Column::$name => columns!(@kind $type $($detail)*),)*
                    $(Column::$inner => columns!(@kind $inner_type $($inner_detail)*),)*
                }
            }

            /// Whether it is kept as a text.
            pub(crate) const fn is_text(self) -> bool {
                matches!(self.kind(), ColumnKind::Text(_))
            }

            /// Whether a file without it is refused.
            pub(crate) const fn is_required(self) -> bool {
                match self {
                    $(Column::$key => columns!(@needed $key_needed),)*
                    $(Column::$name => columns!(@needed $needed),)*
                    $(Column::$inner => columns!(@needed $inner_needed),)*
                }
            }
        }

        const COUNT: usize = [$($key_heading,)* $($heading,)* $($inner_heading,)*].len();
        const PLAIN: usize = [$($heading,)*].len();
        const SEALED: usize = [$($inner_heading,)*].len();
        const SOUGHT: [sheets::Column; COUNT] = [
            $(sheets::Column { heading: $key_heading, required: columns!(@needed $key_needed) },)*
            $(sheets::Column { heading: $heading, required: columns!(@needed $needed) },)*
            $(sheets::Column { heading: $inner_heading, required: columns!(@needed $inner_needed) },)*
        ];

        /// The names of [`Column::PLAIN`] in the tables, for a statement, with a comma behind each.
        pub(super) const PLAIN_NAMES: &str = concat!($(stringify!($column), ", "),*);

        pub(crate) mod tables {
            diesel::table! {
                /// What the register said last of a person.
                resident (id) {
                    id -> BigInt, version -> Integer, number -> Text, $($column -> $type,)* kana_key -> Text, unnamed -> SmallInt,
                    contact -> Binary, sealed_number -> Nullable<Binary>, number_index -> Nullable<Binary>, digest -> Binary, import -> BigInt,
                }
            }

            diesel::table! {
                /// What it said before, and until which import.
                resident_history (id, version) {
                    id -> BigInt, version -> Integer, replaced_by -> BigInt, $($column -> $type,)*
                    contact -> Binary, sealed_number -> Nullable<Binary>, digest -> Binary, import -> BigInt,
                }
            }

            diesel::table! {
                /// What a file says that is new, until it is applied.
                resident_staged (import, place) {
                    place -> BigInt, id -> BigInt, version -> Integer, number -> Text, $($column -> $type,)* kana_key -> Text, unnamed -> SmallInt,
                    contact -> Binary, sealed_number -> Nullable<Binary>, number_index -> Nullable<Binary>, digest -> Binary, import -> BigInt,
                }
            }
        }

        /// [`Column::PLAIN`] as they stand in a row of the table.
        #[derive(diesel::Queryable)]
        pub(super) struct PlainColumns {
            $($column: rust::$type,)*
        }

        impl PlainColumns {
            /// What is selected for it, of the table of residents.
            pub(super) const SELECTED: ($(tables::resident::$column,)*) = ($(tables::resident::$column,)*);

            /// Each of them.
            pub(super) fn into_values(self) -> impl Iterator<Item = (Column, KeptValue)> {
                [$((Column::$name, KeptValue::from(self.$column)),)*].into_iter()
            }
        }
    };
    (@needed required) => { true };
    (@needed optional) => { false };
    (@kind Text $longest:expr) => { ColumnKind::Text($longest) };
    (@kind Integer) => { ColumnKind::Day };
    (@kind SmallInt $($code:literal)*) => { ColumnKind::Code(&[$($code),*], None) };
    (@kind SmallInt $($code:literal)*, else $empty:literal) => { ColumnKind::Code(&[$($code),*], Some($empty)) };
}

/// The types of Rust that those of the tables are.
mod rust {
    pub(super) type Text = String;
    pub(super) type Integer = i32;
    pub(super) type SmallInt = i16;
}

/// What stands in a row of the table in one column.
pub(super) enum KeptValue {
    Text(Box<str>),
    /// A day or a code.
    Value(i32),
}

impl From<String> for KeptValue {
    fn from(text: String) -> KeptValue {
        KeptValue::Text(text.into_boxed_str())
    }
}

impl From<i32> for KeptValue {
    fn from(day: i32) -> KeptValue {
        KeptValue::Value(day)
    }
}

impl From<i16> for KeptValue {
    fn from(code: i16) -> KeptValue {
        KeptValue::Value(code.into())
    }
}

/// Of a text that has no limit of its own: that of a cell.
const ANY: usize = usize::MAX;

// 性別: 1 male, 2 female, 0 unknown. 住民区分: 1 Japanese, 2 foreign, 3 outside the register (住登外). 消除事由: 1 moved out, 2 died, 9 other, 0 none.
// 課税区分: 0 not taxed, 1 taxed, 9 unknown. The others: 1 yes, 0 no.
columns! {
    ResidentNumber: "住民番号" required,
    IndividualNumber: "個人番号" optional,
    ;
    Household household: "世帯番号" required Text(ANY),
    Name name: "氏名" required Text(100),
    Kana kana: "氏名カナ" required Text(100),
    Sex sex: "性別" required SmallInt(0 1 2),
    Birth birth: "生年月日" required Integer(),
    Branch branch: "支所コード" optional Text(ANY),
    Class class: "住民区分" required SmallInt(1 2 3),
    EventDate event_date: "異動日" optional Integer(),
    From since: "住民となった日" optional Integer(),
    Until until: "住民でなくなった日" optional Integer(),
    Removal removal: "消除事由" optional SmallInt(1 2 9, else 0),
    ;
    Protected sealed: "支援措置" optional SmallInt(0 1, else 0),
    PostalCode sealed: "郵便番号" optional Text(ANY),
    Address sealed: "住所" required Text(300),
    Building sealed: "方書" optional Text(ANY),
    District sealed: "行政区コード" optional Text(ANY),
    Phone sealed: "電話番号" optional Text(ANY),
    Event sealed: "異動事由" optional Text(ANY),
    Tax sealed: "個人課税区分" optional SmallInt(0 1 9, else 9),
    HouseholdTax sealed: "世帯課税区分" optional SmallInt(0 1 9, else 9),
    Welfare sealed: "生活保護" optional SmallInt(0 1, else 0),
    Disaster sealed: "被災者" optional SmallInt(0 1, else 0),
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
