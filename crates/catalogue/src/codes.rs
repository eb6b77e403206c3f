//! コード表: what a coded item may hold.

use serde::Deserialize;

use crate::Trust;

/// A code table, national (with its OID or URL) or the city's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeTable {
    /// Last part of the national OID (`2340`), the guide's name (`encounter_type`) or `local_…`.
    pub id: String,
    /// OID of a national table.
    #[serde(default)]
    pub oid: Option<String>,
    /// URL of a table that FHIR guides define.
    #[serde(default)]
    pub url: Option<String>,
    /// Japanese name.
    pub name: String,
    /// English name.
    pub english: String,
    /// Where it comes from.
    pub trust: Trust,
    /// The codes, in the table's order.
    #[serde(rename = "code")]
    pub codes: Vec<Code>,
    /// One bit for each one-byte code: nearly all are, and a million rows are checked against them.
    #[serde(skip)]
    single: u128,
}

/// One value of a code table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The value as it stands in files.
    pub value: String,
    /// Japanese meaning.
    pub name: String,
    /// English meaning.
    pub english: String,
    /// Order where several places are combined and the worst counts; absent for values that are not compared.
    #[serde(default)]
    pub severity: Option<u8>,
}

impl CodeTable {
    pub(crate) fn index(&mut self) {
        self.single = self.codes.iter().filter_map(|code| bit(&code.value)).fold(0, |bits, bit| bits | bit);
    }

    /// Whether the table has this value.
    pub fn holds(&self, value: &str) -> bool {
        match bit(value) {
            Some(bit) => self.single & bit != 0,
            None => self.codes.iter().any(|code| code.value == value),
        }
    }

    /// The code of a value.
    pub fn code(&self, value: &str) -> Option<&Code> {
        self.codes.iter().find(|code| code.value == value)
    }

    /// The worst of several values; `None` when none of them is comparable.
    pub fn worst<'t>(&'t self, values: impl IntoIterator<Item = &'t str>) -> Option<&'t Code> {
        values.into_iter().filter_map(|value| self.code(value)).filter(|code| code.severity.is_some()).max_by_key(|code| code.severity)
    }
}

fn bit(value: &str) -> Option<u128> {
    match value.as_bytes() {
        &[byte] if byte < 128 => Some(1 << byte),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::Catalogue;

    #[test]
    fn r_reg_6_a_table_knows_its_values_and_no_others() {
        let catalogue = Catalogue::built_in().unwrap();
        let bop = catalogue.code_table("2803").unwrap();
        assert!(["0", "1", "9", "X"].iter().all(|value| bop.holds(value)));
        assert!(["", "2", "x", "00", "０"].iter().all(|value| !bop.holds(value)));
        let cytology = catalogue.code_table("2400").unwrap();
        assert!(cytology.holds("10") && cytology.holds("99") && !cytology.holds("11"));
    }

    #[test]
    fn the_worst_place_counts_and_excluded_teeth_are_not_compared() {
        let catalogue = Catalogue::built_in().unwrap();
        let pocket = catalogue.code_table("2804").unwrap();
        assert_eq!(pocket.worst(["0", "9", "1", "X"]).map(|code| code.value.as_str()), Some("1"));
        assert!(pocket.worst(["9", "X"]).is_none());
    }
}
