//! `offices.csv`: the offices (支所) and the districts that they serve.

use std::collections::{HashMap, HashSet};

use sheets::Column;

use super::{Reading, required};
use crate::findings::mistake;

const COLUMNS: [Column; 3] = [required("所属コード"), required("名称"), required("行政区コード")];

/// An office of the city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// 所属コード.
    pub code: String,
    /// Its name.
    pub name: String,
    /// 行政区コード of the districts that it serves.
    pub districts: Vec<String>,
}

pub(super) fn read(reading: &mut Reading<'_>) -> Vec<Office> {
    let (mut seen, mut served) = (HashSet::new(), HashMap::new());
    reading.rows(&COLUMNS, |cells| {
        let code = cells.once(0, &mut seen);
        let districts = cells.list(2);
        for district in &districts {
            let before = served.insert(district.clone(), code.clone());
            cells.unless(before.is_none(), 2, || {
                mistake!(
                    "行政区 `{district}` は所属 `{}` の担当になっています",
                    "district `{district}` is served by office `{}`",
                    before.clone().unwrap_or_default()
                )
            });
        }
        let name = cells.filled(1);
        Some(Office { code, name, districts })
    })
}
