//! What pages load: one stylesheet and one mark, compiled in, under URLs that hold their digest, so that they may be kept for ever.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

const CSS: &str = concat!(
    include_str!("../assets/tokens.css"),
    include_str!("../assets/base.css"),
    include_str!("../assets/layout.css"),
    include_str!("../assets/text.css"),
    include_str!("../assets/forms.css"),
    include_str!("../assets/buttons.css"),
    include_str!("../assets/tables.css"),
    include_str!("../assets/blocks.css"),
    include_str!("../assets/steps.css"),
    include_str!("../assets/print.css"),
);
const MARK: &str = include_str!("../assets/mark.svg");

/// A file to serve as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// Its `Cache-Control`: the URL changes when the content does.
    pub cache_control: &'static str,
    /// Its bytes.
    pub body: &'static [u8],
}

static STYLESHEET: LazyLock<String> = LazyLock::new(|| path("face", CSS, "css"));
static MARK_FILE: LazyLock<String> = LazyLock::new(|| path("mark", MARK, "svg"));

fn path(name: &str, content: &str, ending: &str) -> String {
    let digest: String = Sha256::digest(content).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("/assets/{name}-{digest}.{ending}")
}

/// The stylesheet's path.
pub fn stylesheet_path() -> &'static str {
    &STYLESHEET
}

/// The mark's path: the icon of every page.
pub fn mark_path() -> &'static str {
    &MARK_FILE
}

/// The file of a path such as `/assets/face-0123456789abcdef.css`, if there is one; a path of another version has none.
pub fn asset(path: &str) -> Option<Asset> {
    let file = |content_type, content: &'static str| Asset {
        content_type,
        cache_control: "public, max-age=31536000, immutable",
        body: content.as_bytes(),
    };
    match path {
        _ if path == stylesheet_path() => Some(file("text/css; charset=utf-8", CSS)),
        _ if path == mark_path() => Some(file("image/svg+xml", MARK)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_under_the_digest_of_its_content_only() {
        let css = asset(stylesheet_path()).unwrap();
        assert_eq!((css.content_type, css.body), ("text/css; charset=utf-8", CSS.as_bytes()));
        assert!(asset(mark_path()).is_some());
        for other in ["/assets/face-0000000000000000.css", "/assets/face.css", "/assets/../src/lib.rs", ""] {
            assert_eq!(asset(other), None, "{other}");
        }
    }

    #[test]
    fn the_stylesheet_loads_nothing_and_every_token_it_uses_is_defined() {
        assert!(!CSS.contains("url(") && !CSS.contains("@import") && !CSS.contains("!important;\n}\n!"));
        let names = |before: &str| -> Vec<&str> {
            CSS.split(before).skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap()).collect()
        };
        let defined = names("\n    --");
        for used in names("var(--") {
            assert!(defined.contains(&used), "--{used} is not defined in tokens.css");
        }
        assert_eq!(CSS.matches('{').count(), CSS.matches('}').count());
    }
}
