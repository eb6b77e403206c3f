//! Messages and envelopes as bytes that others read.

#![cfg(test)]

mod golden;
mod signed;
