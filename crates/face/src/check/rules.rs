//! The rules. Each reads the pieces and says what breaks it.

use super::markup::{Piece, Tag};

type Rule = fn(&[Piece]) -> Vec<String>;

pub(super) const ALL: &[Rule] =
    &[language, one_title, headings, labels, ids, nothing_inline, images, names, posted_forms_carry_their_word, empty_values];

fn tags(pieces: &[Piece]) -> impl Iterator<Item = &Tag> {
    pieces.iter().filter_map(|piece| match piece {
        Piece::Start(tag) => Some(tag),
        _ => None,
    })
}

/// The text between the start tag at `place` and its end.
fn text_of(pieces: &[Piece], place: usize) -> String {
    let mut depth = 0_i32;
    let mut text = String::new();
    for piece in pieces.iter().skip(place) {
        match piece {
            Piece::Start(tag) if !matches!(tag.name.as_str(), "img" | "input" | "meta" | "link" | "br" | "hr" | "wbr") => depth += 1,
            Piece::Start(tag) => text.push_str(tag.get("alt").unwrap_or_default()),
            Piece::End(_) => depth -= 1,
            Piece::Text(more) => text.push_str(more),
        }
        if depth == 0 {
            break;
        }
    }
    text.trim().to_owned()
}

fn with_text<'a>(pieces: &'a [Piece], wanted: impl Fn(&Tag) -> bool + 'a) -> impl Iterator<Item = (&'a Tag, String)> {
    pieces.iter().enumerate().filter_map(move |(place, piece)| match piece {
        Piece::Start(tag) if wanted(tag) => Some((tag, text_of(pieces, place))),
        _ => None,
    })
}

fn language(pieces: &[Piece]) -> Vec<String> {
    let lang = tags(pieces).find(|tag| tag.name == "html").and_then(|tag| tag.get("lang"));
    if matches!(lang, Some("ja" | "en")) { Vec::new() } else { vec![format!("<html lang> is {lang:?}")] }
}

fn one_title(pieces: &[Piece]) -> Vec<String> {
    let mut found = Vec::new();
    for name in ["title", "h1", "main"] {
        let texts: Vec<String> = with_text(pieces, |tag| tag.name == name).map(|(_, text)| text).collect();
        if texts.len() != 1 || texts.iter().any(String::is_empty) {
            found.push(format!("there is not exactly one <{name}> with words in it, but {}", texts.len()));
        }
    }
    found
}

