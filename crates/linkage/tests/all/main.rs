//! Identification by the five data items, from outside: each rule by its name, whole cities by their figures, and any text at all.
#![expect(clippy::indexing_slicing, clippy::panic, reason = "the made-up city indexes its own lists; a test may stop")]

mod city;
mod compare;
mod made_up;
mod total;
mod verdicts;
