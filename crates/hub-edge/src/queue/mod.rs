//! The two queues to and from the hub core, which alone calls.

pub(crate) mod collect;
pub(crate) mod deliver;
