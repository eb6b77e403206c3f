//! Codes (符号, R-RLY-1): one for each person, never another, never two people's.

use diesel::{RunQueryDsl as _, sql_query};
use protocol::messages::Accepted;
use protocol::messages::relay::{CODES, CodeRow, Codes};
use store::RoomName;
use store::testing::{contains, stored};
use vocabulary::Id128;
use wire::faults::{Fault, FaultRule};
use wire::testing::Failed;

use crate::support::{World, both, code, key, replica, unified, until};

async fn tell(world: &World, rows: &[(Id128, u8)]) -> Result<u64, Failed> {
    let rows = rows.iter().map(|(processing_number, byte)| CodeRow { processing_number: *processing_number, code: code(*byte) });
    let taken: Accepted = world.network.client.post(&world.here.relay, CODES, key(), &Codes { rows: rows.collect() }).await?;
    Ok(taken.accepted)
}

#[tokio::test]
async fn c_iii_6_r3_rel_1_late_doubled_and_wrong_codes_change_nothing_and_hold_up_nobody() {
    both(|world| async move {
        world.here.tell(&[1, 2, 3]).await?;
        world.here.tell(&[1]).await?;
        until("atena was asked for three", || world.here.atena.wanted.lock().unwrap().len() == 3).await?;
        let wanted = |serial| world.here.atena.wanted.lock().unwrap()[unified(serial).as_str()];
        let [one, two, three] = [wanted(1), wanted(2), wanted(3)];
        assert_eq!(tell(&world, &[(one, 11)]).await?, 1);
        assert_eq!(tell(&world, &[(one, 11)]).await?, 1, "the same again is the same");
        // another code for one, the code of one for another, a number nobody used: each has no effect, and the good row goes in
        assert_eq!(tell(&world, &[(one, 12), (two, 11), (key(), 13), (three, 14)]).await?, 1);
        assert_eq!(world.counts().await?["codes"], 2);
        assert_eq!(tell(&world, &[(two, 12)]).await?, 1, "what was refused for one is free for another");
        let counts = world.counts().await?;
        assert_eq!((counts["persons"], counts["codes"]), (3, 3));
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_01_people_without_a_code_are_asked_for_until_atena_has_them_all() {
    both(|mut world| async move {
        world.here.atena.faults.add(FaultRule::every("/atena", 1, Fault::DropAnswer));
        world.here.tell(&[1]).await?;
        until("atena was asked", || *world.here.atena.requests.lock().unwrap() > 0).await?;
        world.here.restart().await?;
        world.here.atena.faults.clear();
        *world.here.atena.forgetful.lock().unwrap() = true;
        world.here.restart().await?;
        let asked = *world.here.atena.requests.lock().unwrap();
        until("atena was asked again, because it said that it knows one fewer", || *world.here.atena.requests.lock().unwrap() > asked + 1)
            .await?;
        *world.here.atena.forgetful.lock().unwrap() = false;
        let asked = *world.here.atena.requests.lock().unwrap();
        until("atena took them", || *world.here.atena.requests.lock().unwrap() > asked).await?;
        assert_eq!(world.here.atena.wanted.lock().unwrap().len(), 1, "under one processing number all the while");
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_i_2_rel_1_no_code_lies_open_in_a_relays_room_of_people_or_of_what_was_provided() {
    both(|world| async move {
        world.person(1, [11, 21]).await?;
        let (_, given) = world.permitted(1).await?;
        let signed = world.network.sign(&given.permit, &world.there.relay);
        world.bring(key(), &signed).await?;
        world.sent(&given).await?;
        for (city, byte) in [(&world.here, 11), (&world.there, 21)] {
            let all = stored(&world.rooms, &RoomName::new("relay", city.relay.municipality()));
            assert!(contains(&all, unified(1).as_str().as_bytes()), "what is searched is the room");
            // Half of one is as telling as the whole.
            assert!(!contains(&all, &code(byte).as_slice()[..16]), "a code of {}", city.relay);
            assert!(!contains(&all, format!("{byte:02x}").repeat(16).as_bytes()), "a code of {}, as digits", city.relay);
        }
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_23_a_code_whose_index_the_database_moved_to_another_person_finds_nobody() {
    both(|world| async move {
        world.person(1, [11, 21]).await?;
        world.person(2, [12, 22]).await?;
        world.provided(2, &replica("1")).await?;
        let (_, given) = world.permitted(1).await?;
        let room = world.there.room().await?;
        let swap = [
            "CREATE TABLE swapped AS SELECT unified, code_index FROM person",
            "UPDATE person SET code_index = NULL",
            "UPDATE person SET code_index = (SELECT code_index FROM swapped WHERE swapped.unified <> person.unified)",
        ];
        room.raw().write_blocking(|tx| {
            swap.iter().try_for_each(|sql| sql_query(*sql).execute(tx).map(drop))?;
            Ok::<_, store::StoreError>(())
        })?;
        let refused = world.bring_once(&given.for_provider).await.unwrap_err();
        assert!(refused.is_status(http::StatusCode::INTERNAL_SERVER_ERROR), "{refused}");
        assert!(world.network.seen().answers.is_empty(), "the other person's replica was sent");
        world.stop().await;
        Ok(())
    })
    .await;
}
