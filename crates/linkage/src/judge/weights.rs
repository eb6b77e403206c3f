//! What each agreement and each difference is worth, in bits: log2(m / u), after Fellegi and Sunter, "A Theory for Record Linkage" (1969).
//!
//! m is how often two records of the same person show it, u how often records of two different people do. The numbers are set by reasoning,
//! not learned at run time, so that the same input has the same verdict in every city and every release; only the frequency of names is
//! taken from the register, because 佐藤 says less than 勅使河原. The two thresholds were set on made-up cities, and are checked on seeds
//! that they were not set on; no real record has been seen. To change one: change it here and look at what `cargo bench -p linkage` says.

/// Share of incoming records whose person is expected to stand in the register at all; the rest are strangers.
pub(crate) const COVERAGE: f64 = 0.95;

/// Probability from which a verdict may be automatic, when the rules of `rules.rs` also allow it. No rule stops a stranger who bears name,
/// reading, sex and birth date of a resident by chance and sends another address: only this number makes them rare. Seen at 0.99996 to
/// 0.99998: 0 to 2 in 44,000 verdicts on synth's city. A higher one sends moved people with frequent names to review.
pub(crate) const AUTOMATIC: f64 = 0.99997;

/// Probability from which a person should look at it.
pub(crate) const WORTH_A_LOOK: f64 = 0.3;

/// Most bits the rarity of one name may give: a name that occurs once is as likely misread as unique.
pub(crate) const RAREST_NAME: f64 = 15.0;

/// A name (family or given) compared in two scripts. The agreement itself is worth the rarity of the name and stands in the register.
pub(crate) struct NameWeights {
    /// Both scripts agree: the second adds little, for it follows from the first.
    pub(crate) both: f64,
    /// One agrees and the other is one slip away.
    pub(crate) one_near: f64,
    /// One agrees and the other is another word: another way to write or read it, or another person.
    pub(crate) one_differs: f64,
    /// Near in all that can be compared, and what was written is nobody's name in the register: a slip of the pen.
    pub(crate) near_slip: f64,
    /// Near in all that can be compared, but what was written is a name that others bear.
    pub(crate) near_name: f64,
    /// Near in one script and another word in the other.
    pub(crate) near_and_differs: f64,
    /// Another word in the one script that can be compared: kanji.
    pub(crate) written_differs: f64,
    /// Another word in the one script that can be compared: kana.
    pub(crate) kana_differs: f64,
    /// Another word in both.
    pub(crate) both_differ: f64,
}

/// The family name of a woman: marriage changes it (m of a difference ≈ 3 %).
pub(crate) const FAMILY_OF_A_WOMAN: NameWeights = NameWeights {
    both: 1.0,
    one_near: -0.5,
    one_differs: -3.0,
    near_slip: 3.0,
    near_name: -3.0,
    near_and_differs: -4.0,
    written_differs: -4.5,
    kana_differs: -5.0,
    both_differ: -5.5,
};

/// The family name of a man or of a person whose sex is not known.
pub(crate) const FAMILY: NameWeights = NameWeights {
    both: 1.0,
    one_near: -0.5,
    one_differs: -3.0,
    near_slip: 3.0,
    near_name: -3.0,
    near_and_differs: -5.0,
    written_differs: -7.0,
    kana_differs: -8.0,
    both_differ: -9.0,
};

/// The given name: it stays for life and alone tells twins apart, so another given name in both scripts is another person.
pub(crate) const GIVEN: NameWeights = NameWeights {
    both: 2.0,
    one_near: -0.5,
    one_differs: -5.0,
    near_slip: 3.0,
    near_name: -6.0,
    near_and_differs: -9.0,
    written_differs: -9.0,
    kana_differs: -12.0,
    both_differ: -40.0,
};

/// Birth dates: 90 years of days are nearly 15 bits; the old are many, so a little less.
pub(crate) const BIRTH_SAME: f64 = 14.0;
/// One slip: m ≈ 1.5 %, u ≈ 1/400 (a few dozen of 30,000 days, and whole years of one day).
pub(crate) const BIRTH_SLIP: f64 = 2.0;
/// Two parts of three: m ≈ 0.1 %, u ≈ 1/25.
pub(crate) const BIRTH_PART: f64 = -4.0;
/// Another date: m ≈ 0.05 %.
pub(crate) const BIRTH_OTHER: f64 = -11.0;

pub(crate) const SEX_SAME: f64 = 1.0;
/// Sex is rarely mistaken (m ≈ 0.3 %).
pub(crate) const SEX_OTHER: f64 = -7.0;

/// The same home: a household of a city.
pub(crate) const PLACE_HOME: f64 = 17.0;
/// The same house, the flat unknown on one side.
pub(crate) const PLACE_HOUSE: f64 = 14.5;
/// The same house, another flat.
pub(crate) const PLACE_OTHER_FLAT: f64 = 8.0;
/// The same block.
pub(crate) const PLACE_BLOCK: f64 = 7.0;
/// The same town (町字).
pub(crate) const PLACE_TOWN: f64 = 2.0;
/// Another place of the city: people move (m ≈ 5 %), and strangers mostly live elsewhere.
pub(crate) const PLACE_OTHER: f64 = -3.5;
/// Another city: its people are strangers more often than residents who moved (m ≈ 2 %).
pub(crate) const PLACE_OTHER_CITY: f64 = -5.5;
/// The same postal code where the addresses do not say more.
pub(crate) const POSTAL_SAME: f64 = 5.0;

/// The same telephone where the place is not the same home: a household or a mobile.
pub(crate) const PHONE_SAME: f64 = 16.0;
/// The same telephone of the same home: it follows from the home.
pub(crate) const PHONE_SAME_AT_HOME: f64 = 2.0;
/// Another number: people have several (m ≈ 20 %).
pub(crate) const PHONE_OTHER: f64 = -2.0;
