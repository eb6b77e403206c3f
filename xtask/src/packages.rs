//! Debian packages that tests need; installed when missing, and said so.

use std::path::Path;

use anyhow::bail;

use crate::process;

/// A package and a file that shows it is installed.
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) shown_by: &'static str,
    pub(crate) needed_for: &'static str,
}

const CVC5: Package = Package { name: "cvc5", shown_by: "/usr/bin/cvc5", needed_for: "what policies promise is proved" };

/// What `cargo xtask prove` needs.
pub(crate) const FOR_PROOFS: &[Package] = &[CVC5];

/// What `cargo xtask test` needs beside PostgreSQL, which `db` looks after.
pub(crate) const FOR_TESTS: &[Package] = &[
    Package { name: "chromium", shown_by: "/usr/bin/chromium", needed_for: "pages are looked at in a real browser" },
    Package { name: "chromium-driver", shown_by: "/usr/bin/chromedriver", needed_for: "the browser is told where to go" },
    Package {
        name: "fonts-ipafont-gothic",
        shown_by: "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf",
        needed_for: "the browser knows how wide Japanese text is",
    },
    CVC5,
    Package { name: "openssl", shown_by: "/usr/bin/openssl", needed_for: "servers are asked to speak what they must not" },
    Package { name: "softhsm2", shown_by: "/usr/lib/softhsm/libsofthsm2.so", needed_for: "the master key is kept behind PKCS#11" },
];

/// Installs what is missing with apt-get, through sudo when not root.
pub(crate) fn ensure(root: &Path, packages: &[Package]) -> anyhow::Result<()> {
    let missing: Vec<&Package> = packages.iter().filter(|package| !Path::new(package.shown_by).exists()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    for package in &missing {
        eprintln!("installing Debian's {}: {}", package.name, package.needed_for);
    }
    if !Path::new("/usr/bin/apt-get").exists() {
        let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
        bail!("this machine has no apt-get: please install {} and run this again", names.join(", "));
    }
    as_root(root, &["apt-get", "update", "-qq"])?;
    let mut arguments = vec!["apt-get", "install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(missing.iter().map(|package| package.name));
    as_root(root, &arguments)
}

/// Runs a command as root: directly, or through sudo.
pub(crate) fn as_root(root: &Path, words: &[&str]) -> anyhow::Result<()> {
    let mut all = if process::output(&mut process::command(root, "id", &["-u"]))?.trim() == "0" { vec![] } else { vec!["sudo"] };
    all.extend(["env", "DEBIAN_FRONTEND=noninteractive"]);
    all.extend(words);
    let Some((program, arguments)) = all.split_first() else { bail!("nothing to run") };
    process::run(&mut process::command(root, program, arguments))
}
