use vocabulary::{Entropy, Purpose, SeededEntropy};

use super::*;
use crate::{
    CallerKind, Password,
    accounts::tests::{DESK, GOOD, HERE, house, officer},
};

#[tokio::test]
async fn a_caller_is_what_the_session_says() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        let (token, session) = house.settled("s1001").await;
        let caller = Caller::from_session(&session, Purpose::Eligibility, SeededEntropy::new(2).id128());
        assert_eq!((caller.kind(), caller.id()), (CallerKind::Staff, "s1001"));
        assert_eq!(caller.municipality(), house.accounts.municipality());
        assert_eq!(caller.roles(), session.roles());
        let printed = format!("{session:?} {token:?} {caller:?}");
        for secret in [token.expose(), session.csrf(), "花子"] {
            assert!(!printed.contains(secret), "{printed}");
        }
    })
    .await;
}

#[tokio::test]
async fn c_iii_3_x_com_1_an_idle_session_asks_for_the_password_and_goes_on() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        let (token, session) = house.settled("s1001").await;
        for _ in 0..3 {
            house.minutes(15);
            house.open(&token).await;
        }
        house.minutes(16);
        let Resumed::Idle(locked) = house.accounts.resume(token.expose(), &DESK).await.unwrap() else { panic!("it is not locked") };
        assert_eq!((locked.account(), locked.csrf()), ("s1001", session.csrf()));
        assert!(locked.csrf_matches(session.csrf()) && !locked.csrf_matches("") && !format!("{locked:?}").contains(session.csrf()));
        let unlock = |password: &'static str, terminal: Terminal<'static>| {
            let (accounts, token) = (house.accounts.clone(), token.expose().to_owned());
            async move { accounts.unlock(&token, Password::new(password), &terminal).await.unwrap().err() }
        };
        assert_eq!(unlock("wrong", DESK).await, Some(Refusal::Credentials));
        assert_eq!(unlock(GOOD, Terminal { id: Some("t-002"), ..DESK }).await, Some(Refusal::NoSession));
        assert_eq!(unlock(GOOD, DESK).await, None);
        house.open(&token).await;
    })
    .await;
}

#[tokio::test]
async fn t_12_a_session_ends_after_its_hours_and_no_clock_prolongs_it() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        let (token, _) = house.settled("s1001").await;
        for _ in 0..59 {
            house.minutes(10);
            house.open(&token).await;
        }
        house.minutes(10);
        assert!(house.is_gone(&token).await, "ten hours, however busy");
        let ended = house.accounts.end_overdue_sessions().await.unwrap();
        assert_eq!(ended.iter().map(|one| one.account.as_str()).collect::<Vec<_>>(), ["s1001"]);
        assert_eq!(house.accounts.end_overdue_sessions().await.unwrap(), [], "one end for one log-in");
        let (token, _) = house.log_in("s1001", GOOD).await;
        house.minutes(-5);
        assert!(house.is_gone(&token).await, "the clock went back");
    })
    .await;
}

#[tokio::test]
async fn a_session_stands_on_its_terminal_and_goes_when_ended() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        let (token, session) = house.settled("s1001").await;
        for other in [Terminal { agent: "Mozilla/5.0 other", ..DESK }, Terminal { id: None, ..DESK }] {
            assert!(matches!(house.accounts.resume(token.expose(), &other).await.unwrap(), Resumed::Gone));
        }
        for nonsense in ["", "x", "00000000000000000000000000000000", "<script>"] {
            assert!(matches!(house.accounts.resume(nonsense, &DESK).await.unwrap(), Resumed::Gone));
        }
        assert!(session.csrf_matches(session.csrf()) && !session.csrf_matches("") && !session.csrf_matches(token.expose()));
        house.accounts.log_out(&session).await.unwrap();
        assert!(house.is_gone(&token).await);
    })
    .await;
}

#[tokio::test]
async fn c_iii_3_r2_reg_2_a_second_log_in_ends_the_first_session() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        let (first, before) = house.settled("s1001").await;
        let (second, after) = house.log_in("s1001", GOOD).await;
        assert!(house.is_gone(&first).await);
        assert_ne!((before.csrf(), before.id()), (after.csrf(), after.id()));
        house.accounts.disable(&house.console, "s1001").await.unwrap();
        assert!(house.is_gone(&second).await, "disabled: at once");
        assert_eq!(house.refused("s1001", GOOD).await, Refusal::Closed);
        house.accounts.enable(&house.console, "s1001").await.unwrap();
        let (third, _) = house.log_in("s1001", GOOD).await;
        let once = house.accounts.reissue_password(&house.console, "s1001").await.unwrap();
        assert!(house.is_gone(&third).await);
        assert_eq!(house.refused("s1001", GOOD).await, Refusal::Credentials);
        assert!(house.log_in("s1001", once.expose()).await.1.must_change_password());
    })
    .await;
}

