//! The counter: a card makes its key, the authority signs, nobody but the card ever has the key.

use line::{Client, WireError};
use number::IndividualNumber;
use protocol::messages::Octets;
use protocol::messages::resident_network::{CARDS, CardRequest, Cards, CardsAnswer};
use protocol::sealing::{Batch, SealingError};
use vocabulary::{Entropy, Id128, Party, Purpose};
use zeroize::Zeroizing;

/// Why no cards were issued.
#[derive(Debug, thiserror::Error)]
pub enum CounterError {
    /// The authority.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The numbers cannot be sealed.
    #[error(transparent)]
    Sealing(#[from] SealingError),
    /// The authority answered for another number of people.
    #[error("the card authority answered for other rows than were asked")]
    Rows,
}

/// A certificate (DER), or why there is none.
pub type Issued = Result<Vec<u8>, String>;

/// Asks the card authority for certificates: each person's number beside the request (PKCS#10, DER) that the card's key signed.
///
/// `key` names this visit to the counter. A visit whose answer was lost is made again under another key: the card that nobody holds is void.
pub async fn issue_cards(
    client: &Client,
    me: &Party,
    authority: &Party,
    key: Id128,
    people: &[(&IndividualNumber, Vec<u8>)],
    entropy: &dyn Entropy,
) -> Result<Vec<Issued>, CounterError> {
    let keys = client.keys(authority).await?;
    let mut lines = Zeroizing::new(String::new());
    for (number, _) in people {
        lines.push_str(&number.open(Purpose::Numbering));
        lines.push('\n');
    }
    let numbers = Batch { sender: me, receiver: authority, kind: CARDS, request: key }.seal(&keys.receiving, &lines, entropy)?;
    let rows: Vec<CardRequest> = people.iter().map(|(_, request)| CardRequest { certificate_request: Octets(request.clone()) }).collect();
    let asked = rows.len();
    let answer: CardsAnswer = client.post(authority, CARDS, key, &Cards { request_id: key, rows, numbers }).await?;
    if answer.rows.len() != asked {
        return Err(CounterError::Rows);
    }
    let issued = answer.rows.into_iter().map(|row| match (row.certificate, row.problem) {
        (Some(certificate), _) => Ok(certificate.0),
        (None, Some(problem)) => Err(problem.detail),
        (None, None) => Err("refused without a reason".to_owned()),
    });
    Ok(issued.collect())
}
