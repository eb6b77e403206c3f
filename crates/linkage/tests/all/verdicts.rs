//! One person, one record, one verdict: each spelling and each rule by its name (R-REG-7, T-31, C-II-3-REG-11, C-III-6-R7-REG-1).

use linkage::{Agreement, Doubt, Incoming, Register, Resident, Verdict, Written};
use vocabulary::Sex;

fn resident<'a>(number: &'a str, name: &'a str, kana: &'a str, sex: Sex, birth: i32, address: &'a str) -> Resident<'a> {
    Resident {
        resident_number: number.into(),
        name: name.into(),
        kana: kana.into(),
        sex,
        birth,
        postal_code: "9910012".into(),
        address: address.into(),
        ..Resident::default()
    }
}

const HOME: &str = "みほん市青葉町三丁目12番5号　サンハイツ405号室";

/// A town of 3,000 others, so that names have a frequency, and the people the tests ask for.
fn register(people: Vec<Resident<'static>>) -> Register {
    let family = [("青山", "アオヤマ"), ("石田", "イシダ"), ("上野", "ウエノ"), ("江川", "エガワ"), ("岡", "オカ"), ("笠井", "カサイ")];
    let given = [("浩", "ヒロシ"), ("実", "ミノル"), ("学", "マナブ"), ("進", "ススム"), ("豊", "ユタカ")];
    let others = (0..3000i32).map(move |place| {
        let (family, given) = (family[place as usize % 6], given[place as usize / 6 % 5]);
        Resident {
            resident_number: format!("9{place:08}").into(),
            name: format!("{}　{}", family.0, given.0).into(),
            kana: format!("{}　{}", family.1, given.1).into(),
            sex: Sex::Male,
            birth: (1930 + place / 40) * 10_000 + (1 + place % 12) * 100 + 1 + place % 28,
            address: format!("みほん市若林{}丁目{}番{}号", 1 + place % 5, 1 + place / 5 % 30, 1 + place / 150).into(),
            ..Resident::default()
        }
    });
    Register::build(people.into_iter().chain(others))
}

fn hanako() -> Resident<'static> {
    Resident { phone: "022-211-1111".into(), ..resident("100", "髙橋　惠子", "タカハシ　ケイコ", Sex::Female, 19570413, HOME) }
}

const AS_REGISTERED: Written<'static> = Written {
    name: "髙橋　惠子",
    kana: "タカハシ　ケイコ",
    sex: "2",
    birth: "1957-04-13",
    postal_code: "991-0012",
    address: HOME,
    phone: "022-211-1111",
};

fn identify(register: &Register, written: Written<'_>) -> Verdict {
    register.identify(&Incoming::normalise(&written))
}

fn assert_match(register: &Register, written: Written<'_>, row: u32) {
    match identify(register, written) {
        Verdict::Match(found) => assert_eq!(found.row, row),
        other => panic!("{other:?}"),
    }
}

