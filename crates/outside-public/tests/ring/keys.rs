//! The PMH key passes through and stays nowhere.

use devices::card::Card;
use outside_public::portal::Purposes;
use protocol::messages::edge;
use store::RoomName;
use store::testing::{contains, stored};
use vocabulary::{Entropy, Id128, SystemEntropy};
use wire::faults::{Fault, FaultRule};
use wire::testing::Failed;

use crate::authority::Says;
use crate::support::{PIN, World, both, code, questionnaire};

/// Everything that the portal's database holds.
pub(crate) fn everything(world: &World) -> Vec<u8> {
    stored(&world.rooms, &RoomName::national("portal"))
}

fn assert_nowhere(world: &World, key: Id128) -> Result<(), Failed> {
    let all = everything(world);
    assert!(contains(&all, b"portal") && all.len() > 1_000, "what is searched is the portal's data");
    let raw = key.as_bytes().as_slice();
    // as bytes, as hexadecimal digits, and any half of them
    let (first, second) = raw.split_at(8);
    let (digits, first_digits, second_digits) = (key.to_string(), hex::encode(first), hex::encode(second));
    for part in [raw, first, second, digits.as_bytes(), first_digits.as_bytes(), second_digits.as_bytes()] {
        assert!(!contains(&all, part), "bytes of the key are in the portal's data");
    }
    Ok(())
}

/// What the portal does keep is found: the search can fail.
fn assert_somewhere(world: &World, serial: &str) -> Result<(), Failed> {
    assert!(contains(&everything(world), serial.as_bytes()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn r_pmh_4_no_byte_of_the_key_is_in_the_portals_data_before_while_or_after_it_is_bound() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        // cut off in the middle: the pseudonym is made, the edge has not answered
        world.edge.add(FaultRule::every(edge::BINDINGS, 1, Fault::Refuse(http::StatusCode::SERVICE_UNAVAILABLE)));
        for _ in 0..20 {
            assert_ne!(code(world.impatient()?.log_in(&person.card, PIN).await), "taken");
            if contains(&everything(&world), person.serial.as_bytes()) {
                break;
            }
        }
        assert_eq!(world.counts().await?["bound"], 0);
        assert_nowhere(&world, person.key)?;
        assert_somewhere(&world, &person.serial)?;
        world.stop().await;
        Ok(())
    })
    .await;
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        let session = world.agreed(&person).await?;
        session.questionnaires().await?;
        assert_eq!(world.counts().await?["bound"], 1);
        let identifier = world.seen().identifiers[&person.serial];
        assert_eq!(world.seen().bindings[&identifier], person.key, "the pseudonym is what the My Key platform made for the hub");
        assert_nowhere(&world, person.key)?;
        assert_somewhere(&world, &person.serial)?;
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r_pmh_4_a_binding_that_was_cut_off_is_made_whole_at_the_next_log_in_under_the_same_pseudonym() {
    both(|rooms| async move {
        let mut world = World::new(rooms).await?;
        let person = world.person()?;
        // the edge binds at once, and its first answers are lost
        let rule = FaultRule { times: Some(8), ..FaultRule::every(edge::BINDINGS, 1, Fault::DropAnswer) };
        world.edge.add(rule);
        for _ in 0..8 {
            if code(world.impatient()?.log_in(&person.card, PIN).await) == "taken" {
                break;
            }
            world.open(Purposes::current()).await?;
        }
        let session = world.agreed(&person).await?;
        assert_eq!(session.questionnaires().await?.rows.len(), 1);
        assert_eq!(world.seen().bindings.len(), 1, "one pseudonym");
        let sent = world.seen().binding_requests.clone();
        assert!(sent.len() > 8 && sent.iter().all(|one| *one == sent[0]), "sent until it was answered");
        world.log_in(&person).await?;
        assert_eq!(world.seen().binding_requests, sent, "and no more");
        assert_eq!(world.counts().await?["bound"], 1);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_appear_later_are_bound_at_a_later_log_in_and_a_card_nobody_knows_waits() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        let insured = world.seen().insured.remove(&person.serial).ok_or("insured")?;
        let mut told = String::new();
        // the last try of a phone can be cut off before it is answered
        for _ in 0..20 {
            told = code(world.impatient()?.log_in(&person.card, PIN).await);
            assert_ne!(told, "taken");
            if told == "unavailable" {
                break;
            }
        }
        assert_eq!(told, "unavailable", "online eligibility has not heard of the card");
        world.seen().insured.insert(person.serial.clone(), (insured.0, Vec::new()));
        let session = world.agreed(&person).await?;
        assert!(session.questionnaires().await?.rows.is_empty(), "no city has registered the person");
        world.seen().insured.insert(person.serial.clone(), insured);
        let session = world.log_in(&person).await?;
        assert_eq!(session.questionnaires().await?.rows.len(), 1);
        let asked = world.seen().first_uses;
        world.log_in(&person).await?;
        assert_eq!(world.seen().first_uses, asked, "nobody is asked again about one who is bound");
        assert_eq!(world.counts().await?["persons"], 1);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_edge_knows_under_another_pseudonym_is_refused_and_recorded() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        world.seen().bindings.insert(SystemEntropy.id128(), person.key);
        assert_eq!(code(world.phone()?.log_in(&person.card, PIN).await), "bound-otherwise");
        assert_eq!(world.counts().await?["bound"], 0);
        // the key of one person is not another's either
        let (card, _): (Card, String) = world.card(SystemEntropy.id128(), &[person.key], Says::default(), &world.authority)?;
        assert_eq!(code(world.phone()?.log_in(&card, PIN).await), "bound-otherwise");
        // two keys of one person are two pseudonyms
        let two = [SystemEntropy.id128(), SystemEntropy.id128()];
        let (card, _) = world.card(SystemEntropy.id128(), &two, Says::default(), &world.authority)?;
        for key in two {
            world.seen().sheets.insert(key, vec![questionnaire(SystemEntropy.id128())]);
        }
        let session = world.phone()?.log_in(&card, PIN).await?;
        session.consent(&Purposes::current().own, &protocol::messages::portal::Scope::OWN).await?;
        assert_eq!(session.questionnaires().await?.rows.len(), 2);
        world.stop().await;
        Ok(())
    })
    .await;
}
