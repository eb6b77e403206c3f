//! Who acts at the command line (R-GOV-1: no shared ids): the account that the operating system knows, which nobody claims for themselves.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

use access::Caller;
use anyhow::Context as _;
use vocabulary::{Id128, MunicipalityCode, Purpose};

use crate::arguments::Operator;

impl Operator {
    /// The operator acting for a purpose, as the record of use knows them.
    pub(crate) fn caller(
        &self,
        municipality: impl Into<Option<MunicipalityCode>>,
        purpose: Purpose,
        request: Id128,
    ) -> anyhow::Result<Caller> {
        let account = account()?;
        let name = match &self.person {
            Some(person) => format!("console:{account}/{person}"),
            None => format!("console:{account}"),
        };
        Ok(Caller::console(&name, municipality.into(), purpose, request))
    }
}

/// The name of the account that logged in, which stays the person's through `sudo` and `su`, or else of the one that runs this process; its
/// number where the machine's own list has no name for it.
fn account() -> anyhow::Result<String> {
    let number = match fs::read_to_string("/proc/self/loginuid").ok().and_then(|text| logged_in(&text)) {
        Some(number) => number,
        None => fs::metadata("/proc/self").context("whose process this is")?.uid(),
    };
    let list = fs::read_to_string("/etc/passwd").unwrap_or_default();
    Ok(name_in(&list, number).unwrap_or_else(|| number.to_string()))
}

/// What the kernel has kept since the log-in; nobody logged in behind what the machine itself started.
fn logged_in(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|number| *number != u32::MAX)
}

/// `name:x:number:…`
fn name_in(list: &str, number: u32) -> Option<String> {
    let mut accounts = list.lines().filter_map(|line| {
        let mut parts = line.split(':');
        Some((parts.next()?, parts.nth(1)?.parse::<u32>().ok()?))
    });
    accounts.find(|(name, of)| *of == number && !name.is_empty()).map(|(name, _)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_gov_1_the_operator_is_the_account_of_the_machine_and_the_person_who_uses_it() {
        let list = "root:x:0:0:root:/root:/bin/sh\n# a comment\nkenshin:x:998:998::/var/lib/kenshin:/usr/sbin/nologin\n";
        assert_eq!(name_in(list, 998).as_deref(), Some("kenshin"));
        assert_eq!(name_in(list, 997), None);
        assert_eq!((logged_in("1000"), logged_in("1000\n"), logged_in("4294967295"), logged_in("")), (Some(1000), Some(1000), None, None));
        let code = MunicipalityCode::parse("991015").unwrap();
        let id = |person: Option<&str>| {
            let operator = Operator { person: person.map(str::to_owned) };
            operator.caller(code, Purpose::Operation, Id128::from_bytes([1; 16])).unwrap().id().to_owned()
        };
        let alone = id(None);
        assert!(alone.starts_with("console:") && alone.len() > "console:".len(), "{alone}");
        assert_eq!(id(Some("hanako")), format!("{alone}/hanako"));
    }
}
