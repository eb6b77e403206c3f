//! Cards that are not believed, challenges that are not taken.

use devices::card::{Card, CardError};
use devices::phone::DeviceError;
use line::{Client, WireError};
use protocol::Octets;
use protocol::messages::Nothing;
use protocol::messages::portal::{CHALLENGES, Challenge, LogIn, SESSIONS, Session};
use store::testing::contains;
use vocabulary::{Entropy, Id128, SystemEntropy};
use wire::testing::Failed;

use crate::authority::{Authority, Says};
use crate::keys::everything;
use crate::support::{PIN, World, both, code};

async fn challenge(client: &Client, world: &World) -> Result<Challenge, Failed> {
    Ok(client.ask(&world.portal, CHALLENGES, &Nothing {}).await?)
}

fn log_in(card: &Card, challenge: Id128, nonce: &[u8]) -> Result<LogIn, Failed> {
    let certificate = Octets(card.certificate()?.ok_or("no certificate")?);
    Ok(LogIn { challenge, certificate, signature: Octets(card.sign(PIN, nonce)?) })
}

async fn refused(client: &Client, world: &World, log_in: &LogIn) -> String {
    let answer: Result<Session, WireError> = client.ask(&world.portal, SESSIONS, log_in).await;
    answer.expect_err("refused").refusal().unwrap().code().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_of_another_authority_expired_not_yet_valid_or_for_something_else_is_refused() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let phone = world.phone()?;
        let foreign = Authority::new()?;
        let cases = [
            (Says::default(), &foreign),
            (Says { to: (2026, 10, 4), ..Says::default() }, &world.authority),
            (Says { from: (2026, 10, 7), ..Says::default() }, &world.authority),
            (Says { client: false, ..Says::default() }, &world.authority),
        ];
        for (says, authority) in cases {
            let (card, _) = world.card(SystemEntropy.id128(), &[], says, authority)?;
            assert_eq!(code(phone.log_in(&card, PIN).await), "card");
        }
        assert_eq!(world.seen().first_uses, 0, "nobody was asked about a card that is not believed");
        // and one that is believed gets in
        let (card, _) = world.card(SystemEntropy.id128(), &[], Says::default(), &world.authority)?;
        phone.log_in(&card, PIN).await?;
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_card_is_refused_within_half_a_minute() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        world.log_in(&person).await?;
        world.seen().revoked.push(person.serial.clone());
        world.advance(1);
        assert_eq!(code(world.phone()?.log_in(&person.card, PIN).await), "card");
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_taken_once_within_two_minutes_and_only_if_the_portal_gave_it() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        let client = world.ring.phone()?;
        let given = challenge(&client, &world).await?;
        let once = log_in(&person.card, given.challenge, given.nonce.as_slice())?;
        let session: Session = client.ask(&world.portal, SESSIONS, &once).await?;
        assert!(!contains(&everything(&world), session.session.expose().as_bytes()), "of the token the hash alone is kept");
        assert_eq!(refused(&client, &world, &once).await, "challenge", "replayed");

        let late = challenge(&client, &world).await?;
        world.clock.advance(jiff::SignedDuration::from_secs(121));
        let late = log_in(&person.card, late.challenge, late.nonce.as_slice())?;
        assert_eq!(refused(&client, &world, &late).await, "challenge", "too late");

        let given = challenge(&client, &world).await?;
        let mut name = *given.challenge.as_bytes();
        name[15] ^= 1;
        let made_up = log_in(&person.card, Id128::from_bytes(name), given.nonce.as_slice())?;
        assert_eq!(refused(&client, &world, &made_up).await, "card", "the nonce of one is not that of another");
        let other = log_in(&person.card, given.challenge, b"something else")?;
        assert_eq!(refused(&client, &world, &other).await, "card");
        // another card's signature with this card's certificate
        let stolen = world.person()?;
        let mut mixed = log_in(&stolen.card, given.challenge, given.nonce.as_slice())?;
        mixed.certificate = once.certificate;
        assert_eq!(refused(&client, &world, &mixed).await, "card");
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_pin_reaches_nobody_and_three_lock_the_card() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        let phone = world.phone()?;
        for _ in 0..2 {
            assert!(matches!(phone.log_in(&person.card, "0000").await, Err(DeviceError::Card(CardError::WrongPin { .. }))));
        }
        assert!(matches!(phone.log_in(&person.card, "0000").await, Err(DeviceError::Card(CardError::Locked))));
        assert!(matches!(phone.log_in(&person.card, PIN).await, Err(DeviceError::Card(CardError::Locked))));
        assert_eq!(world.counts().await?["persons"], 0);
        world.stop().await;
        Ok(())
    })
    .await;
}
