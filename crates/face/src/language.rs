//! The two languages of every page.

/// A language a page can be read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// 日本語.
    #[default]
    Japanese,
    /// English.
    English,
}

impl Language {
    /// Both, in the order of the switch.
    pub const ALL: [Language; 2] = [Language::Japanese, Language::English];

    /// The value of `lang` attributes and of the `lang` parameter.
    pub const fn code(self) -> &'static str {
        match self {
            Language::Japanese => "ja",
            Language::English => "en",
        }
    }

    /// What speakers of it call it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Language::Japanese => "日本語",
            Language::English => "English",
        }
    }

    /// The language of a code.
    pub fn of_code(code: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The language of a request: what its `lang` parameter says, else its cookie, else what the browser prefers, else Japanese.
    pub fn choose(parameter: Option<&str>, cookie: Option<&str>, accept_language: Option<&str>) -> Language {
        let said = parameter.and_then(Language::of_code).or_else(|| cookie.and_then(Language::of_code));
        said.or_else(|| accept_language.and_then(preferred)).unwrap_or_default()
    }
}

/// The language of the highest weight in an `Accept-Language` header; the first of equals.
fn preferred(header: &str) -> Option<Language> {
    let mut best: Option<(Language, f32)> = None;
    for part in header.split(',') {
        let mut words = part.split(';');
        let tag = words.next().unwrap_or_default().trim();
        let language = tag.split('-').next().and_then(|code| Language::of_code(&code.to_ascii_lowercase()));
        let weight = words.find_map(|word| word.trim().strip_prefix("q=")).map_or(Some(1.0), |q| q.trim().parse::<f32>().ok());
        if let (Some(language), Some(weight)) = (language, weight)
            && weight > best.map_or(0.0, |(_, weight)| weight)
        {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameter_goes_before_the_cookie_and_the_cookie_before_the_browser() {
        use Language::{English, Japanese};
        assert_eq!(Language::choose(Some("en"), Some("ja"), Some("ja")), English);
        assert_eq!(Language::choose(Some("fr"), Some("en"), Some("ja")), English);
        assert_eq!(Language::choose(None, None, Some("fr, en-GB;q=0.8, ja;q=0.3")), English);
        assert_eq!(Language::choose(None, None, Some("en;q=0, ja-JP")), Japanese);
        assert_eq!(Language::choose(None, None, Some("fr;q=x,*")), Japanese);
        assert_eq!(Language::choose(None, None, None), Japanese);
    }
}
