use std::sync::Arc;

use store::{RoomName, Rooms};
use vault::FileMaster;
use vocabulary::{Date, ManualClock, SeededEntropy};

use super::*;

struct House {
    clients: Clients,
    clock: Arc<ManualClock>,
    _keys: tempfile::TempDir,
}

async fn house(rooms: &Rooms) -> House {
    let name = RoomName::new("atena", Some("991015".parse().unwrap()));
    let room = rooms.room(&name, &[vault::MIGRATIONS, crate::MIGRATIONS]).unwrap();
    let clock = Arc::new(ManualClock::on(Date::constant(2026, 4, 1)));
    let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(9));
    let keys = tempfile::tempdir().unwrap();
    let master = Arc::new(FileMaster::open_or_create(keys.path().join("master.key"), Arc::clone(&entropy)).unwrap());
    let vault = Vault::open(&room, master, Arc::clone(&entropy), Arc::<ManualClock>::clone(&clock)).await.unwrap();
    House { clients: Clients::new(room, vault, Arc::<ManualClock>::clone(&clock), entropy), clock, _keys: keys }
}

fn registry() -> Party {
    "registry.991015".parse().unwrap()
}

fn scope(text: &str) -> Scope {
    text.parse().unwrap()
}

#[tokio::test]
async fn c3_a_client_id_is_32_letters_and_a_secret_at_least_32() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms).await;
        let made = house.clients.register(&registry(), "031", &scope("031:persons:Create")).await.unwrap();
        assert_eq!((made.client_id.len(), made.secret.len()), (32, 43));
        assert!(made.client_id.bytes().chain(made.secret.bytes()).all(|b| b.is_ascii_alphanumeric()));
        assert_eq!(house.clients.client_of(&registry()).await.unwrap(), Some(made.client_id.clone()));
        let read = house.clients.secret(&made.client_id).await.unwrap().unwrap();
        assert_eq!((read.party, read.secret.as_slice()), (registry(), made.secret.as_bytes()));
        let again = house.clients.register(&registry(), "031", &scope("")).await;
        assert!(matches!(again, Err(ClientError::Registered(_))));
        let bad = house.clients.register(&"relay.991015".parse().unwrap(), "31", &scope("")).await;
        assert_eq!(bad.unwrap_err(), ClientError::BadBusiness);
    })
    .await;
}

#[tokio::test]
async fn the_stored_secret_is_not_the_secret_and_opens_only_in_its_row() {
    store::testing::both(|rooms| async move {
        use diesel::prelude::*;
        let house = house(&rooms).await;
        let one = house.clients.register(&registry(), "031", &scope("")).await.unwrap();
        let other = house.clients.register(&"relay.991015".parse().unwrap(), "032", &scope("")).await.unwrap();
        let (first, second) = (one.client_id.clone(), other.client_id.clone());
        let sealed: Vec<u8> = house
            .clients
            .room
            .write(move |tx| {
                let sealed: Vec<u8> = oauth_client::table.find(first).select(oauth_client::secret).first(tx)?;
                diesel::update(oauth_client::table.find(second)).set(oauth_client::secret.eq(&sealed)).execute(tx)?;
                Ok::<_, store::StoreError>(sealed)
            })
            .await
            .unwrap();
        assert!(!sealed.windows(8).any(|part| one.secret.as_bytes().starts_with(part)));
        assert!(matches!(house.clients.secret(&other.client_id).await, Err(ClientError::Vault(_))), "moved from another row");
    })
    .await;
}

#[tokio::test]
async fn a_token_says_whose_it_is_and_what_for_until_it_expires() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms).await;
        let clients = &house.clients;
        let made = clients.register(&registry(), "031", &scope("031:persons:Create 031:replicas:Create")).await.unwrap();
        let token = clients.issue_token(&made.client_id, &scope("031:persons:Create"), 300).await.unwrap();
        let told = clients.introspect(&token.token).await.unwrap().unwrap();
        assert_eq!((told.client_id.as_str(), told.party), (made.client_id.as_str(), registry()));
        assert!(told.scope.allows("031:persons:Create") && !told.scope.allows("031:replicas:Create"));
        assert!(!format!("{token:?}").contains(token.token.as_str()));
        assert_eq!(clients.introspect("0".repeat(64).as_str()).await.unwrap(), None);
        house.clock.advance(jiff::SignedDuration::from_secs(299));
        assert!(clients.introspect(&token.token).await.unwrap().is_some());
        house.clock.advance(jiff::SignedDuration::from_secs(1));
        assert_eq!(clients.introspect(&token.token).await.unwrap(), None);
        house.clock.advance(jiff::SignedDuration::from_secs(61));
        assert_eq!(clients.forget_expired().await.unwrap(), 1);
        house.clock.advance(jiff::SignedDuration::from_mins(-60));
        assert_eq!(clients.introspect(&token.token).await.unwrap(), None, "t_12: no clock brings it back");
    })
    .await;
}