#[tokio::test]
async fn t_19_guesses_meet_a_lock_that_grows_and_the_right_password_meets_it_too() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        house.settled("s1001").await;
        for _ in 0..5 {
            assert_eq!(house.refused("s1001", "guess").await, Refusal::Credentials);
        }
        assert_eq!(house.refused("s1001", GOOD).await, Refusal::Locked);
        house.minutes(1);
        assert_eq!(house.refused("s1001", "guess").await, Refusal::Credentials, "one more guess, and a longer lock");
        house.minutes(1);
        assert_eq!(house.refused("s1001", GOOD).await, Refusal::Locked);
        house.minutes(1);
        house.log_in("s1001", GOOD).await;
        for _ in 0..4 {
            assert_eq!(house.refused("s1001", "guess").await, Refusal::Credentials, "a success forgets the failures");
        }
        house.log_in("s1001", GOOD).await;
    })
    .await;
}

#[tokio::test]
async fn t_19_a_hundred_guesses_at_once_are_a_hundred_guesses() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        house.settled("s1001").await;
        let all: Vec<_> = (0..100)
            .map(|_| {
                let accounts = house.accounts.clone();
                tokio::spawn(async move { accounts.log_in("s1001", Password::new("guess"), &DESK, &HERE).await.unwrap() })
            })
            .collect();
        let mut compared = 0;
        for one in all {
            compared += i32::from(matches!(one.await.unwrap(), LogIn::Refused(Refusal::Credentials)));
        }
        assert_eq!(compared, 5);
    })
    .await;
}

#[tokio::test]
async fn t_19_an_unknown_id_behaves_like_a_known_one() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        house.settled("s1001").await;
        for id in ["s1001", "s9999", "not an id at all", ""] {
            let mut told = Vec::new();
            for _ in 0..6 {
                told.push(house.refused(id, "guess").await);
            }
            assert_eq!(told[..5], [Refusal::Credentials; 5], "{id}");
            assert_eq!(told[5], Refusal::Locked, "{id}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_outside_its_dates_is_closed() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        let from = vocabulary::Date::constant(2026, 4, 2);
        let new = crate::NewAccount { valid_from: Some(from), valid_until: Some(from), ..officer("s1001") };
        let once = house.accounts.create(&house.console, new).await.unwrap();
        assert_eq!(house.refused("s1001", once.expose()).await, Refusal::Closed);
        house.minutes(24 * 60);
        let (token, _) = house.log_in("s1001", once.expose()).await;
        house.minutes(24 * 60);
        assert!(house.is_gone(&token).await);
    })
    .await;
}

#[tokio::test]
async fn c_iii_3_r2b_atn_4_what_another_program_takes_away_holds_after_a_second() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        let (token, _) = house.settled("s1001").await;
        let other_program = crate::accounts::tests::house(&rooms);
        assert!(house.open(&token).await.roles().contains("auditor"));
        other_program.accounts.revoke(&house.console, "s1001", "auditor").await.unwrap();
        assert!(house.open(&token).await.roles().contains("auditor"), "read within this second");
        house.clock.advance(jiff::SignedDuration::from_secs(1));
        assert!(!house.open(&token).await.roles().contains("auditor"));
        other_program.accounts.end_sessions("s1001").await.unwrap();
        house.clock.advance(jiff::SignedDuration::from_secs(1));
        assert!(house.is_gone(&token).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c_iii_3_r2b_atn_4_of_ten_thousand_requests_on_their_way_none_has_a_right_a_second_after_it_was_taken() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        let (token, _) = house.settled("s1001").await;
        let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
        let requests: Vec<_> = (0..10_000)
            .map(|_| {
                let (gate, accounts, token) = (gate.clone(), house.accounts.clone(), token.expose().to_owned());
                tokio::spawn(async move {
                    let _turn = gate.acquire().await.unwrap();
                    match accounts.resume(&token, &DESK).await.unwrap() {
                        Resumed::Open(session) => session.roles().contains("auditor"),
                        other => panic!("{other:?}"),
                    }
                })
            })
            .collect();
        assert!(house.open(&token).await.roles().contains("auditor"));
        let other_program = crate::accounts::tests::house(&rooms);
        other_program.accounts.revoke(&house.console, "s1001", "auditor").await.unwrap();
        house.clock.advance(jiff::SignedDuration::from_secs(1));
        gate.add_permits(64);
        for request in requests {
            assert!(!request.await.unwrap());
        }
    })
    .await;
}

