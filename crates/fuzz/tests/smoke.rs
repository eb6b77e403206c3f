//! A short run of every target (T-17); `cargo xtask fuzz` runs for longer.

use std::process::Command;

#[test]
fn t_17_three_seconds_of_bytes_that_nobody_meant_do_no_target_harm() {
    let fuzz = Command::new(env!("CARGO_BIN_EXE_fuzz"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .args(["--seconds", "3"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&fuzz.stdout);
    assert!(fuzz.status.success(), "{told}{}", String::from_utf8_lossy(&fuzz.stderr));
    assert!(told.lines().last().is_some_and(|line| line.ends_with(" passed, 0 failed")), "{told}");
}