#[tokio::test]
async fn a_client_gets_no_more_than_it_was_granted() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms).await;
        let clients = &house.clients;
        let made = clients.register(&registry(), "031", &scope("031:persons:Create")).await.unwrap();
        for asked in ["", "031:persons:Read", "031:persons:Create 031:replicas:Create"] {
            assert_eq!(clients.issue_token(&made.client_id, &scope(asked), 300).await.unwrap_err().code(), "invalid_scope", "{asked}");
        }
        let unknown = clients.issue_token("nobody", &scope("031:persons:Create"), 300).await;
        assert_eq!(unknown.unwrap_err().code(), "invalid_client");
    })
    .await;
}

#[tokio::test]
async fn a_changed_or_disabled_client_loses_its_tokens() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms).await;
        let clients = &house.clients;
        let made = clients.register(&registry(), "031", &scope("031:persons:Create")).await.unwrap();
        let id = made.client_id.as_str();
        let token = || async { clients.issue_token(id, &scope("031:persons:Create"), 300).await.unwrap().token };
        let good = |token: zeroize::Zeroizing<String>| async move { clients.introspect(&token).await.unwrap().is_some() };
        let kept = token().await;
        assert!(good(kept.clone()).await);
        clients.revoke_token(&kept).await.unwrap();
        assert!(!good(kept).await);
        let kept = token().await;
        let renewed = clients.renew_secret(id).await.unwrap();
        assert!(!good(kept).await);
        assert_eq!(clients.secret(id).await.unwrap().unwrap().secret.as_slice(), renewed.secret.as_bytes());
        let kept = token().await;
        clients.set_scopes(id, &scope("031:replicas:Create")).await.unwrap();
        assert!(!good(kept).await);
        let lacking = clients.issue_token(id, &scope("031:persons:Create"), 300).await.unwrap_err();
        assert_eq!(lacking, ClientError::Scope(ScopeError::NotGranted("031:persons:Create".to_owned())));
        clients.disable(id).await.unwrap();
        assert!(clients.secret(id).await.unwrap().is_none());
        assert_eq!(clients.issue_token(id, &scope("031:replicas:Create"), 300).await.unwrap_err(), ClientError::NoSuchClient);
        assert_eq!(clients.disable("nobody").await.unwrap_err(), ClientError::NoSuchClient);
    })
    .await;
}

#[tokio::test]
async fn t_08_an_assertion_is_good_once_even_for_many_at_once() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms).await;
        let made = house.clients.register(&registry(), "031", &scope("031:persons:Create")).await.unwrap();
        let soon = house.clock.now_ms() + 60_000;
        let all: Vec<_> = (0..20)
            .map(|_| {
                let (clients, id) = (house.clients.clone(), made.client_id.clone());
                tokio::spawn(async move { clients.use_assertion(&id, "jti-1", soon).await.unwrap() })
            })
            .collect();
        let mut accepted = 0;
        for one in all {
            accepted += i32::from(one.await.unwrap());
        }
        assert_eq!(accepted, 1);
        assert!(house.clients.use_assertion(&made.client_id, "jti-2", soon).await.unwrap());
        assert!(!house.clients.use_assertion(&made.client_id, "jti-3", house.clock.now_ms()).await.unwrap(), "expired");
        assert_eq!(house.clients.use_assertion("nobody", "jti-1", soon).await.unwrap_err(), ClientError::NoSuchClient);
    })
    .await;
}

#[test]
fn t_39_both_databases_have_the_same_tables_and_every_column_has_a_class() {
    let schema = store::testing::same_on_both(&[crate::MIGRATIONS]);
    assert_eq!(store::columns::compare(&[store::COLUMNS, crate::COLUMNS], &schema), Vec::<String>::new());
}
