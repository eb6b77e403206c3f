//! Which process holds a lease, and whether it is gone: after a kill the next process on the machine need not wait for the lease to end.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::sync::OnceLock;

static THIS: OnceLock<String> = OnceLock::new();

/// This process: `<boot>/<process namespace>/<account>/<process>/<its start>`; empty where the machine does not tell, and then nobody takes it
/// for gone.
pub(super) fn this_process() -> &'static str {
    THIS.get_or_init(|| {
        let id = std::process::id();
        place().and_then(|place| Some(format!("{place}/{id}/{}", start_of(id)?))).unwrap_or_default()
    })
}

/// Whether a holder was a process of this machine, as this account sees them, that runs no more.
pub(super) fn is_gone(holder: &str) -> bool {
    let Some((process, start)) = holder.rsplit_once('/') else { return false };
    let Some((of, id)) = process.rsplit_once('/') else { return false };
    let (Some(place), Ok(id)) = (place(), id.parse::<u32>()) else { return false };
    of == place && start_of(id).is_none_or(|running| running != start)
}

/// Processes are told apart by their numbers within one boot and one namespace, and seen for certain by their own account.
fn place() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    let account = fs::metadata("/proc/self").ok()?.uid();
    Some(format!("{}/{}/{account}", boot.trim(), namespace.display()))
}

/// When a process began, in ticks since the boot; none when it is not there, or dead and not yet buried.
fn start_of(id: u32) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // the name of the program stands in brackets and may hold anything
    let (_, fields) = text.rsplit_once(") ")?;
    let mut fields = fields.split(' ');
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    fields.nth(18).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_runs_is_not_gone_and_one_that_was_killed_is() {
        assert!(!this_process().is_empty() && !is_gone(this_process()));
        let mut child = std::process::Command::new("sleep").arg("600").spawn().unwrap();
        let holder = format!("{}/{}/{}", place().unwrap(), child.id(), start_of(child.id()).unwrap());
        assert!(!is_gone(&holder));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(is_gone(&holder));
    }

    #[test]
    fn of_other_machines_nothing_is_known() {
        for holder in ["", "x", "other-boot/pid:[1]/0/1/1"] {
            assert!(!is_gone(holder), "{holder}");
        }
    }
}
