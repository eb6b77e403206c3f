//! Folding is total: whatever bytes a facility sends, a record comes out and a verdict is given.

use linkage::{Incoming, Register, Resident, Written};
use std::ops::ControlFlow;

/// Characters that parsers stumble over, from every script a field may hold.
const POOL: &str = "0123456789０１９元一二三十百千〇年月日番地号丁目のノ之之-－ー‐―~〜/．.,・　 \t\n\"'ﾞﾟ゛゜\u{3099}\u{309a}\u{E0100}\u{FE0F}\u{200D}\u{FEFF}\u{0}\u{7f}アァｱヴヮヵヶんがﾊﾟ山髙﨑𠮷㍻㋿ℌ①Ａaß+＋()市区町村県大字字MTSHR明大昭平令男女";

fn text(state: &mut u64, pool: &[char]) -> String {
    let mut next = || {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) as usize
    };
    let length = [0, 1, 2, 5, 12, 40, 300].get(next() % 7).copied().unwrap_or(0);
    (0..length).filter_map(|_| pool.get(next() % pool.len())).collect()
}

#[test]
fn t_17_any_text_in_any_field_gives_a_verdict() {
    let pool: Vec<char> = POOL.chars().collect();
    let mut state = 5;
    let mut field = || text(&mut state, &pool);
    let people: Vec<Resident<'_>> = (0..500_i32)
        .map(|place| Resident {
            resident_number: field().into(),
            name: field().into(),
            kana: field().into(),
            birth: 7_654_321_i32.wrapping_mul(place),
            postal_code: field().into(),
            address: field().into(),
            phone: field().into(),
            former_names: vec![(field().into(), field().into())],
            former_addresses: (0..6).map(|_| field().into()).collect(),
            ..Resident::default()
        })
        .collect();
    let register = Register::build(people);
    let verdicts = (0..5000).try_fold(0, |done, _| {
        let fields = [field(), field(), field(), field(), field(), field(), field()];
        let [name, kana, sex, birth, postal_code, address, phone] = &fields;
        let verdict = register.identify(&Incoming::normalise(&Written { name, kana, sex, birth, postal_code, address, phone }));
        match verdict.candidate() {
            Some(found) if register.resident_number(found.row).is_none() || !found.probability.is_finite() => ControlFlow::Break(done),
            _ => ControlFlow::Continue(done + 1),
        }
    });
    assert_eq!(verdicts, ControlFlow::Continue(5000));
}
