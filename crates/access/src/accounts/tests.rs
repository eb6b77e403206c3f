use std::sync::Arc;

use store::{RoomName, Rooms};
use vocabulary::{Date, Entropy, ManualClock, Purpose, SeededEntropy};

use super::*;
use crate::{Caller, LogIn, NewAccount, Origin, Password, Refusal, Resumed, Session, SessionToken, Terminal};

pub(crate) const DESK: Terminal<'static> = Terminal { agent: "Mozilla/5.0 desk", id: Some("t-001") };
pub(crate) const HERE: Origin<'static> = Origin { network: "192.0.2.1", device: None };
pub(crate) const GOOD: &str = "kaze-no-toorimichi";

pub(crate) struct House {
    pub(crate) accounts: Accounts,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) console: Caller,
}

pub(crate) fn house_with(rooms: &Rooms, rules: AccountRules) -> House {
    let code = "991015".parse().unwrap();
    let room = rooms.room(&RoomName::new("access", Some(code)), &[crate::MIGRATIONS]).unwrap();
    let clock = Arc::new(ManualClock::on(Date::constant(2026, 4, 1)));
    let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(9));
    let console = Caller::console("operator", Some(code), Purpose::Operation, entropy.id128());
    let accounts = Accounts::new(room, rules, Hasher::cheap(), Arc::<ManualClock>::clone(&clock), entropy);
    House { accounts, clock, console }
}

pub(crate) fn house(rooms: &Rooms) -> House {
    house_with(rooms, AccountRules::default())
}

pub(crate) fn officer(id: &str) -> NewAccount {
    NewAccount {
        id: id.to_owned(),
        personnel: format!("P{id}"),
        name: "健診 花子".to_owned(),
        privileged: false,
        valid_from: None,
        valid_until: None,
        roles: vec!["health_officer".to_owned(), "auditor".to_owned()],
    }
}

impl House {
    pub(crate) fn minutes(&self, minutes: i64) {
        self.clock.advance(jiff::SignedDuration::from_mins(minutes));
    }

    pub(crate) async fn try_log_in(&self, id: &str, password: &str) -> LogIn {
        self.accounts.log_in(id, Password::new(password), &DESK, &HERE).await.unwrap()
    }

    pub(crate) async fn log_in(&self, id: &str, password: &str) -> (SessionToken, Session) {
        match self.try_log_in(id, password).await {
            LogIn::Opened(token, session) => (token, session),
            LogIn::Refused(refusal) => panic!("{refusal:?}"),
        }
    }

    pub(crate) async fn refused(&self, id: &str, password: &str) -> Refusal {
        match self.try_log_in(id, password).await {
            LogIn::Opened(..) => panic!("{id} is in"),
            LogIn::Refused(refusal) => refusal,
        }
    }

    /// An account past its first log-in, with the password `GOOD`.
    pub(crate) async fn settled(&self, id: &str) -> (SessionToken, Session) {
        let once = self.accounts.create(&self.console, officer(id)).await.unwrap();
        let (token, session) = self.log_in(id, once.expose()).await;
        self.accounts.change_password(&session, None, Password::new(GOOD)).await.unwrap().unwrap();
        let session = self.open(&token).await;
        (token, session)
    }

    pub(crate) async fn open(&self, token: &SessionToken) -> Session {
        match self.accounts.resume(token.expose(), &DESK).await.unwrap() {
            Resumed::Open(session) => session,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn is_gone(&self, token: &SessionToken) -> bool {
        matches!(self.accounts.resume(token.expose(), &DESK).await.unwrap(), Resumed::Gone)
    }
}

#[tokio::test]
async fn an_id_is_known_however_it_is_typed_and_nothing_else_is() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        house.settled("s1001").await;
        assert_eq!(house.accounts.known_as(" Ｓ１００１ ").await.unwrap().as_deref(), Some("s1001"));
        for other in ["s1002", "", GOOD, "not an id at all"] {
            assert_eq!(house.accounts.known_as(other).await.unwrap(), None, "{other}");
        }
    })
    .await;
}

#[tokio::test]
async fn c_iii_3_r2b_atn_2_a_one_time_password_opens_one_session_that_can_only_set_another() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        let once = house.accounts.create(&house.console, officer("s1001")).await.unwrap();
        assert_eq!(once.expose().len(), 19);
        let (token, session) = house.log_in("Ｓ１００１", once.expose()).await;
        assert!(session.must_change_password() && session.roles().is_empty());
        assert_eq!(house.refused("s1001", once.expose()).await, Refusal::Credentials, "it was used");
        let weak = house.accounts.change_password(&session, None, Password::new("short")).await;
        assert_eq!(weak.unwrap_err(), AccountError::Weak(crate::Weakness::TooShort(12)));
        house.accounts.change_password(&session, None, Password::new(GOOD)).await.unwrap().unwrap();
        let session = house.open(&token).await;
        assert!(!session.must_change_password());
        assert!(session.roles().contains("health_officer") && session.roles().contains("auditor"));
        house.log_in("s1001", GOOD).await;
    })
    .await;
}

