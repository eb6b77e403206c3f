//! `GET` 照会許可照合リスト: who may ask whom for what, signed for the relay that asks.

use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use protocol::Signed;
use protocol::messages::inquiries::{Permission, PermissionList};
use protocol::messages::network::PermissionListAnswer;
use protocol::signed::Head;
use wire::{Json, Peer, Problem, RequestCaller};

use super::Network;
use crate::RefusedError;

/// How long a relay may decide by a list: beyond this it must fetch a new one.
const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// The list for the relay that asks.
pub(super) async fn show(
    State(network): State<Network>,
    RequestCaller(_): RequestCaller,
    peer: Peer,
) -> Result<Json<PermissionListAnswer>, Problem> {
    let issued = network.room.clock().now();
    let list = current(&network, issued);
    let head = Head {
        sender: network.party.clone(),
        receiver: peer.party.clone(),
        number: network.entropy.id128(),
        issued,
        expires: list.expires,
    };
    let list = Signed::seal(&head, &list, &network.room.vault().signer_blocking(wire::RING)?).map_err(RefusedError::from)?;
    Ok(Json(PermissionListAnswer { list }))
}

/// The list as the catalogue has it, for a while.
pub(super) fn current(network: &Network, now: Timestamp) -> PermissionList {
    signed_form(network.catalogue.permission_list(), now + LIFE)
}

/// The lines of the catalogue's list, one for each information; kinds of organisations stand for all of them.
fn signed_form(list: &catalogue::PermissionList, expires: Timestamp) -> PermissionList {
    let party = |kind: &str| if kind == "municipality" { "*".to_owned() } else { kind.to_owned() };
    let rows = list.rows.iter().flat_map(|row| {
        row.information.iter().map(move |information| Permission {
            asker: party(&row.asker_kind),
            provider: party(&row.provider_kind),
            business: row.business.clone(),
            information: information.clone(),
        })
    });
    PermissionList { version: version(&list.version), expires, rows: rows.collect() }
}

/// `2026-04` as 202604: a number that grows.
fn version(text: &str) -> u64 {
    text.bytes().filter(u8::is_ascii_digit).fold(0, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use catalogue::Catalogue;
    use vocabulary::{Entropy as _, MunicipalityCode, SeededEntropy};

    use super::*;

    /// Drawn from at random: words of the list at every place, words spelt otherwise, and words that it does not have; one line more holds
    /// between two cities alone. That no other kind of party is asked about is a matter of the types.
    #[test]
    fn c_iii_6_r1_rel_2_of_a_million_inquiries_those_alone_that_the_list_names_are_permitted() {
        let catalogue = Catalogue::built_in().unwrap();
        let named = catalogue.permission_list();
        let rows = named.rows.iter().flat_map(|row| row.information.iter().map(move |information| (row, information)));
        assert!(rows.clone().all(|(row, _)| row.asker_kind == "municipality" && row.provider_kind == "municipality"));
        let listed: BTreeSet<[&str; 2]> = rows.map(|(row, information)| [row.business.as_str(), information.as_str()]).collect();
        let mut list = signed_form(named, Timestamp::UNIX_EPOCH);
        let [asker, provider, business, information] = ["991015", "992020", "tax", "hepatitis"].map(str::to_owned);
        list.rows.push(Permission { asker, provider, business, information });
        let cities: [MunicipalityCode; 2] = ["991015", "992020"].map(|code| code.parse().unwrap());
        let own: BTreeSet<&str> = listed.iter().flatten().copied().collect();
        let spelt = own.iter().flat_map(|word| [word.to_uppercase(), format!("{word} "), word.chars().skip(1).collect()]);
        let foreign = ["", "*", "tax", "hepatitis"].map(str::to_owned);
        let words: Vec<String> = own.iter().map(|word| (*word).to_owned()).chain(spelt).chain(foreign).collect();
        let everything = listed.iter().all(|[business, information]| list.allows(cities[0], cities[1], business, information));
        assert!(listed.len() > 1 && everything, "everything that the list names");
        let chance = SeededEntropy::new(612);
        let mut permitted = [0, 0];
        for _ in 0..1_000_000 {
            let mut bytes = [0; 4];
            chance.fill(&mut bytes);
            let [from, to] = [bytes[0], bytes[1]].map(|byte| usize::from(byte) % 2);
            let [business, information] = [bytes[2], bytes[3]].map(|byte| words[usize::from(byte) % words.len()].as_str());
            let (of_all, of_two) =
                (listed.contains(&[business, information]), (from, to, business, information) == (0, 1, "tax", "hepatitis"));
            let allowed = list.allows(cities[from], cities[to], business, information);
            assert_eq!(allowed, of_all || of_two, "{from} {to} {business} {information}");
            permitted = [permitted[0] + usize::from(of_all), permitted[1] + usize::from(of_two)];
        }
        assert!(permitted.iter().all(|count| *count > 0), "some of them were the list's");
    }
}
