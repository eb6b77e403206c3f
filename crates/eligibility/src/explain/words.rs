//! The rules in words, Japanese and English.

use catalogue::{Ages, SexRule};
use vocabulary::{Date, era};

use super::{Explanation, Rule, Tested, Verdict};
use crate::Residency;

impl Explanation {
    /// The answer as lines of text for the counter, in Japanese.
    pub fn ja(&self) -> String {
        self.verdicts.iter().map(|verdict| verdict.ja() + "\n").collect()
    }

    /// The answer as lines of text, in English.
    pub fn en(&self) -> String {
        self.verdicts.iter().map(|verdict| verdict.en() + "\n").collect()
    }
}

impl Verdict {
    /// Yes or no, every reason, and when next; in Japanese.
    pub fn ja(&self) -> String {
        let answer = if self.is_due() { "対象" } else { "対象外" };
        let mut text = format!("{}: {answer}", self.name);
        for tested in &self.tested {
            text += &format!("\n  {} {} [{}]", if tested.holds { "○" } else { "×" }, tested.ja(), tested.source);
        }
        if let Some(next) = self.next.filter(|_| !self.is_due()) {
            text += &format!("\n  次に対象となる年度: {next}年度");
        }
        text
    }

    /// Yes or no, every reason, and when next; in English.
    pub fn en(&self) -> String {
        let answer = if self.is_due() { "due" } else { "not due" };
        let mut text = format!("{}: {answer}", self.english);
        for tested in &self.tested {
            text += &format!("\n  {} {} [{}]", if tested.holds { "yes" } else { "no " }, tested.en(), tested.source);
        }
        if let Some(next) = self.next.filter(|_| !self.is_due()) {
            text += &format!("\n  next due in fiscal year {next}");
        }
        text
    }
}

impl Tested {
    /// The reason in Japanese.
    pub fn ja(&self) -> String {
        let not = |yes: &str, no: &str| if self.holds { yes.to_owned() } else { no.to_owned() };
        match &self.rule {
            Rule::Offered(year) => format!("{year}年度に実施{}", not("しています", "していません")),
            Rule::Resident(residency) => residency.ja(),
            Rule::Sex(SexRule::Any) => "性別を問いません".to_owned(),
            Rule::Sex(SexRule::Female) => format!("女性が対象です{}", not("", "（女性として登録されていません）")),
            Rule::Sex(SexRule::Male) => format!("男性が対象です{}", not("", "（男性として登録されていません）")),
            Rule::Age { age: None, .. } => "生年月日が分からないため年齢を判定できません".to_owned(),
            Rule::Age { age: Some(age), ages, reaching } => {
                let reach = if *reaching { "に到達する" } else { "の" };
                format!("年度末年齢は{age}歳です（{}{reach}方が対象）", ages_in(ages, "歳", "歳以上", "、", "～"))
            }
            Rule::NotDone(year) => format!("{year}年度は{}", not("まだ受診していません", "すでに受診しています")),
            Rule::Interval { from_age, applies: false, .. } => format!("受診間隔の定めは{from_age}歳からです"),
            Rule::Interval { years, examined, .. } => {
                let seen = examined.map_or("その間の受診はありません".to_owned(), |year| format!("{year}年度に受診しています"));
                format!("{years}年に1回です（{seen}）")
            }
            Rule::Condition { name, known: None, at_least, .. } => {
                format!("{name}{at_least}以上の方が対象です（{name}は分かっていません）")
            }
            Rule::Condition { name, known: Some(known), at_least, .. } => {
                format!("{name}{at_least}以上の方が対象です（{name}は{known}です）")
            }
        }
    }

    /// The reason in English.
    pub fn en(&self) -> String {
        let not = if self.holds { "" } else { "not " };
        match &self.rule {
            Rule::Offered(year) => format!("{not}offered in fiscal year {year}"),
            Rule::Resident(residency) => residency.en(),
            Rule::Sex(SexRule::Any) => "for everybody".to_owned(),
            Rule::Sex(SexRule::Female) => format!("for women: {not}registered as a woman"),
            Rule::Sex(SexRule::Male) => format!("for men: {not}registered as a man"),
            Rule::Age { age: None, .. } => "the age is not known: no birth date".to_owned(),
            Rule::Age { age: Some(age), ages, reaching } => {
                let reach = if *reaching { "for those who reach" } else { "for ages" };
                format!("aged {age} on 31 March of the fiscal year ({reach} {})", ages_in(ages, "", " and over", ", ", " to "))
            }
            Rule::NotDone(year) if self.holds => format!("not yet examined in fiscal year {year}"),
            Rule::NotDone(year) => format!("already examined in fiscal year {year}"),
            Rule::Interval { from_age, applies: false, .. } => format!("the interval counts from age {from_age}"),
            Rule::Interval { years, examined, .. } => {
                let seen = examined.map_or("none in between".to_owned(), |year| format!("examined in fiscal year {year}"));
                format!("once in {years} fiscal years ({seen})")
            }
            Rule::Condition { english, known: None, at_least, .. } => format!("{english} of {at_least} or more (not known)"),
            Rule::Condition { english, known: Some(known), at_least, .. } => format!("{english} of {at_least} or more (it is {known})"),
        }
    }
}

impl Residency {
    /// In Japanese.
    pub fn ja(self) -> String {
        let day = |day: Option<Date>| day.map_or("日付不明".to_owned(), era::to_wareki);
        match self {
            Self::Resident => "住民です".to_owned(),
            Self::NotYet(from) => format!("まだ住民ではありません（{}から）", day(from)),
            Self::MovedOut(to) => format!("転出しています（{}）", day(to)),
            Self::Died(to) => format!("亡くなっています（{}）", day(to)),
            Self::Removed(to) => format!("住民登録がありません（{}に消除）", day(to)),
            Self::Outside => "住民登録がありません（住登外）".to_owned(),
        }
    }

    /// In English.
    pub fn en(self) -> String {
        let day = |day: Option<Date>| day.map_or("day unknown".to_owned(), |day| day.to_string());
        match self {
            Self::Resident => "resident".to_owned(),
            Self::NotYet(from) => format!("not yet resident (from {})", day(from)),
            Self::MovedOut(to) => format!("moved out ({})", day(to)),
            Self::Died(to) => format!("died ({})", day(to)),
            Self::Removed(to) => format!("removed from the register ({})", day(to)),
            Self::Outside => "not in the resident register".to_owned(),
        }
    }
}

fn ages_in(ages: &Ages, unit: &str, over: &str, and: &str, to: &str) -> String {
    let ranges = ages.ranges().iter().map(|range| match range.to {
        None => format!("{}{over}", range.from),
        Some(last) if last == range.from => format!("{last}{unit}"),
        Some(last) => format!("{}{to}{last}{unit}", range.from),
    });
    ranges.collect::<Vec<_>>().join(and)
}