fn assert_review(register: &Register, written: Written<'_>, row: u32, expected: Doubt) {
    match identify(register, written) {
        Verdict::Review(found, doubt) => assert_eq!((found.row, doubt), (row, expected)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_record_as_registered_is_a_match_with_all_items_agreeing() {
    let register = register(vec![hanako()]);
    let Verdict::Match(found) = identify(&register, AS_REGISTERED) else { panic!("no match") };
    assert!(found.evidence.items().iter().all(|(_, agreement)| *agreement == Agreement::Agree));
    assert_eq!(register.resident_number(found.row), Some("100"));
    assert!(found.probability > 0.9999);
    assert_eq!((register.len(), register.resident_number(3001)), (3001, None));
}

#[test]
fn t_31_variant_characters_and_selectors_are_matched() {
    let register = register(vec![hanako()]);
    for name in ["高橋　恵子", "髙橋 恵子", "高\u{E0101}橋　惠\u{E0100}子", "高橋恵子", "髙槗　惠子"] {
        assert_match(&register, Written { name, kana: "", ..AS_REGISTERED }, 0);
    }
}

#[test]
fn t_31_half_width_kana_is_matched() {
    let register = register(vec![hanako()]);
    assert_match(&register, Written { name: "", kana: "ﾀｶﾊｼ ｹｲｺ", ..AS_REGISTERED }, 0);
    assert_match(&register, Written { name: "", kana: "ﾀｶﾊｼｹｲｺ", ..AS_REGISTERED }, 0);
}

#[test]
fn t_31_hiragana_is_matched_and_so_is_a_reading_in_the_place_of_the_name() {
    let register = register(vec![hanako()]);
    assert_match(&register, Written { name: "", kana: "たかはし　けいこ", ..AS_REGISTERED }, 0);
    assert_match(&register, Written { name: "たかはし　けいこ", kana: "", ..AS_REGISTERED }, 0);
    assert_match(&register, Written { name: "高橋　けいこ", kana: "", ..AS_REGISTERED }, 0);
    assert_match(&register, Written { name: "", kana: "高橋　恵子", ..AS_REGISTERED }, 0);
}

#[test]
fn t_31_six_ways_to_write_an_address_agree() {
    let register = register(vec![hanako()]);
    for address in [
        "みほん市青葉町３丁目１２番５号　サンハイツ４０５",
        "青葉町3-12-5-405",
        "見本県みほん市青葉町３－１２－５",
        "みほん市青葉町三丁目12番地5 サンハイツ405号",
        "青葉町3の12の5",
        "みほん市 青葉町 ３ー１２ー５ サンハイツ 405号室",
    ] {
        let verdict = identify(&register, Written { address, phone: "", ..AS_REGISTERED });
        assert!(matches!(verdict, Verdict::Match(found) if found.evidence.address == Agreement::Agree), "{address} {verdict:?}");
    }
}

#[test]
fn dates_and_sexes_in_every_format_agree() {
    let register = register(vec![hanako()]);
    for birth in ["19570413", "1957/4/13", "S32.4.13", "S320413", "昭和32年4月13日", "昭和三十二年四月十三日", "３２０４１３", "3320413"]
    {
        let Verdict::Match(found) = identify(&register, Written { birth, ..AS_REGISTERED }) else {
            assert_eq!(birth, "３２０４１３", "without an era the date is missing, and a person decides");
            continue;
        };
        assert_eq!(found.evidence.birth, Agreement::Agree, "{birth}");
    }
    for sex in ["2", "女", "２", "女性"] {
        assert!(
            matches!(identify(&register, Written { sex, ..AS_REGISTERED }), Verdict::Match(found) if found.evidence.sex == Agreement::Agree)
        );
    }
}

#[test]
fn a_slip_in_the_birth_date_is_automatic_only_with_name_and_household() {
    let register = register(vec![hanako()]);
    for birth in ["1957-04-31", "1957-04-12", "1957-13-04", "1975-04-13", "H32.4.13", "1967-04-13"] {
        assert_match(&register, Written { birth, ..AS_REGISTERED }, 0);
        let verdict = identify(&register, Written { birth, address: "", postal_code: "", phone: "", ..AS_REGISTERED });
        assert!(!matches!(verdict, Verdict::Match(_)), "{birth} {verdict:?}");
    }
    assert_review(&register, Written { birth: "", ..AS_REGISTERED }, 0, Doubt::Birth);
}

#[test]
fn a_birth_date_that_is_near_but_belongs_to_another_of_the_household_waits_for_a_person() {
    let sister = resident("101", "髙橋　京香", "タカハシ　キョウカ", Sex::Female, 19570412, HOME);
    let register = register(vec![hanako(), sister]);
    assert_review(&register, Written { birth: "1957-04-12", ..AS_REGISTERED }, 0, Doubt::Tie);
    assert_match(&register, Written { birth: "1957-04-14", ..AS_REGISTERED }, 0);
}

#[test]
fn a_maiden_name_is_automatic_only_with_birth_date_and_household() {
    let register = register(vec![hanako()]);
    let maiden = Written { name: "勅使河原　恵子", kana: "テシガワラ　ケイコ", ..AS_REGISTERED };
    assert_match(&register, maiden, 0);
    assert_match(&register, Written { name: "勅使河原恵子", kana: "テシガワラケイコ", ..maiden }, 0);
    assert_match(&register, Written { address: "", ..maiden }, 0);
    let verdict = identify(&register, Written { address: "みほん市本町1-1", postal_code: "", phone: "", ..maiden });
    assert!(!matches!(verdict, Verdict::Match(_)), "{verdict:?}");
}

#[test]
fn a_former_name_and_a_former_address_of_the_history_are_matched_and_said() {
    let person = Resident {
        former_names: vec![("勅使河原　恵子".into(), "テシガワラ　ケイコ".into())],
        former_addresses: vec!["となり市緑町9番8号".into()],
        ..hanako()
    };
    let register = register(vec![person]);
    let old =
        Written { name: "勅使河原　恵子", kana: "", address: "となり市緑町9-8", postal_code: "", phone: "", ..AS_REGISTERED };
    let Verdict::Match(found) = identify(&register, old) else { panic!("no match") };
    assert!(found.evidence.by_former_name && found.evidence.by_former_address);
    assert_eq!(register.len(), 3001);
}

#[test]
fn w3_a_twin_outside_the_register_is_never_automatic() {
    let register = register(vec![hanako()]);
    for (name, kana) in [
        ("高橋　京子", "タカハシ　キョウコ"),
        ("高橋　恵美", "タカハシ　ケイミ"),
        ("高橋　恵", "タカハシ　ケイ"),
        ("", "タカハシ　ケイカ"),
        ("高橋", "タカハシ"),
    ] {
        let verdict = identify(&register, Written { name, kana, ..AS_REGISTERED });
        assert!(!matches!(verdict, Verdict::Match(_)), "{name} {verdict:?}");
    }
}

#[test]
fn w3_a_namesake_outside_the_register_is_nobody() {
    let register = register(vec![hanako()]);
    let namesake = Written { birth: "1981-09-22", address: "みほん市本町1-1-1", postal_code: "", phone: "", ..AS_REGISTERED };
    assert!(matches!(identify(&register, namesake), Verdict::None));
    let other_kanji = Written { name: "高橋　桂子", address: "", postal_code: "", phone: "", ..AS_REGISTERED };
    assert!(!matches!(identify(&register, other_kanji), Verdict::Match(_)));
}

#[test]
fn twins_in_the_register_with_similar_names_are_told_apart_by_the_given_name() {
    let twin = resident("101", "髙橋　惠美", "タカハシ　ケイミ", Sex::Female, 19570413, HOME);
    let register = register(vec![hanako(), twin]);
    assert_match(&register, AS_REGISTERED, 0);
    assert_match(&register, Written { name: "高橋 恵美", kana: "ﾀｶﾊｼ ｹｲﾐ", ..AS_REGISTERED }, 1);
    let neither = Written { name: "高橋 恵", kana: "ﾀｶﾊｼ ｹｲ", ..AS_REGISTERED };
    assert!(!matches!(identify(&register, neither), Verdict::Match(_)));
    let both = Written { name: "高橋 恵子", kana: "ﾀｶﾊｼ ｹｲﾐ", ..AS_REGISTERED };
    assert!(!matches!(identify(&register, both), Verdict::Match(_)));
}

#[test]
fn c_iii_6_r7_reg_1_two_residents_that_tie_are_never_automatic() {
    let same = resident("102", "高橋　恵子", "タカハシ　ケイコ", Sex::Female, 19570413, "みほん市本町1丁目1番1号");
    let register = register(vec![hanako(), Resident { postal_code: "9910055".into(), ..same }]);
    for written in [
        Written { address: "", postal_code: "", phone: "", ..AS_REGISTERED },
        Written { address: "となり市緑町9-8", postal_code: "", phone: "", ..AS_REGISTERED },
        Written { address: "", postal_code: "", phone: "022-999-8888", name: "", ..AS_REGISTERED },
    ] {
        assert!(matches!(identify(&register, written), Verdict::Review(_, Doubt::Tie)));
    }
    assert_match(&register, Written { phone: "", ..AS_REGISTERED }, 0);
    assert_match(&register, Written { address: "", postal_code: "", ..AS_REGISTERED }, 0);
    assert_match(&register, Written { address: "本町1-1-1", postal_code: "", phone: "", ..AS_REGISTERED }, 1);
}

#[test]
fn a_different_sex_waits_for_a_person() {
    let register = register(vec![hanako()]);
    assert_review(&register, Written { sex: "男", ..AS_REGISTERED }, 0, Doubt::Sex);
}

#[test]
fn an_empty_register_and_an_empty_record_know_nobody() {
    assert_eq!(identify(&Register::build(Vec::new()), AS_REGISTERED), Verdict::None);
    let register = register(vec![hanako()]);
    assert_eq!(identify(&register, Written::default()), Verdict::None);
    let noise =
        Written {
            name: "\u{0}\u{E0100}　", kana: "ﾞﾟー", sex: "?", birth: "S99.99.99", postal_code: "〒", address: "-1-号室", phone: "+"
        };
    assert_eq!(identify(&register, noise), Verdict::None);
}

#[test]
fn nothing_personal_is_in_the_debug_text() {
    let shown = format!("{:?} {:?} {:?} {:?}", hanako(), AS_REGISTERED, Incoming::normalise(&AS_REGISTERED), register(vec![hanako()]));
    assert!(!shown.contains("橋") && !shown.contains("1957") && !shown.contains("ケイコ"), "{shown}");
}
