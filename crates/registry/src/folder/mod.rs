//! 市の設定フォルダー: what the city does, as its folder says. What was accepted holds; a folder that was changed since then is shown, with what
//! would change for whom, and holds when an officer has accepted it.

mod compare;
mod hold;
mod page;
mod table;
mod words;

use std::time::Duration;

use office::Routes;
use vocabulary::Purpose;
use wire::{House, Refusal as _, Service, Stop, session};

pub use compare::Comparison;
pub use hold::{CatalogueInForce, FolderInUse, Waiting};

pub use crate::extraction::{Effect, Headcount};

use crate::RegistryError;
use crate::pages::Pages;

access::actions! {
    /// Also by the system itself, at its start.
    READ = plain "registry:city-folder.read", "市の設定の確認", "Look at the city's folder";
    ACCEPT = plain "registry:city-folder.accept", "市の設定の適用", "Acceptance of the city's folder";
}

const PAGE: &str = "/city-folder";
/// Between two looks at the folder.
const PAUSE: Duration = Duration::from_secs(60);

/// The pages.
pub(crate) fn routes(pages: Pages) -> Routes<Pages> {
    Routes::of(pages).listed(PAGE, words::TITLE, session(READ), page::show).form(PAGE, session(ACCEPT), page::accept)
}

/// Adds the looks at the folder to a service, and what waits to its `/readyz`: the registry is ready all the same.
pub(crate) fn serve(service: Service, house: &House, folder: &FolderInUse) -> Service {
    let (told, looked, house) = (folder.clone(), folder.clone(), house.clone());
    let told = move || {
        let told = told.told();
        async move { Ok(told) }
    };
    service.telling("city's folder", told).task("city's folder", move |stop| watch(stop, house, looked))
}

async fn watch(mut stop: Stop, house: House, folder: FolderInUse) {
    while stop.sleep(PAUSE).await {
        let (folder, caller) = (folder.clone(), house.caller(Purpose::Operation));
        // Who would be due by a change is counted before somebody waits for it.
        let look = move || {
            let seen = folder.looked(&caller)?;
            match seen.waiting {
                Some(Waiting::Change(_)) => folder.compare_seen(&caller, seen).map(drop),
                _ => Ok::<_, RegistryError>(()),
            }
        };
        if let Err(error) = crate::work(look).await {
            error.raise_alarm();
            tracing::warn!(%error, "the city's folder cannot be looked at");
        }
    }
}
