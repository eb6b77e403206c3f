//! What functions leave on a thread's stack.

use std::hint::black_box;

/// Deeper than any of ours goes with a value of a person in its hands.
const DEPTH: usize = 256 << 10;

/// Does a piece of work and writes over what its functions left on this thread's stack, whether it ends or panics: a value that they moved or opened
/// lies there until others come by. The memory of a stack is never given back while the thread waits for more, nor all of it at its end.
pub fn wiping<T>(work: impl FnOnce() -> T) -> T {
    let _wipe = Wipe;
    below(work)
}

/// A closure that was inlined would lie where its caller lies, out of reach of what is written below that.
#[inline(never)]
fn below<T>(work: impl FnOnce() -> T) -> T {
    work()
}

struct Wipe;

impl Drop for Wipe {
    fn drop(&mut self) {
        wipe_stack();
    }
}

#[inline(never)]
fn wipe_stack() {
    black_box(&mut [0_u8; DEPTH]);
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::fs::FileExt as _;
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    use super::*;

    const MARK: u8 = 0xa7;

    #[inline(never)]
    fn leave_marks() {
        black_box(&mut [MARK; 64 << 10]);
    }

    /// How often the mark stands in the 128 KiB of the stack below whoever asks.
    #[inline(never)]
    fn marks() -> usize {
        let mut stack = vec![0; 128 << 10];
        let here = std::ptr::from_ref(black_box(&stack)).addr();
        let memory = File::open("/proc/self/mem").unwrap();
        memory.read_exact_at(&mut stack, (here - (128 << 10)) as u64).unwrap();
        stack.iter().filter(|byte| **byte == MARK).count()
    }

    #[test]
    fn nothing_is_left_on_the_stack_of_work_that_ended_or_panicked() {
        leave_marks();
        assert!(marks() > 1_000, "the test finds what is left");
        wiping(leave_marks);
        assert!(marks() < 100, "{}", marks());
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            wiping(|| {
                leave_marks();
                resume_unwind(Box::new(()))
            })
        }));
        assert!(panicked.is_err() && marks() < 100, "{}", marks());
    }
}
