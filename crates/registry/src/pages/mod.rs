//! 職員画面: what the pages of the registry share, and its home page. The floor they stand on is the office's.

mod home;
pub(crate) mod record;
pub(crate) mod words;
pub(crate) mod work;

use axum::extract::FromRef;
use office::{Office, path};
use wire::session;

use crate::folder::FolderInUse;
use crate::{OFFICE, Registry};

/// What the handlers of pages share. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Pages {
    pub(crate) registry: Registry,
    pub(crate) office: Office,
    pub(crate) folder: FolderInUse,
}

impl FromRef<Pages> for Office {
    fn from_ref(pages: &Pages) -> Office {
        pages.office.clone()
    }
}

/// The home page.
pub(crate) fn routes(pages: Pages) -> office::Routes<Pages> {
    office::Routes::of(pages).listed(path::HOME, face::words::HOME, session(OFFICE.actions.home), home::home)
}
