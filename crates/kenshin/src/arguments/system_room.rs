//! Which system's room a command is about.

use clap::Args;
use vocabulary::MunicipalityCode;

use super::{DEFAULT_DATA, Operator, Place, values};

/// The system whose room it is where nobody says.
const DEFAULT_SYSTEM: &str = "registry";

/// A system's room, and who acts there.
#[derive(Debug, Clone, Args)]
pub struct SystemRoom {
    #[command(flatten)]
    pub place: Place,
    /// The system: registry, atena, relay, hub-core, network …
    #[arg(long, value_name = "SYSTEM", default_value = DEFAULT_SYSTEM, value_parser = values::system)]
    pub system: String,
    /// 6-digit code of the municipality; without it the one room of a national party
    #[arg(long, value_name = "CODE", value_parser = values::municipality)]
    pub municipality: Option<MunicipalityCode>,
    #[command(flatten)]
    pub operator: Operator,
}

impl SystemRoom {
    /// A command about this room by the same operator, as it is typed: `kenshin jobs show 8f…3c --municipality 991015`.
    pub(crate) fn command(&self, what: &str) -> String {
        let person = self.operator.person.as_deref().map_or_else(String::new, |person| format!(" --as {person}"));
        format!("{}{person}", self.command_of_another(what))
    }

    /// The same for another operator.
    pub(crate) fn command_of_another(&self, what: &str) -> String {
        let Place { data, files } = &self.place;
        let data = Some(data.clone()).filter(|data| data != DEFAULT_DATA);
        let files = files.as_ref().map(|files| files.display().to_string());
        let system = Some(self.system.clone()).filter(|system| system != DEFAULT_SYSTEM);
        let city = self.municipality.map(|code| code.to_string());
        let options = [("--municipality", city), ("--system", system), ("--data", data), ("--files", files)];
        let said = options.into_iter().filter_map(|(option, value)| Some(format!(" {option} {}", quoted(&value?))));
        format!("kenshin {what}{}", said.collect::<String>())
    }
}

/// A word as a shell takes it.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "_-./:@%+=,".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(data: &str, system: &str, person: Option<&str>) -> SystemRoom {
        SystemRoom {
            place: Place { data: data.to_owned(), files: None },
            system: system.to_owned(),
            municipality: Some(MunicipalityCode::parse("991015").unwrap()),
            operator: Operator { person: person.map(str::to_owned) },
        }
    }

    #[test]
    fn a_command_is_told_with_the_options_of_the_room_as_a_shell_takes_them() {
        assert_eq!(room(DEFAULT_DATA, "registry", None).command("jobs list"), "kenshin jobs list --municipality 991015");
        let named = room("it's here", "relay", Some("hanako"));
        let options = "--municipality 991015 --system relay --data 'it'\\''s here'";
        assert_eq!(named.command("jobs list"), format!("kenshin jobs list {options} --as hanako"));
        assert_eq!(named.command_of_another("jobs list"), format!("kenshin jobs list {options}"));
        let url = "postgres://kenshin@db/kenshin";
        assert!(room(url, "registry", None).command("jobs list").ends_with(&format!("--data {url}")));
    }
}