#[tokio::test]
async fn a_one_time_password_lapses() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        let once = house.accounts.create(&house.console, officer("s1001")).await.unwrap();
        house.minutes(7 * 24 * 60 + 1);
        assert_eq!(house.refused("s1001", once.expose()).await, Refusal::OneTimeLapsed);
    })
    .await;
}

#[tokio::test]
async fn the_first_administrator_is_made_once() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        let once = house.accounts.create_first_administrator(&house.console, "admin1", "P1", "管理 太郎").await.unwrap();
        let again = house.accounts.create_first_administrator(&house.console, "admin2", "P2", "管理 次郎").await;
        assert_eq!(again.unwrap_err(), AccountError::NotFirst);
        let (token, session) = house.log_in("admin1", once.expose()).await;
        house.accounts.change_password(&session, None, Password::new(GOOD)).await.unwrap().unwrap();
        assert!(house.open(&token).await.roles().contains("administrator"));
    })
    .await;
}

#[tokio::test]
async fn c_iii_3_r2_reg_1_one_account_per_personnel_number_and_administration_apart() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        let make = |new: NewAccount| house.accounts.create(&house.console, new);
        make(officer("s1001")).await.unwrap();
        assert_eq!(make(officer("S1001")).await.unwrap_err(), AccountError::IdTaken("s1001".to_owned()));
        let second = NewAccount { personnel: "Ps1001".to_owned(), ..officer("s1002") };
        assert_eq!(make(second.clone()).await.unwrap_err(), AccountError::PersonTaken { privileged: false });
        let typed = NewAccount { personnel: "ｐＳ１００１".to_owned(), ..second.clone() };
        assert_eq!(make(typed).await.unwrap_err(), AccountError::PersonTaken { privileged: false }, "the same number, typed otherwise");
        let mixed = NewAccount { privileged: true, ..second.clone() };
        assert_eq!(make(mixed).await.unwrap_err(), AccountError::Privilege, "business rights in a privileged account");
        let admin = vec!["administrator".to_owned()];
        let plain = NewAccount { roles: admin.clone(), ..officer("s1003") };
        assert_eq!(make(plain).await.unwrap_err(), AccountError::Privilege, "administration in an everyday account");
        make(NewAccount { privileged: true, roles: admin, ..second }).await.unwrap();
        assert!(matches!(make(NewAccount { roles: vec!["boss".to_owned()], ..officer("s1004") }).await, Err(AccountError::Role(_))));
        assert_eq!(make(NewAccount { personnel: " ".to_owned(), ..officer("s1004") }).await.unwrap_err(), AccountError::NoPersonnel);
        assert_eq!(make(officer("保健")).await.unwrap_err(), AccountError::BadId);
        let listed = house.accounts.list().await.unwrap();
        assert_eq!(listed.iter().map(|line| line.id.as_str()).collect::<Vec<_>>(), ["s1001", "s1002"]);
        assert!(!format!("{listed:?}").contains("花子"), "a name is not printed");
    })
    .await;
}

#[tokio::test]
async fn c_iii_3_r2_reg_3_a_right_holds_from_its_first_to_its_last_day_and_ends_at_once_when_taken() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        let (token, _) = house.settled("s1001").await;
        let day = |day| Some(Date::constant(2026, 4, day));
        house.accounts.grant(&house.console, "s1001", "payment_clerk", day(2), day(3)).await.unwrap();
        let mut had = Vec::new();
        for _ in 1..=4 {
            let (_, session) = house.log_in("s1001", GOOD).await;
            had.push(session.roles().contains("payment_clerk"));
            house.minutes(24 * 60);
        }
        assert_eq!(had, [false, true, true, false]);
        assert!(house.is_gone(&token).await);
        let (token, session) = house.log_in("s1001", GOOD).await;
        assert!(session.roles().contains("auditor"));
        house.accounts.revoke(&house.console, "s1001", "auditor").await.unwrap();
        assert!(!house.open(&token).await.roles().contains("auditor"), "C-III-3-R2b-ATN-4: from the next request on");
    })
    .await;
}

