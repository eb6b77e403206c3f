//! Builds the households of a block of rows.

use vocabulary::{Date, Sex};

use super::{
    ages::{self, Kind},
    life::{self, Shape},
    person::Person,
    showcase,
};
use crate::{
    CityPlan,
    dice::Dice,
    matter,
    names::{self, FamilyName},
    plan::days,
};

/// Builds people of one city as they stand on its snapshot day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Builder<'a> {
    pub(crate) plan: &'a CityPlan,
    pub(crate) snapshot: Date,
}

/// A member of a household before the register knows them.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) sex: Sex,
    pub(crate) birth: Date,
    pub(crate) family: FamilyName,
    pub(crate) given: names::GivenName,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(plan: &'a CityPlan) -> Self {
        Self { plan, snapshot: plan.snapshot_day() }
    }

    /// The stream for a matter of this city.
    pub(crate) fn dice(&self, matter: u64, about: &[u64]) -> Dice {
        let city = u64::try_from(self.plan.municipality.number()).unwrap_or_default();
        let mut parts = vec![self.plan.seed, city, matter];
        parts.extend_from_slice(about);
        Dice::of(&parts)
    }

    /// `count` people from `first` on; block 0 begins with the shapes that every city holds.
    pub(crate) fn block(&self, block: u32, first: u32, count: u32) -> Vec<Person> {
        let mut dice = self.dice(matter::BLOCK, &[block.into()]);
        let mut people = Vec::with_capacity(usize::try_from(count).unwrap_or_default());
        let mut forced = if block == 0 { showcase::households(self, &mut dice) } else { Vec::new() }.into_iter();
        let end = first + count;
        let mut serial = first;
        while serial < end {
            let (mut drafts, shape) = forced.next().unwrap_or_else(|| self.household(&mut dice));
            drafts.truncate(usize::try_from(end - serial).unwrap_or(1));
            serial += u32::try_from(drafts.len()).unwrap_or(1).max(1);
            life::register(self, drafts, serial, shape, &mut dice, &mut people);
        }
        people
    }

    fn household(&self, dice: &mut Dice) -> (Vec<Draft>, Shape) {
        let kind = ages::kind(dice);
        let drafts = self.members(kind, dice);
        (drafts, Shape::of_chance(kind == Kind::Foreign, dice))
    }

    /// The members of a household of this kind, the head first.
    pub(crate) fn members(&self, kind: Kind, dice: &mut Dice) -> Vec<Draft> {
        let family = names::family(dice);
        match kind {
            Kind::Single => {
                let age = ages::single(dice);
                let woman = dice.per_mille(if age >= 75 {
                    750
                } else if age >= 60 {
                    520
                } else {
                    440
                });
                vec![self.draft(age, if woman { Sex::Female } else { Sex::Male }, &family, dice)]
            }
            Kind::Couple => {
                let age = ages::husband(dice);
                self.couple(age, ages::spouse(age, dice), &family, dice)
            }
            Kind::Family => {
                let mother = ages::mother(dice);
                let mut members = self.couple(mother + 2 + dice.between(-3, 4), mother, &family, dice);
                self.add_children(mother, &family, &mut members, dice);
                members
            }
            Kind::SingleParent => {
                let age = ages::mother(dice);
                let sex = if dice.per_mille(850) { Sex::Female } else { Sex::Male };
                let mut members = vec![self.draft(age, sex, &family, dice)];
                self.add_children(age, &family, &mut members, dice);
                members
            }
            Kind::OldParent => {
                let parent = ages::old_parent(dice);
                let parent_sex = if dice.per_mille(800) { Sex::Female } else { Sex::Male };
                let child = parent - 24 - dice.between(0, 12);
                let child_sex = self.any_sex(dice);
                vec![self.draft(child, child_sex, &family, dice), self.draft(parent, parent_sex, &family, dice)]
            }
            Kind::ThreeGenerations => {
                let grandmother = ages::grandmother(dice);
                let mother = grandmother - 24 - dice.between(0, 9);
                let mut members = self.couple(mother + 2, mother, &family, dice);
                members.push(self.draft(grandmother, Sex::Female, &family, dice));
                if dice.per_mille(600) {
                    members.push(self.draft(grandmother + 3, Sex::Male, &family, dice));
                }
                self.add_children(mother, &family, &mut members, dice);
                members
            }
            Kind::Foreign => {
                let count = 1 + dice.by_weight(&[70, 22, 8]);
                (0..count).map(|_| self.foreigner(dice)).collect()
            }
        }
    }

    fn couple(&self, husband: i32, wife: i32, family: &FamilyName, dice: &mut Dice) -> Vec<Draft> {
        vec![self.draft(husband.max(19), Sex::Male, family, dice), self.draft(wife, Sex::Female, family, dice)]
    }

    fn add_children(&self, mother: i32, family: &FamilyName, members: &mut Vec<Draft>, dice: &mut Dice) {
        let mut last: Option<(i32, Date)> = None;
        for age in ages::children(mother, dice) {
            let sex = self.any_sex(dice);
            let mut child = self.draft(age, sex, family, dice);
            match last {
                Some((twin, birth)) if twin == age => child.birth = birth,
                _ => last = Some((age, child.birth)),
            }
            members.push(child);
        }
    }

    pub(crate) fn any_sex(&self, dice: &mut Dice) -> Sex {
        if dice.per_100k(5) {
            Sex::Unknown
        } else if dice.per_mille(512) {
            Sex::Male
        } else {
            Sex::Female
        }
    }

    /// A person of an age on the snapshot day; one birth in 120 falls on 1 or 2 April, where school years and ages part.
    pub(crate) fn draft(&self, age: i32, sex: Sex, family: &FamilyName, dice: &mut Dice) -> Draft {
        let latest = self.snapshot.saturating_sub(jiff::Span::new().years(age.clamp(0, 112)));
        let mut birth = days(latest, -dice.between(0, 364));
        if dice.below(120) == 0 {
            birth = Date::new(birth.year(), 4, if dice.per_mille(500) { 1 } else { 2 }).unwrap_or(birth).min(latest);
        }
        self.born(birth, sex, family, dice)
    }

    /// A person born on a day.
    pub(crate) fn born(&self, birth: Date, sex: Sex, family: &FamilyName, dice: &mut Dice) -> Draft {
        Draft { sex, birth, family: family.clone(), given: names::given(sex, birth.year(), dice) }
    }

    pub(crate) fn foreigner(&self, dice: &mut Dice) -> Draft {
        let sex = self.any_sex(dice);
        let name = names::foreign(sex, dice);
        let age = ages::foreigner(dice);
        let mut draft = self.draft(age, sex, &FamilyName { written: name.family, kana: name.family_kana }, dice);
        draft.given = names::GivenName { written: name.given, kana: name.given_kana };
        draft
    }
}
