use serde::Deserialize;

/// How far a fact of the catalogue may be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Trust {
    /// A primary source: ministry, agency, law, official text.
    #[serde(rename = "P")]
    Primary,
    /// A public secondary page.
    #[serde(rename = "S")]
    Secondary,
    /// Computed or proposed by us from the others.
    #[serde(rename = "C")]
    Computed,
    /// The city's assessment (PIA).
    #[serde(rename = "seed")]
    Assessment,
    /// Configuration of a city; the built-in one is fictional.
    #[serde(rename = "local", alias = "city")]
    Local,
    /// An arrangement of ours where nothing official is known.
    #[serde(rename = "ours")]
    Ours,
}