#[tokio::test]
async fn t_19_nobody_locks_somebody_out_who_comes_from_elsewhere_or_whose_browser_is_known() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        house.settled("s1001").await;
        let from = async |network: &str, device: Option<&str>, password: &'static str| {
            let origin = Origin { network, device };
            match house.accounts.log_in("s1001", Password::new(password), &DESK, &origin).await.unwrap() {
                LogIn::Opened(..) => None,
                LogIn::Refused(refusal) => Some(refusal),
            }
        };
        for _ in 0..5 {
            assert_eq!(from("192.0.2.66", None, "guess").await, Some(Refusal::Credentials));
        }
        assert_eq!(from("192.0.2.66", None, GOOD).await, Some(Refusal::Locked), "this address has guessed enough");
        assert_eq!(from("192.0.2.1", None, GOOD).await, None, "the officer's has not");
        assert_eq!(from("192.0.2.66", Some("desk"), GOOD).await, None, "and the browser that knows the account is not asked where it is");
        // A crowd of addresses, a few guesses from each.
        for guess in 0..30 {
            assert_eq!(from(&format!("198.51.100.{}", guess / 4), None, "guess").await, Some(Refusal::Credentials), "{guess}");
        }
        assert_eq!(from("203.0.113.9", None, "guess").await, Some(Refusal::Locked), "whoever is not known waits, wherever they are");
        assert_eq!(from("198.51.100.1", Some("desk"), GOOD).await, None);
        // A stolen browser does not guess for ever.
        for _ in 0..5 {
            assert_eq!(from("192.0.2.1", Some("stolen"), "guess").await, Some(Refusal::Credentials));
        }
        assert_eq!(from("192.0.2.1", Some("stolen"), GOOD).await, Some(Refusal::Locked));
        assert_eq!(from("192.0.2.1", Some("desk"), GOOD).await, None);
    })
    .await;
}

#[tokio::test]
async fn t_19_guesses_at_a_lock_screen_or_a_change_of_password_lock_that_session_alone() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        let (token, _) = house.settled("s1001").await;
        let wrong = async || house.accounts.unlock(token.expose(), Password::new("guess"), &DESK).await.unwrap().unwrap_err();
        for _ in 0..5 {
            assert_eq!(wrong().await, Refusal::Credentials);
        }
        assert_eq!(wrong().await, Refusal::Locked);
        house.log_in("s1001", GOOD).await;
    })
    .await;
}

#[tokio::test]
async fn while_too_many_log_in_nothing_is_counted() {
    store::testing::both(|rooms| async move {
        let mut house = house(&rooms);
        house.settled("s1001").await;
        house.accounts.hasher = crate::Hasher::new(1);
        let crowd: Vec<_> = std::iter::from_fn(|| house.accounts.hasher.wait(crate::Lane::Stranger).ok()).collect();
        for _ in 0..10 {
            let busy = house.accounts.log_in("s1001", Password::new(GOOD), &DESK, &HERE).await.unwrap_err();
            assert_eq!(busy.status(), 503);
        }
        drop(crowd);
        house.accounts.hasher = crate::Hasher::cheap();
        house.log_in("s1001", GOOD).await;
    })
    .await;
}

#[tokio::test]
async fn failures_are_forgotten_after_a_day() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        house.settled("s1001").await;
        let rows = async || {
            let count = |tx: &mut store::Tx| {
                use diesel::prelude::*;
                Ok::<i64, crate::AccountError>(crate::accounts::table::account_attempt::table.count().get_result(tx)?)
            };
            house.accounts.room.read(count).await.unwrap()
        };
        for id in ["s1001", "nobody"] {
            house.refused(id, "guess").await;
        }
        assert_eq!(rows().await, 4);
        house.accounts.end_overdue_sessions().await.unwrap();
        assert_eq!(rows().await, 4);
        house.minutes(24 * 60 + 1);
        house.accounts.end_overdue_sessions().await.unwrap();
        assert_eq!(rows().await, 0);
    })
    .await;
}
