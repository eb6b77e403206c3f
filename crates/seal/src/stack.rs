//! What functions leave on a thread's stack.

use std::hint::black_box;

/// Deeper than any of ours goes with a value of a person in its hands.
const DEPTH: usize = 256 << 10;

/// Writes over what functions that have returned left on this thread's stack, where a value that they moved or opened lies until others come by: the
/// memory of a stack is never given back while the thread waits for more, nor all of it at its end. For the end of a piece of work, called by
/// what called that.
#[inline(never)]
pub fn wipe_stack() {
    black_box(&mut [0_u8; DEPTH]);
}
