//! Short texts in arrays of fixed length: copied whole and then cut, which is a few instructions where a copy of unknown length is a call.

/// Oldest age whose line endings are made in advance.
const OLDEST: usize = 130;

/// A text of at most `N` bytes.
#[derive(Clone)]
pub(super) struct Padded<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Padded<N> {
    /// The text, cut after `N` bytes.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut bytes = [0; N];
        bytes.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
        Self { bytes, length: text.len().min(N) }
    }

    #[inline]
    pub(super) fn put(&self, text: &mut Vec<u8>) {
        let end = text.len() + self.length;
        text.extend_from_slice(&self.bytes);
        text.truncate(end);
    }
}

/// What follows the resident's number, made once for each examination and age.
pub(super) struct Endings {
    names: Vec<String>,
    made: Vec<Padded<48>>,
    /// No ending is longer than its array.
    fit: bool,
}

impl Endings {
    pub(super) fn of<'p>(examinations: impl Iterator<Item = (&'p str, &'p str)>) -> Self {
        let names: Vec<String> = examinations.map(|(programme, examination)| format!(",{programme},{examination},")).collect();
        let ending = |name: &String, age: usize| format!("{name}{age}\n");
        let made = names.iter().flat_map(|name| (0..=OLDEST).map(move |age| Padded::of(ending(name, age).as_bytes()))).collect();
        let fit = names.iter().all(|name| ending(name, OLDEST).len() <= 48);
        Self { names, made, fit }
    }

    #[inline]
    pub(super) fn put(&self, slot: usize, age: i16, text: &mut Vec<u8>) {
        let place = usize::try_from(age).ok().filter(|age| *age <= OLDEST && self.fit);
        match place.and_then(|age| self.made.get(slot * (OLDEST + 1) + age)) {
            Some(ending) => ending.put(text),
            None => {
                text.extend_from_slice(self.names.get(slot).map_or(&[], |name| name.as_bytes()));
                text.extend_from_slice(age.to_string().as_bytes());
                text.push(b'\n');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_and_great_ages_are_written_whole() {
        let long = "programme_with_a_name_of_more_than_forty_characters";
        for (name, age, expected) in [("oral", 40, ",oral,x,40\n"), ("oral", 131, ",oral,x,131\n"), ("oral", -1, ",oral,x,-1\n")] {
            let mut text = Vec::new();
            Endings::of([(name, "x")].into_iter()).put(0, age, &mut text);
            assert_eq!(String::from_utf8(text).unwrap(), expected);
        }
        let mut text = Vec::new();
        Endings::of([(long, "x")].into_iter()).put(0, 40, &mut text);
        assert_eq!(String::from_utf8(text).unwrap(), format!(",{long},x,40\n"));
    }
}
