//! Long pieces of work: asked for once, done in portions, resumed after a kill.
