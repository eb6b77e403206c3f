//! The file of what was refused.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use ::registry::{RegistryError, files};

use crate::making::Making;
use crate::output;

/// There when something was refused, and gone when nothing was.
pub(super) struct Rejects {
    making: Making,
    /// The name of the file they are of.
    input: String,
}

impl Rejects {
    /// Beside the input, unless another place was asked for.
    pub(super) fn beside(input: &Path, asked: Option<&Path>) -> anyhow::Result<Rejects> {
        let path = asked.map_or_else(|| input.with_extension("rejects.csv"), Path::to_path_buf);
        let name = input.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Rejects { making: Making::of(&path, &[input])?, input: name })
    }

    /// Keeps it when rows were refused.
    pub(super) fn keep(self, rejected: u64) -> anyhow::Result<()> {
        let path = self.making.path().to_owned();
        if rejected > 0 {
            self.making.finish()?;
            output::say(&format!("refused rows are in {}", path.display()));
        } else if path.is_file() {
            // Of an earlier import, which would be taken for this one's.
            fs::remove_file(&path)?;
        }
        Ok(())
    }

    /// Keeps what an import came to: of a file that was refused whole, one row that says why.
    pub(super) fn settle<T>(self, imported: Result<T, RegistryError>, rejected: impl FnOnce(&T) -> u64) -> anyhow::Result<T> {
        match imported {
            Ok(imported) => {
                let rejected = rejected(&imported);
                self.keep(rejected)?;
                Ok(imported)
            }
            Err(error) => {
                if let RegistryError::File(_) | RegistryError::Asked(_) = &error {
                    let path = self.making.path().to_owned();
                    // What was written of it before is away with it.
                    drop(self.making);
                    let mut whole = Making::of(&path, &[])?;
                    let mut rows = files::Rejects::to(&mut whole, &self.input);
                    rows.add(&files::Rejected::row(1, error.to_string(), error.to_string()));
                    rows.finish()?;
                    whole.finish()?;
                    output::say(&format!("why the file was refused is in {}", path.display()));
                }
                Err(error.into())
            }
        }
    }
}

impl Write for Rejects {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.making.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.making.flush()
    }
}
