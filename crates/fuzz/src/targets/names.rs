//! Names, kana, addresses: folded so that spellings meet.

use std::borrow::Cow;
use std::sync::LazyLock;

use linkage::{Incoming, Register, Resident, Written};
use vocabulary::{Sex, address, text as fold};

use super::text;

pub(super) fn folding(input: &[u8]) {
    let text = text(input);
    for (what, folded) in [("width", fold::folded_width as fn(&str) -> String), ("kana", fold::folded_kana), ("name", fold::folded_name)] {
        let once = folded(&text);
        assert_eq!(folded(&once), once, "{what}: folding twice is folding once");
    }
    assert!(fold::folded_name(&text).len() <= text.len() * 12 + 16, "a name does not grow without bounds");
}

pub(super) fn address(input: &[u8]) {
    let text = text(input);
    let whole = address::normalised(&text);
    let mut block = String::new();
    address::normalise_block(&text, &mut block);
    assert!(whole.starts_with(&block), "the block is what the whole begins with");
}

static REGISTER: LazyLock<Register> = LazyLock::new(|| {
    let people = [
        ("1", "見本 花子", "ミホン ハナコ", 19_870_401),
        ("2", "髙橋 一郎", "タカハシ イチロウ", 19_600_229),
        ("3", "SMITH JOHN", "スミス ジョン", 0),
    ];
    Register::build(people.map(|(number, name, kana, birth)| Resident {
        resident_number: Cow::Borrowed(number),
        name: Cow::Borrowed(name),
        kana: Cow::Borrowed(kana),
        sex: Sex::Female,
        birth,
        postal_code: Cow::Borrowed("9990001"),
        address: Cow::Borrowed("みほん市青葉町3丁目12番5号"),
        phone: Cow::Borrowed("0990000001"),
        former_names: Vec::new(),
        former_addresses: Vec::new(),
    }))
});

/// Lines: name, kana, sex, birth, postal code, address, phone.
pub(super) fn incoming(input: &[u8]) {
    let text = text(input);
    let mut fields = text.split('\n');
    let mut next = || fields.next().unwrap_or_default();
    let written = Written { name: next(), kana: next(), sex: next(), birth: next(), postal_code: next(), address: next(), phone: next() };
    let verdict = REGISTER.identify(&Incoming::normalise(&written));
    assert_eq!(
        format!("{verdict:?}"),
        format!("{:?}", REGISTER.identify(&Incoming::normalise(&written))),
        "the same question, the same answer"
    );
}
