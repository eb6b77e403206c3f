//! Signed messages: one spelling, one sender, one receiver, one kind, one time.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use protocol::Signed;
use protocol::messages::inquiries::{Inquiry, PermissionList, ProvidedAnswer};
use protocol::signed::{Expected, Head, SignedError, VerifyingKeys};
use seal::hpke::{self, Receiver, Suite};
use seal::{Secret, Signer, VerifyingKey};
use vocabulary::{Clock, Date, Entropy, ManualClock, Party, SeededEntropy};

/// Two signers, as two parties have them.
static SIGNERS: LazyLock<(Signer, Signer)> = LazyLock::new(|| {
    let entropy = SeededEntropy::new(5);
    (Signer::new("ring", 1, &Secret::random(&entropy)), Signer::new("other", 1, &Secret::random(&entropy)))
});

fn clock() -> ManualClock {
    ManualClock::on(Date::constant(2026, 4, 1))
}

fn party(name: &str) -> Party {
    name.parse().unwrap()
}

fn head() -> Head {
    let now = clock().now();
    Head {
        sender: party("registry.991015"),
        receiver: party("relay.991015"),
        number: SeededEntropy::new(7).id128(),
        issued: now,
        expires: now + SignedDuration::from_mins(5),
    }
}

fn inquiry() -> Inquiry {
    Inquiry {
        business: "健康増進事業".to_owned(),
        procedure: "検診の実施".to_owned(),
        information: "検診情報".to_owned(),
        from: Date::constant(2021, 4, 1),
        to: Date::constant(2026, 3, 31),
        provider: "992020".parse().unwrap(),
    }
}

fn open(signed: &Signed<Inquiry>, sender: &str, receiver: &str, key: &VerifyingKey, now: Timestamp) -> Result<Inquiry, SignedError> {
    let (sender, receiver) = (party(sender), party(receiver));
    signed.open(&Expected { sender: &sender, receiver: &receiver, keys: &(*key).into() }, now).map(|opened| opened.body)
}

fn plainly(signed: &Signed<Inquiry>) -> Result<Inquiry, SignedError> {
    open(signed, "registry.991015", "relay.991015", &SIGNERS.0.verifying_key(), clock().now())
}

#[test]
fn what_was_signed_is_opened_and_travels_as_text() {
    let signed = Signed::seal(&head(), &inquiry(), &SIGNERS.0).unwrap();
    assert_eq!(plainly(&signed).unwrap(), inquiry());
    let text = serde_json::to_string(&signed).unwrap();
    let back: Signed<Inquiry> = serde_json::from_str(&text).unwrap();
    assert_eq!(back.as_bytes(), signed.as_bytes());
    assert_eq!(back.digest(), signed.digest());
}

/// Bytes that were signed once and must stay readable: whoever implements this elsewhere can compare.
#[test]
fn the_golden_message_is_opened() {
    let golden = include_str!("../../golden/signed.md");
    let after = |name: &str| golden.split_once(&format!("{name}: `")).unwrap().1.split_once('`').unwrap().0;
    let key: protocol::Octets = serde_json::from_str(&format!("\"{}\"", after("verifying key"))).unwrap();
    let signed: Signed<Inquiry> = serde_json::from_str(&format!("\"{}\"", after("signed message"))).unwrap();
    let key = VerifyingKey::try_from(key.as_slice()).unwrap();
    assert_eq!(open(&signed, "registry.991015", "relay.991015", &key, clock().now()).unwrap(), inquiry());
    assert_eq!(signed.digest().to_string(), after("digest"));
}

#[test]
fn every_reason_to_refuse_is_given() {
    let signed = Signed::seal(&head(), &inquiry(), &SIGNERS.0).unwrap();
    let key = SIGNERS.0.verifying_key();
    let now = clock().now();
    let reason = |outcome: Result<Inquiry, SignedError>| outcome.unwrap_err().code();
    assert_eq!(reason(open(&signed, "registry.992020", "relay.991015", &key, now)), "other-sender");
    assert_eq!(reason(open(&signed, "registry.991015", "relay.992020", &key, now)), "other-receiver");
    assert_eq!(reason(open(&signed, "registry.991015", "relay.991015", &SIGNERS.1.verifying_key(), now)), "signature");
    let other: Signed<PermissionList> = Signed::from_bytes(signed.as_bytes().to_vec());
    let (sender, receiver) = (party("registry.991015"), party("relay.991015"));
    let expected = Expected { sender: &sender, receiver: &receiver, keys: &key.into() };
    assert_eq!(other.open(&expected, now).unwrap_err().code(), "other-kind");
    assert_eq!(reason(plainly(&Signed::from_bytes(Vec::new()))), "malformed");
    let longer = [signed.as_bytes(), &[0]].concat();
    assert_eq!(reason(plainly(&Signed::from_bytes(longer))), "malformed");
    let ends_before_it_begins = Head { expires: now - SignedDuration::from_secs(1), ..head() };
    assert_eq!(reason(plainly(&Signed::seal(&ends_before_it_begins, &inquiry(), &SIGNERS.0).unwrap())), "malformed");
}

#[test]
fn a_minute_of_difference_between_clocks_is_borne_and_no_more() {
    let signed = Signed::seal(&head(), &inquiry(), &SIGNERS.0).unwrap();
    let key = SIGNERS.0.verifying_key();
    let at = |offset: i64| {
        let now = clock().now() + SignedDuration::from_secs(offset);
        open(&signed, "registry.991015", "relay.991015", &key, now).map_err(|error| error.code())
    };
    assert!(at(-60).is_ok());
    assert_eq!(at(-61).unwrap_err(), "not-yet-issued");
    assert!(at(300 + 60).is_ok());
    assert_eq!(at(300 + 61).unwrap_err(), "expired");
    let (sender, receiver) = (party("registry.991015"), party("relay.991015"));
    assert!(
        signed.open_archived(&Expected { sender: &sender, receiver: &receiver, keys: &key.into() }).is_ok(),
        "what is kept outlives its time"
    );
}

