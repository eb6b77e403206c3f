//! What the weights may not override: rules under which no verdict is automatic.

use super::compare::{Comparison, Said};
use super::evidence::Doubt;
use super::weights::AUTOMATIC;
use crate::normal::{BirthLikeness, Likeness};

/// The best candidate, its probability, and the next best person.
#[derive(Clone, Copy)]
pub(crate) struct Standing<'a> {
    pub(crate) best: &'a Comparison,
    pub(crate) probability: f64,
    pub(crate) second: Option<&'a Comparison>,
    /// Somebody else of the household was born on the very day that the record says.
    pub(crate) date_of_another: bool,
}

/// Why a person must decide; `None` when nobody need.
///
/// * A given name that does not agree is never automatic: a twin or a namesake outside the register agrees in all the rest. One script
///   that agrees is not enough when the other is the name of somebody else.
/// * A family name that does not agree (marriage) needs the birth date and the household; so does a given name of which one script agrees
///   and the other is a slip away.
/// * A birth date one slip away needs the whole name and the household, and must not be the date of another of the household (a husband, a
///   twin): the record may mix the two. A missing or other date is never automatic.
/// * Two residents with the same name and birth date are told apart by the household or not at all.
pub(crate) fn doubt(standing: Standing<'_>) -> Option<Doubt> {
    let best = standing.best;
    let household = best.same_household();
    let (family, given) = (best.family.said(), best.given.said());
    let given_agrees = match given {
        Said::Agrees => true,
        Said::Mostly => household,
        Said::Contested | Said::Near | Said::Differs | Said::Nothing => false,
    };
    if !given_agrees {
        return Some(Doubt::GivenName);
    }
    if best.sex == Likeness::Other {
        return Some(Doubt::Sex);
    }
    match best.birth {
        BirthLikeness::Same => {
            if family != Said::Agrees && !household {
                return Some(Doubt::FamilyName);
            }
        }
        BirthLikeness::Slip => {
            if standing.date_of_another {
                return Some(Doubt::Tie);
            }
            if family != Said::Agrees || given != Said::Agrees || !household {
                return Some(Doubt::Birth);
            }
        }
        BirthLikeness::Part | BirthLikeness::Other | BirthLikeness::Absent => return Some(Doubt::Birth),
    }
    if standing.second.is_some_and(|second| ties(best, second)) {
        return Some(Doubt::Tie);
    }
    if standing.probability < AUTOMATIC {
        let rival = standing.second.is_some_and(|second| best.bits - second.bits < TIE_BITS);
        return Some(if rival { Doubt::Tie } else { Doubt::Thin });
    }
    None
}

/// Whether the best is settled before the slower keys are asked: everything that could tell a rival apart already agrees.
pub(crate) fn settled(standing: Standing<'_>) -> bool {
    let best = standing.best;
    doubt(standing).is_none()
        && best.birth == BirthLikeness::Same
        && best.family.said() == Said::Agrees
        && best.given.said() == Said::Agrees
        && best.same_household()
}

/// Below this many bits of distance the second is called a rival.
const TIE_BITS: f64 = 14.0;

/// Same name and same birth date as the best, and the household does not tell them apart.
fn ties(best: &Comparison, second: &Comparison) -> bool {
    let told_apart = best.same_household() && !second.same_household();
    let alike = second.birth == BirthLikeness::Same && second.given.said() == Said::Agrees && second.family.said() == Said::Agrees;
    alike && !told_apart
}
