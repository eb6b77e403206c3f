//! The tables of keys are the same on both databases, and every column is classed (T-39).

use store::testing::both_blocking;
use store::testing::schema;
use store::{RoomName, columns};

#[test]
fn t_39_every_column_of_the_keys_is_classed() {
    both_blocking(|rooms| {
        let room = rooms.room(&RoomName::national("city"), &[vault::MIGRATIONS]).unwrap();
        let differences = columns::compare(&[store::COLUMNS, vault::COLUMNS], &schema(&room).unwrap());
        assert_eq!(differences, Vec::<String>::new());
    });
}
