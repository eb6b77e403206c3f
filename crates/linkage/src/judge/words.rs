//! Words of a verdict: for the file of matches, for storage, and for the page where a person decides.

use super::evidence::{Agreement, Doubt, Item, Verdict};

impl Verdict {
    /// 判定 as the interface writes it.
    pub const fn ja(&self) -> &'static str {
        match self {
            Self::Match(_) => "一致",
            Self::Review(..) => "要確認",
            Self::None => "該当なし",
        }
    }

    /// A word that is stored.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Match(_) => "match",
            Self::Review(..) => "review",
            Self::None => "none",
        }
    }
}

impl Doubt {
    /// The reason in Japanese.
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Tie => "同程度に一致する住民が他にいます",
            Self::GivenName => "名が一致しません（双子・きょうだい・同姓の可能性）",
            Self::FamilyName => "氏が一致せず、住所・電話番号でも確かめられません",
            Self::Birth => "生年月日が一致しません",
            Self::Sex => "性別が一致しません",
            Self::Thin => "一致する項目が足りません",
        }
    }

    /// The reason in English.
    pub const fn en(self) -> &'static str {
        match self {
            Self::Tie => "Another resident fits as well",
            Self::GivenName => "The given name does not agree: a twin, a sibling or a namesake is possible",
            Self::FamilyName => "The family name does not agree, and neither address nor telephone makes up for it",
            Self::Birth => "The birth date does not agree",
            Self::Sex => "The sex does not agree",
            Self::Thin => "Too little agrees",
        }
    }

    /// A word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tie => "tie",
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::Birth => "birth",
            Self::Sex => "sex",
            Self::Thin => "thin",
        }
    }
}

impl Item {
    /// The item in Japanese.
    pub const fn ja(self) -> &'static str {
        match self {
            Self::FamilyName => "氏",
            Self::GivenName => "名",
            Self::FamilyKana => "氏カナ",
            Self::GivenKana => "名カナ",
            Self::Sex => "性別",
            Self::Birth => "生年月日",
            Self::Address => "住所",
            Self::PostalCode => "郵便番号",
            Self::Phone => "電話番号",
        }
    }

    /// The item in English.
    pub const fn en(self) -> &'static str {
        match self {
            Self::FamilyName => "Family name",
            Self::GivenName => "Given name",
            Self::FamilyKana => "Family name in kana",
            Self::GivenKana => "Given name in kana",
            Self::Sex => "Sex",
            Self::Birth => "Birth date",
            Self::Address => "Address",
            Self::PostalCode => "Postal code",
            Self::Phone => "Telephone",
        }
    }

    /// A word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FamilyName => "family_name",
            Self::GivenName => "given_name",
            Self::FamilyKana => "family_kana",
            Self::GivenKana => "given_kana",
            Self::Sex => "sex",
            Self::Birth => "birth",
            Self::Address => "address",
            Self::PostalCode => "postal_code",
            Self::Phone => "phone",
        }
    }
}

impl Agreement {
    /// In Japanese.
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Agree => "一致",
            Self::Near => "近い",
            Self::Differ => "相違",
            Self::Missing => "なし",
        }
    }

    /// A word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Near => "near",
            Self::Differ => "differ",
            Self::Missing => "missing",
        }
    }
}
