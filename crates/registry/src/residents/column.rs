//! The columns of a file of the resident register, and where each stands in the file at hand.

/// One column of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    ResidentNumber,
    IndividualNumber,
    Household,
    Name,
    Kana,
    Sex,
    Birth,
    PostalCode,
    Address,
    Building,
    District,
    Branch,
    Phone,
    Class,
    Event,
    EventDate,
    From,
    Until,
    Removal,
    Protected,
    Tax,
    HouseholdTax,
    Welfare,
    Disaster,
}

impl Column {
    /// All of them, in the order of the interface; a column's place here is its number.
    pub(crate) const ALL: [Column; 24] = [
        Column::ResidentNumber,
        Column::IndividualNumber,
        Column::Household,
        Column::Name,
        Column::Kana,
        Column::Sex,
        Column::Birth,
        Column::PostalCode,
        Column::Address,
        Column::Building,
        Column::District,
        Column::Branch,
        Column::Phone,
        Column::Class,
        Column::Event,
        Column::EventDate,
        Column::From,
        Column::Until,
        Column::Removal,
        Column::Protected,
        Column::Tax,
        Column::HouseholdTax,
        Column::Welfare,
        Column::Disaster,
    ];

    /// The heading in the file.
    pub(crate) const fn heading(self) -> &'static str {
        match self {
            Column::ResidentNumber => "住民番号",
            Column::IndividualNumber => "個人番号",
            Column::Household => "世帯番号",
            Column::Name => "氏名",
            Column::Kana => "氏名カナ",
            Column::Sex => "性別",
            Column::Birth => "生年月日",
            Column::PostalCode => "郵便番号",
            Column::Address => "住所",
            Column::Building => "方書",
            Column::District => "行政区コード",
            Column::Branch => "支所コード",
            Column::Phone => "電話番号",
            Column::Class => "住民区分",
            Column::Event => "異動事由",
            Column::EventDate => "異動日",
            Column::From => "住民となった日",
            Column::Until => "住民でなくなった日",
            Column::Removal => "消除事由",
            Column::Protected => "支援措置",
            Column::Tax => "個人課税区分",
            Column::HouseholdTax => "世帯課税区分",
            Column::Welfare => "生活保護",
            Column::Disaster => "被災者",
        }
    }

    /// Without these the file is refused.
    const fn required(self) -> bool {
        use Column::*;
        matches!(self, ResidentNumber | Household | Name | Kana | Sex | Birth | Address | Class)
    }
}

/// Why a file is refused before its first row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeadingError {
    /// Required columns are not there.
    #[error("the file lacks the columns {}: add them to its heading row", .0.join(", "))]
    Missing(Vec<&'static str>),
    /// A column stands twice, so its meaning is not certain.
    #[error("the column {0} stands twice in the heading row")]
    Twice(&'static str),
}

/// Where each column stands.
#[derive(Debug, Clone)]
pub(crate) struct Headings {
    places: [Option<usize>; 24],
    /// Cells of the heading row, and so of every other.
    pub(crate) count: usize,
    /// Headings we do not know: reported once and ignored.
    pub(crate) unknown: Vec<String>,
}

impl Headings {
    /// Reads the heading row.
    pub(crate) fn read<'a>(row: impl Iterator<Item = &'a str>) -> Result<Headings, HeadingError> {
        let mut headings = Headings { places: [None; 24], count: 0, unknown: Vec::new() };
        for (at, heading) in row.enumerate() {
            headings.count = at + 1;
            let heading = heading.trim_matches([' ', '\u{3000}', '\u{feff}']);
            match Column::ALL.iter().find(|column| column.heading() == heading) {
                Some(column) => match headings.places.get_mut(*column as usize) {
                    Some(place @ None) => *place = Some(at),
                    _ => return Err(HeadingError::Twice(column.heading())),
                },
                None => headings.unknown.push(heading.to_owned()),
            }
        }
        let missing = Column::ALL.iter().filter(|column| column.required() && headings.place(**column).is_none());
        let missing: Vec<&'static str> = missing.map(|column| column.heading()).collect();
        if missing.is_empty() { Ok(headings) } else { Err(HeadingError::Missing(missing)) }
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

    const REQUIRED: [&str; 8] = ["住民番号", "世帯番号", "氏名", "氏名カナ", "性別", "生年月日", "住所", "住民区分"];

    #[test]
    fn the_number_of_a_column_is_its_place_in_the_list() {
        assert!(Column::ALL.iter().enumerate().all(|(at, column)| *column as usize == at));
    }

    #[test]
    fn r_reg_1_columns_may_stand_in_any_order_and_unknown_ones_are_reported() {
        let headings = Headings::read(REQUIRED.iter().rev().copied().chain(["備考"])).unwrap();
        assert_eq!(headings.place(Column::Class), Some(0));
        assert_eq!(headings.place(Column::Phone), None);
        assert_eq!(headings.unknown, ["備考"]);
    }

    #[test]
    fn r_reg_1_a_missing_required_column_refuses_the_file_and_names_it() {
        let error = Headings::read(REQUIRED.iter().copied().filter(|heading| *heading != "住所")).unwrap_err();
        assert_eq!(error, HeadingError::Missing(vec!["住所"]));
    }

    #[test]
    fn a_column_that_stands_twice_refuses_the_file() {
        let error = Headings::read(REQUIRED.iter().copied().chain(["氏名"])).unwrap_err();
        assert_eq!(error, HeadingError::Twice("氏名"));
    }
}
