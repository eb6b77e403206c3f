//! What can be wrong with, or only written otherwise in, a record that came in.

use crate::Spelling;

/// A way in which a record differs from the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Slip {
    /// 髙 for 高, 邉 for 辺, variation selector lost.
    VariantCharacters,
    /// Family and given name without a blank.
    NameWithoutBlank,
    /// ﾔﾏﾀﾞ ﾀﾛｳ.
    HalfWidthKana,
    /// やまだ たろう.
    Hiragana,
    /// 氏名 empty.
    MissingName,
    /// 氏名カナ empty.
    MissingKana,
    /// The family name before marriage.
    MaidenName,
    /// The address spelled otherwise.
    Address(Spelling),
    /// The address before the last move.
    OldAddress,
    /// 住所 and 郵便番号 empty.
    MissingAddress,
    /// 電話番号 empty.
    MissingPhone,
    /// 男 or 女 for 1 or 2.
    SexWord,
    /// 性別 empty.
    MissingSex,
    /// 昭和58年4月1日, S58.4.1, 19830401 for 1983-04-01.
    DateFormat,
    /// The day off by a little, or its digits swapped.
    BirthDay,
    /// Day and month swapped, or the month off by one.
    BirthMonth,
    /// The year off by one, or by ten.
    BirthYear,
    /// Not in the register: nobody of this name and birth date.
    Stranger,
    /// Not in the register: has the name and sex of someone who is.
    Namesake,
    /// Not in the register: has family name, birth date and address of someone who is.
    Twin,
    /// Not in the register: has family name and address of someone who is.
    Relative,
}