/// Fourteen days after its time a former key is worth nothing, whatever day its holder writes; what was kept is still read.
#[test]
fn t_08_who_holds_a_former_key_signs_nothing_by_it_for_long() {
    let (now, year) = (clock().now(), SignedDuration::from_hours(365 * 24));
    let backdated = Signed::seal(&Head { expires: now + year, ..head() }, &inquiry(), &SIGNERS.0).unwrap();
    let mut keys = VerifyingKeys::from(SIGNERS.1.verifying_key());
    keys.push_former(SIGNERS.0.verifying_key(), now - year, now);
    let (sender, receiver) = (party("registry.991015"), party("relay.991015"));
    let expected = Expected { sender: &sender, receiver: &receiver, keys: &keys };
    let (day, minute) = (SignedDuration::from_hours(24), SignedDuration::from_mins(1));
    assert!(backdated.open(&expected, now + day * 14).is_ok());
    assert_eq!(backdated.open(&expected, now + day * 14 + minute).unwrap_err(), SignedError::Signature);
    assert!(backdated.open_archived(&expected).is_ok());
}

#[test]
fn t_08_ten_thousand_altered_messages_are_refused() {
    let signed = Signed::seal(&head(), &inquiry(), &SIGNERS.0).unwrap();
    let whole = signed.as_bytes();
    let entropy = SeededEntropy::new(11);
    let draw = || {
        let mut bytes = [0; 8];
        entropy.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) >> 1).unwrap()
    };
    let mut refused = 0;
    // every single bit
    for place in 0..whole.len() * 8 {
        let mut bytes = whole.to_vec();
        bytes[place / 8] ^= 1 << (place % 8);
        plainly(&Signed::from_bytes(bytes)).unwrap_err();
        refused += 1;
    }
    while refused < 10_000 {
        let mut bytes = whole.to_vec();
        let (place, other) = (draw() % bytes.len(), draw() % bytes.len());
        match draw() % 5 {
            0 => bytes[place] = bytes[place].wrapping_add(1 + u8::try_from(draw() % 255).unwrap()),
            1 => bytes.truncate(place),
            2 => bytes.insert(place, u8::try_from(draw() % 256).unwrap()),
            3 => drop(bytes.remove(place)),
            _ => bytes.swap(place, other),
        }
        if bytes == whole {
            continue;
        }
        plainly(&Signed::from_bytes(bytes)).unwrap_err();
        refused += 1;
    }
}

/// C-III-6-R3-ATN-1: wherever on its way a bit of an answer is flipped, in what is sealed in it or around it. Answer after answer, every bit of each.
#[test]
fn c_iii_6_r3_atn_1_a_hundred_thousand_flipped_bits_are_each_found() {
    let (sender, receiver, key) = (party("relay.992020"), party("relay.991015"), SIGNERS.0.verifying_key());
    let open = |signed: &Signed<ProvidedAnswer>| {
        signed.open(&Expected { sender: &sender, receiver: &receiver, keys: &key.into() }, clock().now()).map(|opened| opened.body)
    };
    let mut found = 0;
    for serial in 0.. {
        let entropy = SeededEntropy::new(serial);
        let receiver_key = Receiver::new("answers", Suite::X25519, &[Secret::random(&entropy)]).unwrap();
        let sealed = hpke::seal(receiver_key.public(), b"answer", b"permit", "検診の結果".as_bytes(), &entropy).unwrap();
        let answer = ProvidedAnswer { permit: entropy.id128(), sealed: Some(sealed), reason: None };
        let head = Head { sender: sender.clone(), receiver: receiver.clone(), number: entropy.id128(), ..head() };
        let whole = Signed::seal(&head, &answer, &SIGNERS.0).unwrap();
        assert_eq!(open(&whole).unwrap(), answer);
        for place in 0..whole.as_bytes().len() * 8 {
            let mut bytes = whole.as_bytes().to_vec();
            bytes[place / 8] ^= 1 << (place % 8);
            open(&Signed::from_bytes(bytes)).unwrap_err();
            found += 1;
        }
        if found >= 100_000 {
            break;
        }
    }
}

proptest! {
    #[test]
    fn whatever_is_signed_comes_back_and_only_to_its_receiver(
        business in "\\PC{0,40}", procedure in "\\PC{0,40}", information in "\\PC{0,40}", days in 0_i32..4000, lasts in 0_i64..100_000, seed: u64,
    ) {
        let from = Date::constant(2020, 1, 1).saturating_add(jiff::Span::new().days(days));
        let body = Inquiry { business, procedure, information, from, ..inquiry() };
        let head = Head { number: SeededEntropy::new(seed).id128(), expires: clock().now() + SignedDuration::from_secs(lasts), ..head() };
        let signed = Signed::seal(&head, &body, &SIGNERS.0).unwrap();
        let (sender, receiver, key) = (head.sender.clone(), head.receiver.clone(), SIGNERS.0.verifying_key());
        let opened = signed.open(&Expected { sender: &sender, receiver: &receiver, keys: &key.into() }, clock().now()).unwrap();
        prop_assert_eq!(opened.head, head);
        prop_assert_eq!(opened.body, body);
        let turned = signed.open(&Expected { sender: &receiver, receiver: &sender, keys: &key.into() }, clock().now());
        prop_assert!(turned.is_err());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(plainly(&Signed::from_bytes(bytes)).is_err());
    }
}
