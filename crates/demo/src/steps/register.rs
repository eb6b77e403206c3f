//! Step 3: unified numbers for everybody with an individual number; templates and targets of the oral health check go to the hub.

use protocol::messages::Nothing;
use protocol::messages::registry::{
    REGISTER_TARGETS, REGISTER_TEMPLATES, RegisterTargets, RegisteredTargets, RegisteredTemplates, UNIFIED_NUMBERS, UnifiedNumbersObtained,
};

use super::{add, extract};
use crate::report::Counts;
use crate::ring::{REGISTERED, Ring};

pub(crate) async fn run(ring: &Ring) -> anyhow::Result<Counts> {
    let mut counts = Counts::new();
    for city in ring.cities() {
        let numbered: UnifiedNumbersObtained = city.job(ring, UNIFIED_NUMBERS, &Nothing {}).await?;
        add(&mut counts, "unifiedNumbers", numbered.unified_numbers);
        let templates: RegisteredTemplates = city.job(ring, REGISTER_TEMPLATES, &Nothing {}).await?;
        add(&mut counts, "templates", templates.templates);
        let extraction = extract::extraction(ring, city).await?.extraction;
        let asked = RegisterTargets { extraction, programme: REGISTERED.to_owned() };
        let registered: RegisteredTargets = city.job(ring, REGISTER_TARGETS, &asked).await?;
        add(&mut counts, "registered", registered.registered);
        add(&mut counts, "refused", registered.refused);
    }
    Ok(counts)
}
