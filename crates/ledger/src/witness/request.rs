use std::fmt::{self, Display};
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::merkle::{HASH, Hash};
use crate::note::{NoteError, SignedCheckpoint};
use crate::tiles::decimal;

/// Hashes of a consistency proof between any two sizes.
const MOST: usize = 63;

/// What a log asks a witness (`add-checkpoint` of C2SP tlog-witness): to cosign a checkpoint that goes on from the size it cosigned last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size that the witness is thought to have cosigned last, 0 for none.
    pub old: u64,
    /// The proof that the tree of that size is the beginning of the checkpoint's.
    pub proof: Vec<Hash>,
    /// The checkpoint, signed by the log.
    pub note: SignedCheckpoint,
}

impl Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{}", BASE64_STANDARD.encode(hash)))?;
        write!(f, "\n{}", self.note.text())
    }
}

impl FromStr for AddCheckpoint {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (head, note) = text.split_once("\n\n").ok_or(NoteError::Shape("no empty line before the checkpoint"))?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(decimal);
        let old = old.ok_or(NoteError::Shape("the first line does not read `old` and a size"))?;
        let hash = |line| <[u8; HASH]>::try_from(BASE64_STANDARD.decode(line).ok()?).ok();
        let proof: Vec<Hash> = lines.map(hash).collect::<Option<_>>().ok_or(NoteError::Shape("a line of the proof is no hash"))?;
        if proof.len() > MOST {
            return Err(NoteError::Shape("the proof is too long"));
        }
        Ok(Self { old, proof, note: SignedCheckpoint::parse(note)? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The example of the specification.
    const EXAMPLE: &str = "old 20852014\n\
        PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\
        jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\
        5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n\
        /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\
        \n\
        example.com/behind-the-sofa\n\
        20852163\n\
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\
        \n\
        \u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        \u{2014} example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";

    #[test]
    fn the_example_of_the_specification_is_read_and_written_as_it_is() {
        let read: AddCheckpoint = EXAMPLE.parse().unwrap();
        assert_eq!((read.old, read.proof.len(), read.note.checkpoint().size), (20_852_014, 4, 20_852_163));
        assert_eq!(read.to_string(), EXAMPLE);
        let none = EXAMPLE.split_inclusive('\n').enumerate().filter(|(at, _)| !(1..5).contains(at)).map(|(_, line)| line);
        assert!(none.collect::<String>().parse::<AddCheckpoint>().unwrap().proof.is_empty());
        let many = EXAMPLE.replacen("PlRN", &"PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\nPlRN".repeat(60), 1);
        for wrong in
            [&EXAMPLE.replace("old 2", "old 02"), &EXAMPLE.replace("old", "new"), &EXAMPLE.replace("5+pK", "5+p"), &many, "old 0\n", ""]
        {
            assert!(wrong.parse::<AddCheckpoint>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_read_without_a_panic(text in "(old [0-9]{0,3}\n)?([A-Za-z0-9+/=]{0,50}\n){0,3}\n?\\PC{0,60}") {
            let _ = text.parse::<AddCheckpoint>();
        }
    }
}
