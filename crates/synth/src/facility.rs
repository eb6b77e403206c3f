//! The facilities of a fictional city: what stands in results as 受診医療機関.

use vocabulary::{InstitutionCode, MunicipalityCode};

/// What a facility does; the third digit of its code (点数表区分).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FacilityKind {
    /// 医科.
    Medical,
    /// A check-up centre outside insurance, with its bus (集団検診).
    CheckUp,
    /// 歯科.
    Dental,
}

/// A facility; its code begins with 99, which is no prefecture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facility {
    /// 医療機関コード.
    pub code: InstitutionCode,
    /// The name on the door.
    pub name: String,
    /// What it does.
    pub kind: FacilityKind,
}

const MEDICAL: [&str; 12] = [
    "見本市民病院",
    "青葉内科クリニック",
    "中央外科胃腸科",
    "みどりレディースクリニック",
    "桜台医院",
    "港町診療所",
    "若葉ファミリークリニック",
    "泉町整形外科",
    "本町内科",
    "花園乳腺クリニック",
    "南町呼吸器内科",
    "富士見医院",
];
const CHECK_UP: [&str; 2] = ["見本健診センター", "架空予防医学協会"];
const DENTAL: [&str; 10] = [
    "青葉歯科医院",
    "中央デンタルクリニック",
    "桜台歯科",
    "みほん歯科医院",
    "港町歯科診療所",
    "若葉台ファミリー歯科",
    "泉町歯科クリニック",
    "本町歯科",
    "花園歯科医院",
    "富士見デンタルオフィス",
];

/// All facilities of a city, always the same.
pub fn facilities(municipality: MunicipalityCode) -> Vec<Facility> {
    let area = municipality.number() / 10 % 100;
    let of = |kind: FacilityKind, digit: u8, names: &[&str]| -> Vec<Facility> {
        let numbered = names.iter().zip(1..);
        numbered
            .filter_map(|(name, serial)| {
                let code = InstitutionCode::from_body(&format!("99{digit}{area:02}{serial:04}")).ok()?;
                Some(Facility { code, name: (*name).to_owned(), kind })
            })
            .collect()
    };
    [of(FacilityKind::Medical, 1, &MEDICAL), of(FacilityKind::CheckUp, 2, &CHECK_UP), of(FacilityKind::Dental, 3, &DENTAL)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_check_and_are_the_citys_own() {
        let of = |code| facilities(MunicipalityCode::parse(code).unwrap());
        let (first, second) = (of(crate::FIRST_CITY), of(crate::SECOND_CITY));
        assert_eq!(first.len(), 24);
        for facility in &first {
            assert_eq!(InstitutionCode::parse(facility.code.as_str()), Ok(facility.code));
            assert_eq!(facility.code.is_dental(), facility.kind == FacilityKind::Dental);
            assert!(second.iter().all(|other| other.code != facility.code));
        }
    }
}
