//! `kenshin jobs take`: a file that a job wrote.

use std::io::Write as _;

use anyhow::{Context as _, bail};

use super::{Opened, look, open};
use crate::arguments::TakeFile;
use crate::commands::runtime;
use crate::making::Making;
use crate::{Ending, output};

/// Writes it out part by part, once everybody of whom it tells stands in the record of use, with what it is for.
pub(super) fn take(options: &TakeFile) -> anyhow::Result<Ending> {
    let opened = open(&options.room)?;
    let (id, name) = (options.id, options.name.as_str());
    let job = look(&opened, &options.room, id)?;
    let Opened { jobs, take, caller, .. } = opened;
    let caller = jobs.asker_of(&job, &caller).context("what work wrote is for those who may ask for that work: no policy permits it")?;
    if !jobs.allows(&caller, &take) {
        bail!("no policy permits {take} to the operator");
    }
    if job.files.iter().all(|file| file.name != name) {
        let names: Vec<&str> = job.files.iter().map(|file| file.name.as_str()).collect();
        let told = if names.is_empty() { "it has none".to_owned() } else { format!("it has {}", names.join(", ")) };
        bail!("job {id} has no file {name}: {told}");
    }
    let mut out = Making::of(&options.out, &[])?;
    let bytes = runtime()?.block_on(async {
        let file = jobs.open_file(&caller, take, id, name, &options.reason).await?;
        let mut bytes = 0;
        for part in 0..file.parts() {
            let content = jobs.read_part(&file, part).await?;
            bytes += content.len();
            out.write_all(&content)?;
        }
        Ok::<_, anyhow::Error>(bytes)
    })?;
    out.finish()?;
    output::result(options.json, &serde_json::json!({ "name": name, "bytes": bytes }), |_| {
        format!("{bytes} bytes of {name} in {}", options.out.display())
    })?;
    Ok(Ending::Done)
}
