//! People on their phones.

use outside_public::portal::Purposes;
use protocol::messages::portal::Scope;

use crate::authority::Says;
use crate::support::{World, both, code, items};

#[tokio::test(flavor = "multi_thread")]
async fn steps_5_and_6_a_person_logs_in_agrees_answers_and_reads_and_again_counts_the_same() {
    both(|rooms| async move {
        let mut world = World::new(rooms).await?;
        let person = world.person()?;
        let mut bound = Vec::new();
        for round in 0..2 {
            let session = world.log_in(&person).await?;
            if round == 0 {
                bound.clone_from(&world.seen().binding_requests);
            }
            let first = session.consent(&Purposes::current().own, &Scope::OWN).await?;
            assert_eq!(session.consent(&Purposes::current().own, &Scope::OWN).await?, first, "the same again is the same consent");
            let sheets = session.questionnaires().await?.rows;
            assert_eq!(sheets.len(), 1);
            session.answer(person.sheet, items(&[("Q1", "2")])).await?;
            assert_eq!(session.questionnaires().await?.rows[0].answers.expose(), &items(&[("Q1", "2")]));
            assert_eq!(code(session.answer(person.key, items(&[("Q1", "2")])).await), "not-found", "somebody else's sheet");
            assert!(session.notices().await?.rows.is_empty());
            assert!(session.results().await?.rows.is_empty());
            assert_eq!(session.access_records().await?.missing.len(), 1);
            let counts = world.counts().await?;
            for (name, count) in
                [("persons", 1), ("cards", 1), ("bound", 1), ("sessions", 1), ("consents", 1), ("questionnaires", 1), ("codes", 1)]
            {
                assert_eq!(counts[name], count, "{name} in round {round}");
            }
            if round == 0 {
                // the session outlives the process
                world.open(Purposes::current()).await?;
                assert_eq!(session.questionnaires().await?.rows.len(), 1);
            }
        }
        assert_eq!(world.seen().bindings.len(), 1);
        assert!(!bound.is_empty() && bound.iter().all(|one| *one == bound[0]));
        assert_eq!(world.seen().binding_requests, bound, "bound once, at the first use");
        let wishes = world.seen().code_wishes.clone();
        assert!(!wishes.is_empty() && wishes.iter().all(|wish| *wish == wishes[0]), "one code for a person");
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_card_is_tied_at_the_portal_only() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        world.agreed(&person).await?;
        let bound = world.seen().binding_requests.clone();
        let (card, serial) = world.card(person.pseudonym, &[person.key], Says::default(), &world.authority)?;
        world.seen().revoked.push(person.serial.clone());
        world.advance(1);
        let renewed = crate::support::Person { card, serial, ..person };
        let session = world.log_in(&renewed).await?;
        assert_eq!(session.questionnaires().await?.rows.len(), 1, "the consent is the person's, not the card's");
        let counts = world.counts().await?;
        assert_eq!((counts["persons"], counts["cards"], counts["bound"]), (1, 2, 1));
        assert_eq!(world.seen().binding_requests, bound, "the edge heard nothing of it");
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_is_idle_and_after_an_hour_whatever_happens() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        let session = world.agreed(&person).await?;
        for _ in 0..6 {
            world.advance(9);
            session.notices().await?;
        }
        world.advance(6);
        assert_eq!(code(session.notices().await), "unauthenticated", "an hour is over");
        let session = world.log_in(&person).await?;
        world.advance(11);
        assert_eq!(code(session.notices().await), "unauthenticated", "nobody was there");
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_logs_in_on_many_phones_at_once_is_one_person_with_one_pseudonym() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        let (phone, card) = (world.phone()?, &person.card);
        let logging_in = (0..6).map(|_| phone.log_in(card, crate::support::PIN));
        for session in futures::future::join_all(logging_in).await {
            session?.consent(&Purposes::current().own, &Scope::OWN).await?;
        }
        let counts = world.counts().await?;
        assert_eq!((counts["persons"], counts["bound"], counts["sessions"], counts["consents"]), (1, 1, 1, 1));
        let seen = world.seen().binding_requests.clone();
        assert!(seen.iter().all(|one| one == &seen[0]), "every request names the same pseudonym");
        world.stop().await;
        Ok(())
    })
    .await;
}
