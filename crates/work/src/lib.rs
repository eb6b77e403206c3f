//! Work that outlives the request that asked for it: jobs (long pieces of work that a person asked for) and the outbox (what one party has
//! to tell another).

pub mod jobs;
pub mod outbox;
