//! What one party has to tell another: enqueued with the change, delivered until it is taken.
