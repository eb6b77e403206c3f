//! Who is behind the names in jobs: a second person is another person, and not another account of the same.

use access::{Accounts, Caller, CallerKind};
use store::Tx;

use super::JobError;
use super::start::named;

/// Who a caller is, as far as it is proved.
#[derive(PartialEq, Eq)]
enum Person {
    /// A member of staff, by their personnel number: they may have two accounts.
    Staff(String),
    /// Whoever logged in at the machine with this account, and not the name that somebody gave there behind it.
    Operator(String),
    /// No person: a program of a system.
    Program,
}

/// A second person is somebody else than the one who asked, who stands as `asked_by` in the job.
pub(super) fn check_second_person(tx: &mut Tx, asked_by: &str, by: &Caller) -> Result<(), JobError> {
    match (person(tx, asked_by)?, person(tx, &named(by))?) {
        // The program that asked had the work from no account: any person is the first.
        (Some(Person::Program), Some(Person::Staff(_) | Person::Operator(_))) => Ok(()),
        (Some(asked), Some(approves)) if asked == approves => Err(JobError::SamePerson),
        (Some(Person::Staff(_)), Some(Person::Staff(_))) | (Some(Person::Operator(_)), Some(Person::Operator(_))) => Ok(()),
        _ if asked_by == named(by) => Err(JobError::SamePerson),
        _ => Err(JobError::NotTwoPeople),
    }
}

/// None where nobody knows any more whose the account is.
fn person(tx: &mut Tx, name: &str) -> Result<Option<Person>, JobError> {
    let (kind, id) = name.split_once(' ').unwrap_or((name, ""));
    let is = |wanted: CallerKind| kind == wanted.as_str();
    Ok(if is(CallerKind::Staff) {
        Accounts::personnel_of(tx, id)?.map(Person::Staff)
    } else if is(CallerKind::Operator) {
        Some(Person::Operator(id.split('/').next().unwrap_or(id).to_owned()))
    } else {
        Some(Person::Program)
    })
}
