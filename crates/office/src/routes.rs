//! The pages of a feature: routes for people, some of which stand in the menu.

use access::Action;
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
    listed: Listed,
}

/// What the office knows of its pages: those of the menu, and by the path of each form what sending it does.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    pub(crate) menu: Vec<MenuEntry>,
    pub(crate) forms: Vec<(String, Action)>,
}

impl Listed {
    pub(crate) fn extend(&mut self, more: Listed) {
        self.menu.extend(more.menu);
        self.forms.extend(more.forms);
    }

    /// What a form that was sent to this path does.
    pub(crate) fn form(&self, path: &str) -> Option<Action> {
        let path = path.split('?').next().unwrap_or(path);
        let fits = |pattern: &str| {
            let parts = pattern.split('/').zip(path.split('/'));
            pattern.split('/').count() == path.split('/').count() && parts.into_iter().all(|(part, of)| part == of || part.starts_with('{'))
        };
        let exact = self.forms.iter().find(|(pattern, _)| pattern == path);
        exact.or_else(|| self.forms.iter().find(|(pattern, _)| fits(pattern))).map(|(_, action)| *action)
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// None yet, over this state.
    pub fn of(state: S) -> Self {
        Routes { routes: wire::Routes::of(state), listed: Listed::default() }
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
        self.listed.menu.push(MenuEntry { path: path.to_owned(), words, rule });
        self.page(path, rule, handler)
    }

    /// A form that is sent.
    #[must_use]
    pub fn form<H: Handler<T, S>, T: 'static>(mut self, path: &str, rule: Rule, handler: H) -> Self {
        self.listed.forms.push((path.to_owned(), rule.action()));
        self.routes = self.routes.form(path, rule, handler);
        self
    }

    /// These and those of another feature.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.routes = self.routes.and(others.routes);
        self.listed.extend(others.listed);
        self
    }

    pub(crate) fn into_parts(self) -> (wire::Routes<S>, Listed) {
        (self.routes, self.listed)
    }
}
