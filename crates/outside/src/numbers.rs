//! Individual numbers that came sealed.

use number::IndividualNumber;
use protocol::RowProblem;
use wire::Malformed;

/// Each line as a number; those that are none refuse the batch, by their rows.
pub(crate) fn numbers<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<IndividualNumber>, Malformed> {
    let (mut numbers, mut wrong) = (Vec::new(), Vec::new());
    for (row, line) in (1..).zip(lines) {
        match IndividualNumber::parse(line) {
            Ok(number) => numbers.push(number),
            Err(_) => wrong.push(RowProblem::of_field(row, "numbers", "notANumber", "is no individual number: look at its check digit")),
        }
    }
    if wrong.is_empty() {
        Ok(numbers)
    } else {
        Err(Malformed::rows("bad-rows", "some lines are no individual numbers: mend their rows", wrong))
    }
}
