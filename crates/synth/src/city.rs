//! A city: blocks of rows that are each made on their own, so that any number of cores makes the same city.

use std::sync::Arc;

use catalogue::Catalogue;
use vocabulary::Date;

use crate::{
    CityPlan, SynthError,
    people::{Builder, Person, mover},
    plan::{FEWEST, MOST},
    week,
};

/// Rows of one block.
pub(crate) const BLOCK: u32 = 4_096;

/// A synthetic city. Making one costs nothing; people are made as they are asked for, the same every time.
#[derive(Debug, Clone)]
pub struct City {
    plan: CityPlan,
    /// The forms of its result files; the built-in ones without.
    catalogue: Option<Arc<Catalogue>>,
}

impl City {
    /// Checks the plan.
    pub fn generate(plan: &CityPlan) -> Result<Self, SynthError> {
        if !(FEWEST..=MOST).contains(&plan.residents) {
            return Err(SynthError::Residents { asked: plan.residents, fewest: FEWEST, most: MOST });
        }
        if plan.weeks > 52 {
            return Err(SynthError::Weeks(plan.weeks));
        }
        Ok(Self { plan: plan.clone(), catalogue: None })
    }

    /// The same city with result files in the forms of a city's catalogue.
    pub fn with_catalogue(self, catalogue: Arc<Catalogue>) -> Self {
        Self { catalogue: Some(catalogue), ..self }
    }

    pub(crate) fn catalogue(&self) -> Option<&Catalogue> {
        self.catalogue.as_deref()
    }

    /// The plan.
    pub fn plan(&self) -> &CityPlan {
        &self.plan
    }

    /// The day `residents.csv` shows.
    pub fn snapshot_day(&self) -> Date {
        self.plan.snapshot_day()
    }

    /// The people of `residents.csv`, row by row.
    pub fn people(&self) -> impl Iterator<Item = Person> + '_ {
        (0..self.blocks()).flat_map(|block| self.block(block))
    }

    /// Rows that are not movers.
    fn settled(&self) -> u32 {
        self.plan.residents - self.movers()
    }

    fn movers(&self) -> u32 {
        self.plan.movers.count().min(self.plan.residents - FEWEST.min(self.plan.residents))
    }

    /// How many blocks there are; the last is the movers', when there are any.
    pub(crate) fn blocks(&self) -> u32 {
        self.settled().div_ceil(BLOCK) + u32::from(self.movers() > 0)
    }

    /// The people of a block on the snapshot day.
    pub(crate) fn block(&self, block: u32) -> Vec<Person> {
        let builder = Builder::new(&self.plan);
        let first = block * BLOCK;
        if first < self.settled() {
            builder.block(block, first, BLOCK.min(self.settled() - first))
        } else {
            (0..self.movers()).filter_map(|ordinal| mover(&builder, ordinal, self.settled() + ordinal)).collect()
        }
    }

    /// Whether a block is the movers'.
    pub(crate) fn is_movers(&self, block: u32) -> bool {
        block * BLOCK >= self.settled()
    }

    /// Takes a block through a week; see [`week::pass`]. Movers have had their change.
    pub(crate) fn pass_week(&self, week: u8, block: u32, people: &mut Vec<Person>) -> Vec<bool> {
        if self.is_movers(block) {
            return vec![false; people.len()];
        }
        let place = (u32::from(week) - 1) * self.blocks() + block;
        week::pass(&Builder::new(&self.plan), week, block, people, self.plan.residents + place * week::NEWCOMERS)
    }
}
