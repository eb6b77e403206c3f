//! What tells of nobody: the values that may leave a room without an entry.

/// What may leave a room without an entry, or with one that names nobody, because it tells nothing of anybody: integers, alone or by name, and
/// flags. No system can add to it.
pub trait Impersonal: sealed::Impersonal {}

mod sealed {
    pub trait Impersonal {}
}

macro_rules! impersonal {
    ($([$($generic:tt)*] $type:ty),+ $(,)?) => {
        $(impl<$($generic)*> sealed::Impersonal for $type {} impl<$($generic)*> Impersonal for $type {})+
    };
}

impersonal! {
    [] (), [] i64, [] Option<i64>, [] u64, [] usize, [] bool,
    [const N: usize] [i64; N], [const N: usize] Vec<[u128; N]>, [const N: usize] [u64; N], [const N: usize] [usize; N], [const N: usize] [bool; N],
    [const N: usize] [(&'static str, i64); N],
}
