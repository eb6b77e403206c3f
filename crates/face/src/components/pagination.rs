//! Going through a long list.

use askama::Template;

use super::number;
use crate::{Html, Language, words};

/// Where one is in a long list.
#[derive(Debug, Clone, Copy)]
pub struct Pagination<'a> {
    /// The page's language.
    pub language: Language,
    /// Path and query to which the number of a page is added, such as `/residents?page=`.
    pub href: &'a str,
    /// The page in sight, from 1.
    pub page: u64,
    /// Rows of a page.
    pub size: u64,
    /// Rows of the whole list.
    pub total: u64,
}

#[derive(Template)]
#[template(path = "components/pagination.html")]
struct PaginationView<'a> {
    of: &'a Pagination<'a>,
    last: u64,
}

impl PaginationView<'_> {
    fn word(&self, words: crate::Words) -> &'static str {
        words.of(self.of.language)
    }

    fn range(&self) -> String {
        let shown = |value: u64| number(i64::try_from(value).unwrap_or(i64::MAX));
        let first = (self.of.page - 1).saturating_mul(self.of.size).saturating_add(1);
        let last = self.of.page.saturating_mul(self.of.size).min(self.of.total);
        let values: [(&str, &dyn std::fmt::Display); 3] =
            [("total", &shown(self.of.total)), ("first", &shown(first)), ("last", &shown(last))];
        words::RANGE.with(self.of.language, &values)
    }

    /// The pages to offer: first, last, and those around the one in sight; `None` is a gap.
    fn pages(&self) -> Vec<Option<u64>> {
        let near = |page: u64| page == 1 || page == self.last || page.abs_diff(self.of.page) <= 1;
        let mut pages: Vec<Option<u64>> = Vec::new();
        let from = self.of.page.saturating_sub(1).max(1);
        let all = [1].into_iter().chain(from..=(self.of.page + 1).min(self.last)).chain([self.last]);
        for page in all.filter(|page| near(*page)) {
            match pages.iter().rev().flatten().next().copied() {
                Some(before) if before >= page => {}
                Some(before) if before + 1 < page => pages.extend([None, Some(page)]),
                _ => pages.push(Some(page)),
            }
        }
        pages
    }

    fn label(&self, page: &u64) -> String {
        words::PAGE_NUMBER.with(self.of.language, &[("number", page)])
    }
}

/// The range in sight and links to the other pages; nothing for an empty list.
pub fn pagination(of: &Pagination<'_>) -> Html {
    if of.total == 0 || of.size == 0 {
        return Html::empty();
    }
    let last = of.total.div_ceil(of.size);
    let of = Pagination { page: of.page.clamp(1, last), ..*of };
    Html::rendered(&PaginationView { of: &of, last })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_last_and_neighbours_are_offered() {
        let pages = |page, total| {
            let of = Pagination { language: Language::Japanese, href: "/?page=", page, size: 10, total };
            PaginationView { of: &of, last: total.div_ceil(10) }.pages()
        };
        assert_eq!(pages(1, 5), [Some(1)]);
        assert_eq!(pages(1, 20), [Some(1), Some(2)]);
        assert_eq!(pages(1, 100), [Some(1), Some(2), None, Some(10)]);
        assert_eq!(pages(5, 100), [Some(1), None, Some(4), Some(5), Some(6), None, Some(10)]);
        assert_eq!(pages(9, 100), [Some(1), None, Some(8), Some(9), Some(10)]);
    }

    #[test]
    fn a_page_beyond_the_end_is_the_last() {
        let of = Pagination { language: Language::English, href: "/?page=", page: 99, size: 50, total: 120 };
        let html = pagination(&of).into_string();
        assert!(html.contains("101–120 of 120") && html.contains("aria-current=\"page\">3<"), "{html}");
        assert!(pagination(&Pagination { total: 0, ..of }).is_empty());
    }
}
