//! Issue 7, H2: where somebody lives, their phone and whether they are protected lie sealed, and open in their own row alone.

use diesel::prelude::*;
use protocol::messages::registry::ImportResidents;
use registry::files::encoding::Encoding;
use registry::identification::identify;
use registry::residents::IMPORT;
use registry::{Desk, Media, RegistryError};
use store::testing::{both_blocking, contains, stored};
use vocabulary::FiscalYear;

use crate::support::{HEADING, Line, desk, folder, individual, look, officer, person, previewed, swap_contacts, take, taken};

diesel::table! { resident_staged (import, place) { import -> BigInt, place -> BigInt, } }

/// Four people of whom the second is protected, and who all moved a week later.
fn weeks() -> [Vec<Line>; 2] {
    let protected = |number| if number == 2 { "1" } else { "" };
    let first: Vec<Line> = (1..=4).map(|number| Line { protected: protected(number), ..person(number) }).collect();
    let mut later = first.clone();
    later.iter_mut().for_each(|line| line.address = format!("みほん市港町{}番", line.number));
    [first, later]
}

/// The people of whom there is a letter among the vouchers of an extraction.
fn written_to(desk: &Desk, extraction: i64) -> Vec<u32> {
    let mut out = Vec::new();
    desk.print_vouchers(&officer(), extraction, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    (1..=4).filter(|number| text.contains(&format!("見本　花子{number}"))).collect()
}

/// What stands in the file of a week alone, of a person who is protected: 郵便番号, 住所, 方書, 行政区, 電話番号, 異動事由.
fn marks(week: u32) -> [String; 6] {
    ["郵便", "住所", "方書", "行政区", "電話", "異動"].map(|column| format!("標{week}{column}"))
}

#[test]
fn h_2_what_the_register_says_of_address_phone_and_protection_lies_sealed() {
    both_blocking(|rooms| {
        let (desk, place) = (desk(&rooms), folder("contacts"));
        let row = |week| {
            let [postal_code, address, building, district, phone, event] = marks(week);
            let (number, name) = (individual(1), "見本　花子,ミホン　ハナコ");
            format!(
                "{HEADING}\n1,{number},1,{name},2,1976-05-05,{postal_code},{address},{building},{district},01,{phone},1,{event},,2000-01-01,,,1,1,1,1,1\n"
            )
        };
        // One week's is history then, the next is in, and the third is staged and shown.
        for week in [1, 2] {
            take(&desk, row(week).as_bytes(), Encoding::Auto).0.unwrap();
            let extraction = desk.extract(&officer(), FiscalYear(2026), "2026-06-01".parse().unwrap()).unwrap().extraction;
            assert!(desk.issue_vouchers(&officer(), extraction).unwrap().withheld > 0);
        }
        let path = place.join("residents.csv");
        std::fs::write(&path, row(3)).unwrap();
        let shown = desk.clone().with_media(Media::of_file(&path));
        previewed(&shown, IMPORT, &ImportResidents { file: "residents.csv".to_owned(), preview: true, ..ImportResidents::default() });
        let all = stored(&rooms, desk.room().name());
        assert!(contains(&all, "ミホン　ハナコ".as_bytes()), "what people are searched for by is seen");
        let open = (1..=3).flat_map(marks).chain(["支援措置".to_owned()]).filter(|mark| contains(&all, mark.as_bytes()));
        assert_eq!(open.collect::<Vec<_>>(), Vec::<String>::new());
        assert_eq!(look(&desk, |tx| resident_staged::table.count().get_result::<i64>(tx)), 1);
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn r_reg_5_a_contact_of_another_person_or_version_is_damage_and_nobody_is_written_to_by_it() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let [first, later] = weeks();
        taken(&desk, &first);
        taken(&desk, &later);
        let extraction = desk.extract(&officer(), FiscalYear(2026), "2026-06-01".parse().unwrap()).unwrap().extraction;
        desk.issue_vouchers(&officer(), extraction).unwrap();
        assert_eq!(written_to(&desk, extraction), [1, 3, 4]);
        let met = wire::testing::damage_met("a sealed value");
        // Protection goes from the second to the first, and the third lives again where they lived.
        let again = "UPDATE resident SET contact = (SELECT former.contact FROM resident_history former WHERE former.id = 3) WHERE id = 3";
        let change = desk.room().raw().write_blocking(|tx| {
            let changed = (swap_contacts(tx, "resident")?, diesel::sql_query(again).execute(tx)?);
            Ok::<_, store::StoreError>(changed)
        });
        assert_eq!(change.unwrap(), (2, 1));
        assert_eq!(written_to(&desk, extraction), [4]);
        let issued = desk.issue_vouchers(&officer(), extraction).unwrap();
        assert!(issued.withheld > 0 && wire::testing::damage_met("a sealed value") >= met + 3, "the alarm was rung for each");
        // The rows that a later file brings are whole again.
        let lines: Vec<Line> = weeks()[0].clone().into_iter().map(|line| Line { address: "みほん市山手3番".to_owned(), ..line }).collect();
        taken(&desk, &lines);
        assert_eq!(written_to(&desk, extraction), [1, 3, 4]);
    });
}

#[test]
fn r_reg_7_nobody_is_identified_by_a_former_address_that_was_another_persons() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        for lines in weeks() {
            taken(&desk, &lines);
        }
        let file = "受付番号,氏名,氏名カナ,生年月日,住所\n1,見本　花子1,ミホン　ハナコ,1976-05-05,みほん市中央一丁目1番\n";
        let matched = || identify(desk.room(), &officer(), file.as_bytes(), Encoding::Utf8, Vec::new(), &mut |_| {});
        assert_eq!(matched().unwrap().matched, 1, "by where they lived before");
        assert_eq!(desk.room().raw().write_blocking(|tx| swap_contacts(tx, "resident_history")).unwrap(), 2);
        let refused = matched().unwrap_err();
        assert!(matches!(refused, RegistryError::Cause(wire::Cause::Vault(_))), "{refused}");
    });
}
