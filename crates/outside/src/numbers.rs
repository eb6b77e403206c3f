//! Individual numbers that came sealed.

use number::IndividualNumber;

use crate::RefusedError;

/// Each line as a number; one that is none refuses the batch, naming its row alone.
pub(crate) fn numbers<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<IndividualNumber>, RefusedError> {
    (1..).zip(lines).map(|(row, line)| IndividualNumber::parse(line).map_err(|_| RefusedError::Number { row })).collect()
}
