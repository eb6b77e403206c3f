//! A record beside one resident who was identified by other means.

use linkage::{Agreement, Incoming, Resident, Written, compare_with};
use vocabulary::Sex;

fn resident() -> Resident<'static> {
    Resident {
        name: "見本　花子".into(),
        kana: "ミホン　ハナコ".into(),
        sex: Sex::Female,
        birth: 19_760_505,
        address: "みほん市中央一丁目2番3号".into(),
        former_names: vec![("例示　花子".into(), "レイジ　ハナコ".into())],
        former_addresses: vec!["みほん市港町4番5号".into()],
        ..Resident::default()
    }
}

const RECORD: Written<'static> = Written {
    name: "見本花子",
    kana: "ミホンハナコ",
    sex: "2",
    birth: "1976-05-05",
    postal_code: "",
    address: "みほん市中央１－２－３",
    phone: "",
};

#[test]
fn r_reg_7_each_item_is_compared_with_what_the_person_is_or_was_called_and_where_they_lived() {
    use Agreement::{Agree, Differ};
    let agreements = |written: &Written<'_>| {
        let compared = compare_with([resident()], &Incoming::normalise(written));
        let of = compared.into_iter().max_by(|left, right| left.bits.total_cmp(&right.bits)).unwrap();
        [of.family_name, of.given_kana, of.sex, of.birth, of.address]
    };
    assert_eq!(agreements(&RECORD), [Agree; 5]);
    let formerly = Written { name: "例示花子", kana: "レイジハナコ", address: "みほん市港町4-5", ..RECORD };
    assert_eq!(agreements(&formerly), [Agree; 5]);
    assert_eq!(agreements(&Written { birth: "1950-01-31", ..RECORD }), [Agree, Agree, Agree, Differ, Agree]);
    assert_eq!(agreements(&Written { sex: "1", ..RECORD }), [Agree, Agree, Differ, Agree, Agree]);
    assert_eq!(agreements(&Written { kana: "ミホンキヨシ", ..RECORD }), [Agree, Differ, Agree, Agree, Agree]);
    assert_eq!(agreements(&Written { address: "べつの市別町9番9号", ..RECORD }), [Agree, Agree, Agree, Agree, Differ]);
}
