//! WCAG 2.2 AA contrast of the colours that stand on each other, in light and in dark.

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../assets/tokens.css");

/// Letters on surfaces: at least 4.5 to 1.
const LETTERS: [(&str, &[&str]); 9] = [
    ("text", &["surface", "surface-soft", "surface-sunk"]),
    ("text-soft", &["surface", "surface-soft", "surface-sunk"]),
    ("link", &["surface", "surface-soft", "accent-soft"]),
    ("on-primary", &["primary", "primary-hover", "primary-active"]),
    ("primary", &["surface", "accent-soft"]),
    ("error-text", &["surface", "error-soft"]),
    ("success-text", &["surface", "success-soft"]),
    ("warning-text", &["surface", "warning-soft"]),
    ("information-text", &["surface", "information-soft", "accent-soft"]),
];

/// Edges that tell what a thing is: at least 3 to 1.
const EDGES: [(&str, &[&str]); 5] = [
    ("line-control", &["surface"]),
    ("error", &["surface"]),
    ("success", &["surface"]),
    ("warning", &["surface"]),
    ("focus-outline", &["surface", "focus-ring"]),
];

fn values(css: &'static str) -> BTreeMap<&'static str, &'static str> {
    let line = |line: &'static str| line.trim().strip_prefix("--")?.strip_suffix(';')?.split_once(": ");
    css.lines().filter_map(line).collect()
}

fn luminance(values: &BTreeMap<&str, &str>, name: &str) -> f64 {
    let value = values[name];
    if let Some(other) = value.strip_prefix("var(--") {
        return luminance(values, other.strip_suffix(')').unwrap());
    }
    let channel = |place: usize| {
        let value = f64::from(u8::from_str_radix(value.get(place..place + 2).unwrap(), 16).unwrap()) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn check(values: &BTreeMap<&str, &str>, pairs: &[(&str, &[&str])], least: f64, scheme: &str) {
    for (front, backs) in pairs {
        for back in *backs {
            let (one, other) = (luminance(values, front), luminance(values, back));
            let ratio = (one.max(other) + 0.05) / (one.min(other) + 0.05);
            assert!(ratio >= least, "{front} on {back} in {scheme}: {ratio:.2}");
        }
    }
}

#[test]
fn t_37_what_is_to_be_read_can_be_read_in_light_and_in_dark() {
    let (light, dark) = TOKENS.split_once("prefers-color-scheme: dark").unwrap();
    let mut scheme = values(light);
    check(&scheme, &LETTERS, 4.5, "light");
    check(&scheme, &EDGES, 3.0, "light");
    scheme.extend(values(dark));
    check(&scheme, &LETTERS, 4.5, "dark");
    check(&scheme, &EDGES, 3.0, "dark");
}
