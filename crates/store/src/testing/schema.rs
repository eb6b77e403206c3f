//! The schema of a room as its database tells it.
