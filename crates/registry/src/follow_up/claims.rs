//! 請求: what each institution is paid for each month, from the city's price list or else the programme's unit prices; excluded payments are left out.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use diesel::prelude::*;
use store::Tx;
use vocabulary::FiscalYear;

use super::table::claim;
use crate::RegistryError;
use crate::results::table::examination;

/// Month, institution and programme → examinations and yen.
pub(super) type Claims = BTreeMap<(i32, String, String), (i64, i64)>;

/// Works out the claims of a fiscal year.
pub(super) fn of(tx: &mut Tx, catalogue: &Catalogue, year: i32) -> Result<Claims, RegistryError> {
    let columns = (
        examination::claim_month,
        examination::institution,
        examination::programme,
        examination::examination_id,
        diesel::dsl::count_star(),
    );
    let groups: Vec<(i32, String, String, String, i64)> = examination::table
        .filter(examination::fiscal_year.eq(year).and(examination::examination_id.ne("")))
        .filter(examination::excluded.eq(0).and(examination::claim_month.gt(0)).and(examination::institution.ne("")))
        .group_by((examination::claim_month, examination::institution, examination::programme, examination::examination_id))
        .select(columns)
        .load(tx)?;
    let fiscal_year = FiscalYear(i16::try_from(year).map_err(|_| wire::Damaged("a fiscal year"))?);
    let mut lines = Claims::new();
    for (month, institution, programme, kind, count) in groups {
        let listed = catalogue.prices().unit_price(&institution, &programme, &kind, fiscal_year).map(|price| price.0);
        let general = || catalogue.programme(&programme).and_then(|programme| programme.examination(&kind)).map(|kind| kind.unit_price);
        let price = listed.or_else(general).unwrap_or(0);
        let line = lines.entry((month, institution, programme)).or_default();
        line.0 += count;
        line.1 += count * price;
    }
    Ok(lines)
}

/// Writes them in place of the former ones → how many lines, and their sum in yen.
pub(super) fn write(tx: &mut Tx, year: i32, lines: &Claims) -> Result<(u64, i64), RegistryError> {
    diesel::delete(claim::table.filter(claim::fiscal_year.eq(year))).execute(tx)?;
    store::load(tx, claim::all_columns, |load| {
        lines.iter().try_for_each(|((month, institution, programme), (count, amount))| {
            load.push(|out| out.int(year).int(*month).text(institution).text(programme).int(*count).int(*amount))
        })
    })?;
    Ok((lines.len() as u64, lines.values().map(|(_, amount)| amount).sum()))
}
