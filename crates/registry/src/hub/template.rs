//! 雛形: the catalogue's templates in the hub's shape, one for each questionnaire, because who gets which depends on age.

use catalogue::{Catalogue, Item, ItemKind, Notice, Record, Template as Source, Variant};
use diesel::prelude::*;
use ledger::Seen;
use protocol::Digest;
use protocol::messages::checkups::{AnswerKind, Choice, Part, Question};
use protocol::messages::hub::{Template, template as path};
use protocol::messages::registry::RegisteredTemplates;
use protocol::messages::{Nothing, Outcome};
use vocabulary::FiscalYear;
use work::jobs::JobRun;
use work::outbox::key_of;

use super::TEMPLATES;
use super::table::hub_template;
use crate::{Registry, RegistryError};

/// The hub's name of a template.
pub(super) fn name(source: &Source, variant: &Variant) -> String {
    format!("{}-{}", source.id, variant.id)
}

/// Sends every template that the hub does not hold as it is → how many it holds now.
pub(super) async fn register(registry: Registry, run: JobRun, _: Nothing) -> Result<RegisteredTemplates, RegistryError> {
    let mut held = 0;
    let catalogue = registry.catalogue();
    for source in catalogue.templates() {
        for variant in &source.variants {
            run.progress("templates", held, None);
            put(&registry, &run, &catalogue, (source, variant)).await?;
            held += 1;
        }
    }
    Ok(RegisteredTemplates { templates: held })
}

/// Under a key made of what is sent: sent again after a kill, it is the same request.
async fn put(
    registry: &Registry,
    run: &JobRun,
    catalogue: &Catalogue,
    (source, variant): (&Source, &Variant),
) -> Result<(), RegistryError> {
    let id = name(source, variant);
    let key = id.clone();
    let known = registry.room.see(run.caller(), TEMPLATES, move |tx, _| {
        let known = hub_template::table.find(key).select((hub_template::version, hub_template::digest));
        Ok::<_, RegistryError>(Seen::unnamed(known.first::<(i32, Vec<u8>)>(tx).optional()?))
    });
    let known = known.await?;
    let mut template = shape(registry, catalogue, source, variant)?;
    let written = serde_json::to_vec(&template).map_err(|_| wire::Defect("a template that cannot be written"))?;
    let digest = Digest::of(&written);
    let version = match known {
        Some((_, was)) if was == digest.0 => return Ok(()),
        Some((version, _)) => version + 1,
        None => 1,
    };
    template.version = u32::try_from(version).map_err(|_| wire::Damaged("a version"))?;
    let key = key_of("hub template", [registry.municipality.as_str().as_bytes(), id.as_bytes(), &version.to_be_bytes(), &digest.0]);
    let outcome: Outcome = registry.client.put(&registry.hub, &path(&id), key, &template).await?;
    tracing::info!(template = id, state = outcome.state, "template sent");
    let now = registry.clock.now_ms();
    let write = run.portion(TEMPLATES, move |tx, record, _| {
        record.note(format!("template {id} version {version}"));
        let values = (
            hub_template::id.eq(&id),
            hub_template::version.eq(version),
            hub_template::digest.eq(digest.0.to_vec()),
            hub_template::at.eq(now),
        );
        let changes = (hub_template::version.eq(version), hub_template::digest.eq(digest.0.to_vec()), hub_template::at.eq(now));
        store::upsert!(tx, hub_template::table, values, (hub_template::id), changes)?;
        Ok::<_, RegistryError>(Seen::nobody(()))
    });
    write.await
}

/// The template without its version, which counts what was sent.
fn shape(registry: &Registry, catalogue: &Catalogue, source: &Source, variant: &Variant) -> Result<Template, RegistryError> {
    let malformed = || wire::Defect("a template whose programme or record type is not in the catalogue");
    let programme = catalogue.programme(&source.programme).ok_or_else(malformed)?;
    let record = catalogue.record(programme.result.record).ok_or_else(malformed)?;
    let item = |record: &'_ Record, id: &str| record.item(id).cloned().ok_or_else(malformed);
    let mut questionnaire = Vec::new();
    for question in &variant.questions {
        questionnaire.push(asked(&item(record, &question.item)?, &question.ja, Part::Resident, question.required));
    }
    for practitioner in &source.practitioner.items {
        let item = item(record, &practitioner.item)?;
        questionnaire.push(asked(&item, &item.name, Part::Practitioner, practitioner.required));
    }
    let year = FiscalYear::of(registry.clock.today());
    let (fiscal_year, valid_until) = (year.to_string(), year.last_day().to_string());
    let copay = programme.examinations.first().map_or_else(|| "0".to_owned(), |examination| examination.copay.to_string());
    let fill = |word: &str| match word {
        "fiscal_year" => Some(fiscal_year.as_str()),
        "valid_until" => Some(valid_until.as_str()),
        "copay" => Some(copay.as_str()),
        _ => None,
    };
    // A wording that needs the person's age cannot stand in a template: the first that needs nothing of the person is sent.
    let notice = source.notices.iter().find_map(|notice| Notice::fill(&notice.body_ja, fill)).ok_or_else(malformed)?;
    Ok(Template { programme: programme.id.clone(), version: 0, questionnaire, notice })
}

fn asked(item: &Item, text: &str, part: Part, required: bool) -> Question {
    let flag = [("0", "いいえ"), ("1", "はい")].map(|(code, text)| Choice { code: code.to_owned(), text: text.to_owned() });
    let (kind, choices) = match (item.kind, item.code_table()) {
        (ItemKind::Code, Some(table)) => {
            (AnswerKind::Choice, table.codes.iter().map(|code| Choice { code: code.value.clone(), text: code.name.clone() }).collect())
        }
        (ItemKind::Flag, _) => (AnswerKind::Choice, flag.to_vec()),
        (ItemKind::Integer | ItemKind::Decimal | ItemKind::Yen, _) => (AnswerKind::Number, Vec::new()),
        (ItemKind::Date, _) => (AnswerKind::Date, Vec::new()),
        _ => (AnswerKind::Text, Vec::new()),
    };
    Question { item: item.id.clone(), text: text.to_owned(), kind, part, required, choices }
}
