//! What a panic may tell.

/// From now on a panic tells its place alone: what it says may hold a value of a person. To the log where there is one, to `otherwise` where
/// there is none. For the beginning of a program's `main`.
pub fn tell_places_only(otherwise: fn(&str)) {
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        if tracing::dispatcher::has_been_set() {
            tracing::error!(place, "panicked");
        } else {
            otherwise(&format!("panicked at {place}; what it said is not told, for it may hold a value"));
        }
    }));
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    #[test]
    fn a_panic_tells_its_place_and_not_what_it_says() {
        let own = std::env::current_exe().unwrap();
        let test = "panics::tests::panics_with_a_value";
        let outcome = Command::new(own).args([test, "--exact", "--ignored", "--nocapture"]).output().unwrap();
        let said = String::from_utf8_lossy(&outcome.stdout).into_owned() + &String::from_utf8_lossy(&outcome.stderr);
        assert!(said.contains("panicked at") && said.contains("panics.rs:"), "{said}");
        assert!(!said.contains("123456789018"), "{said}");
        assert!(!outcome.status.success(), "it panicked");
    }

    #[test]
    #[ignore = "started by a_panic_tells_its_place_and_not_what_it_says"]
    fn panics_with_a_value() {
        super::tell_places_only(|line| eprintln!("{line}"));
        let number = "123456789018".to_owned();
        assert_eq!(number, "", "a value");
    }
}