fn headings(pieces: &[Piece]) -> Vec<String> {
    let mut before = 0;
    let mut found = Vec::new();
    for (tag, text) in with_text(pieces, |tag| matches!(tag.name.as_str(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6")) {
        let level: u32 = tag.name.strip_prefix('h').and_then(|level| level.parse().ok()).unwrap_or(0);
        if level > before + 1 {
            found.push(format!("<{}> {text:?} follows a heading of level {before}", tag.name));
        }
        if text.is_empty() {
            found.push(format!("a <{}> is empty", tag.name));
        }
        before = level;
    }
    found
}

fn labels(pieces: &[Piece]) -> Vec<String> {
    let labelled: Vec<(String, String)> =
        with_text(pieces, |tag| tag.name == "label").filter_map(|(tag, text)| Some((tag.get("for")?.to_owned(), text))).collect();
    let control =
        |tag: &&Tag| matches!(tag.name.as_str(), "select" | "textarea" | "progress" | "input") && tag.get("type") != Some("hidden");
    let nameless = |tag: &&Tag| {
        let by_for = tag.get("id").is_some_and(|id| labelled.iter().any(|(target, text)| target == id && !text.is_empty()));
        !by_for && !tag.has("aria-label") && !tag.within.iter().any(|name| name == "label")
    };
    tags(pieces).filter(control).filter(nameless).map(|tag| format!("<{} name={:?}> has no label", tag.name, tag.get("name"))).collect()
}

fn ids(pieces: &[Piece]) -> Vec<String> {
    let ids: Vec<&str> = tags(pieces).filter_map(|tag| tag.get("id")).collect();
    let mut found = Vec::new();
    for (place, id) in ids.iter().enumerate() {
        if ids.iter().take(place).any(|other| other == id) || id.is_empty() || id.contains(char::is_whitespace) {
            found.push(format!("id {id:?} is not one of its own"));
        }
    }
    for tag in tags(pieces) {
        let within = tag.get("href").and_then(|href| href.strip_prefix('#'));
        let told = ["for", "aria-describedby", "aria-labelledby", "aria-controls"].into_iter().filter_map(|name| tag.get(name));
        for target in told.flat_map(str::split_whitespace).chain(within) {
            if !ids.contains(&target) {
                found.push(format!("<{}> refers to {target:?}, which is not there", tag.name));
            }
        }
    }
    found
}

/// What the Content-Security-Policy forbids must not be there to begin with (T-20).
fn nothing_inline(pieces: &[Piece]) -> Vec<String> {
    let mut found = Vec::new();
    for tag in tags(pieces) {
        if matches!(tag.name.as_str(), "script" | "style" | "iframe" | "object" | "embed" | "base") {
            found.push(format!("<{}> is not used", tag.name));
        }
        for (name, value) in &tag.attributes {
            let runs = name.starts_with("on") || name == "style" || name == "srcdoc";
            let scheme = value.split([':', '/', '?', '#']).next().unwrap_or_default().trim().to_ascii_lowercase();
            let elsewhere = matches!(name.as_str(), "href" | "src" | "action" | "formaction")
                && (value.contains(':') && matches!(scheme.as_str(), "javascript" | "data" | "vbscript" | "http" | "https")
                    || value.starts_with("//"));
            if runs || elsewhere {
                found.push(format!("<{} {name}={value:?}> is not used", tag.name));
            }
        }
    }
    found
}

fn images(pieces: &[Piece]) -> Vec<String> {
    tags(pieces)
        .filter(|tag| tag.name == "img" && !tag.has("alt"))
        .map(|tag| format!("<img src={:?}> has no alt", tag.get("src")))
        .collect()
}

/// Links, buttons and regions of one kind have names.
fn names(pieces: &[Piece]) -> Vec<String> {
    let mut found = Vec::new();
    for (tag, text) in
        with_text(pieces, |tag| matches!(tag.name.as_str(), "a" | "button" | "summary" | "legend" | "caption" | "th" | "option"))
    {
        if text.is_empty() && tag.get("aria-label").is_none_or(str::is_empty) {
            found.push(format!("a <{}> has no words", tag.name));
        }
        if tag.name == "a" && tag.get("href").is_none_or(str::is_empty) {
            found.push(format!("the link {text:?} leads nowhere"));
        }
    }
    let menus: Vec<Option<&str>> = tags(pieces).filter(|tag| tag.name == "nav").map(|tag| tag.get("aria-label")).collect();
    for (place, name) in menus.iter().enumerate() {
        if name.is_none_or(str::is_empty) || menus.iter().take(place).any(|other| other == name) {
            found.push(format!("<nav aria-label={name:?}> needs a name of its own"));
        }
    }
    found
}

/// Forms never put what they hold into a URL unless they are questions, and those carry no session's word.
fn posted_forms_carry_their_word(pieces: &[Piece]) -> Vec<String> {
    let mut found = Vec::new();
    let mut method: Option<&str> = None;
    for piece in pieces {
        match piece {
            Piece::Start(tag) if tag.name == "form" => {
                method = tag.get("method");
                if !matches!(method, Some("get" | "post")) || !tag.has("action") {
                    found.push(format!("<form action={:?}> does not say how it is sent", tag.get("action")));
                }
            }
            Piece::Start(tag) if method == Some("get") && (tag.get("name") == Some("csrf") || tag.get("type") == Some("password")) => {
                found.push(format!("a form with {:?} would put it into a URL", tag.get("name")));
            }
            Piece::End(name) if name == "form" => method = None,
            _ => {}
        }
    }
    found
}

fn empty_values(pieces: &[Piece]) -> Vec<String> {
    let must = ["href", "src", "id", "for", "name", "class", "lang", "aria-label", "aria-describedby", "autocomplete", "role"];
    let empty = tags(pieces).flat_map(|tag| tag.attributes.iter().map(move |(name, value)| (tag, name, value)));
    empty
        .filter(|(_, name, value)| must.contains(&name.as_str()) && value.trim().is_empty())
        .map(|(tag, name, _)| format!("<{} {name}> is empty", tag.name))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::check::problems;

    const GOOD: &str = r##"<!DOCTYPE html><html lang="ja"><head><title>題</title></head><body><main id="main"><h1>題</h1><h2>一</h2>
<form method="post" action="/x"><label for="a">名</label><input id="a" name="a"><button>送る</button></form><a href="#main">上へ</a></main></body></html>"##;

    #[test]
    fn a_good_page_has_no_problems() {
        assert_eq!(problems(GOOD), Vec::<String>::new());
    }

    #[test]
    fn each_rule_finds_what_breaks_it() {
        let cases = [
            (r#"lang="ja""#, r#"lang="""#, "<html lang>"),
            ("<h1>題</h1>", "", "exactly one <h1>"),
            ("<h1>題</h1>", "<h1>題</h1><h1>題</h1>", "exactly one <h1>"),
            ("<h2>一</h2>", "<h3>一</h3>", "follows a heading"),
            (r#"<label for="a">名</label>"#, "", "has no label"),
            (r#"<label for="a">"#, r#"<label for="b">"#, "refers to \"b\""),
            (r#"id="a""#, r#"id="main""#, "not one of its own"),
            ("##", "#gone", ""),
            (r##"href="#main""##, r##"href="#gone""##, "refers to \"gone\""),
            ("<h2>一</h2>", "<script>x</script>", "<script> is not used"),
            ("<h2>一</h2>", r#"<p style="x">y</p>"#, "is not used"),
            ("<h2>一</h2>", r#"<p onclick="x">y</p>"#, "is not used"),
            (r##"href="#main""##, r#"href="javascript:x""#, "is not used"),
            (r##"href="#main""##, r#"href="https://example.com/""#, "is not used"),
            ("<h2>一</h2>", r#"<img src="/x">"#, "has no alt"),
            ("<button>送る</button>", "<button></button>", "<button> has no words"),
            (r#"<input id="a" name="a">"#, r#"<input id="a" name="">"#, "<input name> is empty"),
            (r#"method="post""#, r#"method="dialog""#, "how it is sent"),
            (r#"method="post" action="/x">"#, r#"method="get" action="/x"><input type="hidden" name="csrf" value="x">"#, "into a URL"),
            ("<h2>一</h2>", "<nav></nav>", "a name of its own"),
            ("<h2>一</h2>", "<p>a & b</p>", "bare &"),
            ("<h2>一</h2>", "<p>x", "closes nothing"),
            ("<h2>一</h2>", "<p class=x>y</p>", "no quotes"),
        ];
        for (good, bad, words) in cases {
            let found = problems(&GOOD.replace(good, bad)).join("\n");
            assert!(found.contains(words), "{bad}: {found:?}");
        }
    }
}
