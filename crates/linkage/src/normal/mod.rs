//! One normal form for the register and for what comes in: the same words written differently become the same bytes.

mod birth;
mod likeness;
mod name;
mod phone;
mod place;
mod sex;

pub(crate) use birth::{Birth, BirthLikeness, salvage};
pub(crate) use likeness::{Likeness, kana_likeness, word_likeness};
pub(crate) use name::{Name, NameRef, is_kana};
pub(crate) use phone::Phone;
pub(crate) use place::{Numbers, Place, PlaceLikeness, PlaceRef, postal_code};
pub(crate) use sex::read_sex;
