//! The pages of a feature: routes for people, some of which stand in the menu.

use axum::handler::Handler;
use face::Words;
use wire::Rule;

/// An entry of the menu: a page, what it is called, and who may open it.
#[derive(Clone, Debug)]
pub(crate) struct MenuEntry {
    pub(crate) path: String,
    pub(crate) words: Words,
    pub(crate) rule: Rule,
}

/// The pages and forms of a feature over the state that its handlers share.
#[derive(Debug)]
pub struct Routes<S> {
    routes: wire::Routes<S>,
    menu: Vec<MenuEntry>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// None yet, over this state.
    pub fn of(state: S) -> Self {
        Routes { routes: wire::Routes::of(state), menu: Vec::new() }
    }

    /// A page.
    #[must_use]
    pub fn page<H: Handler<T, S>, T: 'static>(mut self, path: &str, rule: Rule, handler: H) -> Self {
        self.routes = self.routes.page(path, rule, handler);
        self
    }

    /// A page that stands in the menu of whoever may open it.
    #[must_use]
    pub fn listed<H: Handler<T, S>, T: 'static>(mut self, path: &str, words: Words, rule: Rule, handler: H) -> Self {
        self.menu.push(MenuEntry { path: path.to_owned(), words, rule });
        self.page(path, rule, handler)
    }

    /// A form that is sent.
    #[must_use]
    pub fn form<H: Handler<T, S>, T: 'static>(mut self, path: &str, rule: Rule, handler: H) -> Self {
        self.routes = self.routes.form(path, rule, handler);
        self
    }

    /// These and those of another feature.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.routes = self.routes.and(others.routes);
        self.menu.extend(others.menu);
        self
    }

    pub(crate) fn into_parts(self) -> (wire::Routes<S>, Vec<MenuEntry>) {
        (self.routes, self.menu)
    }
}
