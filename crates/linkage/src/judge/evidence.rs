//! What a reviewer sees: which of the items agree.

/// How one item of the record compares with the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Agreement {
    /// The same once folded.
    Agree,
    /// One slip, one variant, or one level of the address away.
    Near,
    /// Another value.
    Differ,
    /// One side says nothing.
    Missing,
}

/// The items that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Item {
    /// 氏 in kanji or letters.
    FamilyName,
    /// 名 in kanji or letters.
    GivenName,
    /// 氏 in kana.
    FamilyKana,
    /// 名 in kana.
    GivenKana,
    /// 性別.
    Sex,
    /// 生年月日.
    Birth,
    /// 住所.
    Address,
    /// 郵便番号.
    PostalCode,
    /// 電話番号.
    Phone,
}

/// Why a person has to decide (要確認).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// Another resident fits nearly as well: nothing in the record tells the two apart.
    Tie,
    /// The given name does not agree: a twin, a brother, a sister or a namesake is possible.
    GivenName,
    /// The family name does not agree, and neither address nor telephone stands in for it.
    FamilyName,
    /// The birth date is missing or differs, and the rest does not make up for it.
    Birth,
    /// The sex differs.
    Sex,
    /// Everything agrees as far as it goes, but the name is too frequent or too much is missing.
    Thin,
}

/// Item by item, what agrees; holds no personal data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// 氏 in kanji or letters.
    pub family_name: Agreement,
    /// 名 in kanji or letters.
    pub given_name: Agreement,
    /// 氏 in kana.
    pub family_kana: Agreement,
    /// 名 in kana.
    pub given_kana: Agreement,
    /// 性別.
    pub sex: Agreement,
    /// 生年月日.
    pub birth: Agreement,
    /// 住所.
    pub address: Agreement,
    /// 郵便番号.
    pub postal_code: Agreement,
    /// 電話番号.
    pub phone: Agreement,
    /// The name compared is one the person bore before (旧氏, 氏名変更).
    pub by_former_name: bool,
    /// The address compared is one the person lived at before.
    pub by_former_address: bool,
    /// The weight of it all in bits, log2 of the likelihood ratio.
    pub bits: f64,
}

impl Evidence {
    /// The items in the order of a review page.
    pub fn items(&self) -> [(Item, Agreement); 9] {
        [
            (Item::FamilyName, self.family_name),
            (Item::GivenName, self.given_name),
            (Item::FamilyKana, self.family_kana),
            (Item::GivenKana, self.given_kana),
            (Item::Sex, self.sex),
            (Item::Birth, self.birth),
            (Item::Address, self.address),
            (Item::PostalCode, self.postal_code),
            (Item::Phone, self.phone),
        ]
    }
}

/// A resident and how sure it is that the record is theirs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The place of the resident in the input of the register, from 0.
    pub row: u32,
    /// Posterior probability, 0 to 1, among all candidates and "nobody in the register".
    pub probability: f64,
    /// What agrees.
    pub evidence: Evidence,
}

/// 判定: what may be done with the record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// 一致: safe to register without a person.
    Match(Candidate),
    /// 要確認: a person decides; the best candidate and the reason for the doubt.
    Review(Candidate, Doubt),
    /// 該当なし: nobody in the register.
    None,
}

impl Verdict {
    /// The candidate, if there is one.
    pub fn candidate(&self) -> Option<&Candidate> {
        match self {
            Self::Match(candidate) | Self::Review(candidate, _) => Some(candidate),
            Self::None => None,
        }
    }
}