#[tokio::test]
async fn c_iii_3_r2_reg_3_every_right_holds_to_the_last_second_of_its_last_day() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        let roles: Vec<&str> = crate::ROLES.iter().filter(|role| role.kind == crate::CallerKind::Staff).map(|role| role.name).collect();
        let until = Date::constant(2026, 4, 3);
        for role in &roles {
            let new = NewAccount { privileged: *role == "administrator", roles: Vec::new(), ..officer(role) };
            let once = house.accounts.create(&house.console, new).await.unwrap();
            house.accounts.grant(&house.console, role, role, None, Some(until)).await.unwrap();
            let (_, session) = house.log_in(role, once.expose()).await;
            house.accounts.change_password(&session, None, Password::new(GOOD)).await.unwrap().unwrap();
        }
        // A second before midnight in Japan, and a second after it.
        house.clock.set("2026-04-03T14:59:59Z".parse().unwrap());
        let mut tokens = Vec::new();
        for role in &roles {
            let (token, session) = house.log_in(role, GOOD).await;
            assert!(session.roles().contains(role), "{role}");
            tokens.push(token);
        }
        house.clock.set("2026-04-03T15:00:01Z".parse().unwrap());
        for (role, token) in roles.iter().zip(&tokens) {
            assert!(!house.open(token).await.roles().contains(role), "{role} in the session of before");
            assert!(!house.log_in(role, GOOD).await.1.roles().contains(role), "{role}");
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_gives_rights_to_themselves() {
    store::testing::both(|rooms| async move {
        let house = house(&rooms);
        let (_, session) = house.settled("s1001").await;
        let admin = NewAccount {
            personnel: "Ps1001".to_owned(),
            privileged: true,
            roles: vec!["administrator".to_owned()],
            ..officer("s1001-admin")
        };
        house.accounts.create(&house.console, admin).await.unwrap();
        house.accounts.create(&house.console, officer("s1002")).await.unwrap();
        let request = SeededEntropy::new(3).id128();
        let own = Caller::from_session(&session, Purpose::Operation, request);
        let same_person = Caller::staff("s1001-admin", house.accounts.municipality(), crate::RoleSet::EMPTY, Purpose::Operation, request);
        for by in [&own, &same_person] {
            let granted = house.accounts.grant(by, "s1001", "payment_clerk", None, None).await;
            assert_eq!(granted.unwrap_err(), AccountError::OwnAccount);
        }
        // Nor by an account of the other sort, whatever its id and however the personnel number is typed.
        let (_, lone) = house.settled("s1003").await;
        let lone = Caller::from_session(&lone, Purpose::Operation, request);
        for personnel in ["Ps1003", "ｐｓ１００３"] {
            let another = NewAccount {
                personnel: personnel.to_owned(),
                privileged: true,
                roles: vec!["administrator".to_owned()],
                ..officer("s1004")
            };
            assert_eq!(house.accounts.create(&lone, another).await.unwrap_err(), AccountError::OwnAccount);
        }
        house.accounts.create(&lone, officer("s1005")).await.unwrap();
        house.accounts.grant(&same_person, "s1002", "payment_clerk", None, None).await.unwrap();
        let nobody = house.accounts.grant(&same_person, "s1009", "payment_clerk", None, None).await;
        assert_eq!(nobody.unwrap_err(), AccountError::NoSuchAccount("s1009".to_owned()));
        let admin = house.accounts.grant(&house.console, "s1002", "administrator", None, None).await;
        assert_eq!(admin.unwrap_err(), AccountError::Privilege);
    })
    .await;
}

#[tokio::test]
async fn c_iii_3_r2c_pmh_2_an_expired_password_allows_only_its_change_and_the_last_ones_do_not_come_back() {
    store::testing::both(|rooms| async move {
        let mut rules = AccountRules::default();
        rules.password.remembered = 2;
        let house = house_with(&rooms, rules);
        house.settled("s1001").await;
        house.minutes(366 * 24 * 60);
        let (token, session) = house.log_in("s1001", GOOD).await;
        assert!(session.must_change_password() && session.roles().is_empty());
        let change = |current: &'static str, new: &'static str| {
            house.accounts.change_password(&session, Some(Password::new(current)), Password::new(new))
        };
        assert_eq!(change("not-the-old-one", "mizu-no-nagare-3").await.unwrap(), Err(Refusal::Credentials));
        assert_eq!(change(GOOD, GOOD).await.unwrap_err(), AccountError::Weak(crate::Weakness::UsedBefore));
        change(GOOD, "mizu-no-nagare-3").await.unwrap().unwrap();
        assert!(!house.open(&token).await.must_change_password());
        house.minutes(1);
        assert_eq!(change("mizu-no-nagare-3", GOOD).await.unwrap_err(), AccountError::Weak(crate::Weakness::UsedBefore));
        change("mizu-no-nagare-3", "yama-no-itadaki-8").await.unwrap().unwrap();
        house.minutes(1);
        change("yama-no-itadaki-8", GOOD).await.unwrap().unwrap();
    })
    .await;
}
