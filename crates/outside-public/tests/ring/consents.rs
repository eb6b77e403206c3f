//! Nothing is handed over without the person's consent to the text in force.

use outside_public::portal::Purposes;
use protocol::messages::portal::{PurposeText, Scope};

use crate::support::{PIN, World, both, code, items};

fn changed() -> Purposes {
    let mut purposes = Purposes::current();
    for text in [&mut purposes.own, &mut purposes.visit] {
        *text = PurposeText { version: "2027-04".to_owned(), text: format!("{} (2027)", text.text) };
    }
    purposes
}

#[tokio::test(flavor = "multi_thread")]
async fn r_out_without_a_consent_of_the_scope_nothing_is_read_or_answered() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        let session = world.log_in(&person).await?;
        assert_eq!(code(session.questionnaires().await), "consent-missing");
        assert_eq!(code(session.answer(person.sheet, items(&[("Q1", "1")])).await), "consent-missing");
        assert_eq!(code(session.access_records().await), "consent-missing");
        session.consent(&Purposes::current().own, &[Scope::Notices]).await?;
        session.notices().await?;
        assert_eq!(code(session.questionnaires().await), "consent-missing", "another scope");
        assert_eq!(code(session.results().await), "consent-missing", "another scope");
        assert_eq!(world.seen().answers, 0);
        assert!(world.seen().code_wishes.is_empty());
        // what is not the text in force cannot be agreed to
        assert_eq!(code(session.consent(&changed().own, &Scope::OWN).await), "consent-outdated");
        let other = PurposeText { text: "全部".to_owned(), ..Purposes::current().own };
        assert_eq!(code(session.consent(&other, &Scope::OWN).await), "consent-outdated");
        assert_eq!(code(session.consent(&Purposes::current().own, &[Scope::Visit]).await), "malformed");
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r_out_a_consent_to_an_earlier_text_counts_no_more() {
    both(|rooms| async move {
        let mut world = World::new(rooms).await?;
        let person = world.person()?;
        let session = world.agreed(&person).await?;
        session.questionnaires().await?;
        let visit = world.tablet()?.visit(&person.card, PIN, "oral_health", &Purposes::current().visit).await?;
        world.open(changed()).await?;
        assert_eq!(code(session.questionnaires().await), "consent-outdated");
        assert_eq!(code(visit.questionnaire().await), "consent-outdated", "asked again when data are handed over");
        let tablet = world.tablet()?;
        assert_eq!(code(tablet.visit(&person.card, PIN, "oral_health", &Purposes::current().visit).await), "consent-outdated");
        session.consent(&changed().own, &Scope::OWN).await?;
        session.questionnaires().await?;
        let visit = tablet.visit(&person.card, PIN, "oral_health", &changed().visit).await?;
        assert!(visit.questionnaire().await?.is_some());
        world.stop().await;
        Ok(())
    })
    .await;
}
