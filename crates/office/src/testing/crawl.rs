//! Every page and form of a system's staff, tried by everybody: pulled from the routes of the service, so that a new one is tried without a line.

use std::net::SocketAddr;

use access::{Caller, CallerKind, Policies, ROLES, ResourceRef, Session, SystemPolicies};
use http::Method;
use store::Rooms;
use vocabulary::Party;
use vocabulary::{Id128, Purpose};
use wire::testing::{Failed, Ring};
use wire::{Door, House, Listed, Service};

use super::{Browser, GOOD, Staff};

/// What is tried, and where.
#[derive(Debug)]
pub struct Crawl<'a> {
    /// The ring that the system is in.
    pub ring: &'a Ring,
    /// Its name.
    pub party: &'a Party,
    /// Where its pages are.
    pub pages: SocketAddr,
    /// The routes of its service.
    pub routes: &'a [Listed],
    /// What judges.
    pub policies: &'a Policies,
    /// Its people.
    pub staff: &'a Staff,
    /// What stands in the places of an address, such as `id`.
    pub places: &'a [(&'a str, &'a str)],
}

impl Crawl<'_> {
    /// Who has no session is led to the log-in; who has, gets each page that the policies permit, whole and in both languages, and nothing
    /// else. Returns how many pages somebody was shown.
    pub async fn run(&self) -> Result<usize, Failed> {
        let routes: Vec<(&Listed, String)> = self
            .routes
            .iter()
            .filter(|route| route.is_page && route.rule.door() == Door::Session)
            .map(|route| (route, self.filled(&route.path)))
            .collect();
        let mut nobody = Browser::new(self.ring, self.pages)?;
        for (route, path) in &routes {
            let next = if path == "/" { String::new() } else { format!("?next={path}") };
            let (sent, to) = match route.method {
                Method::GET => (nobody.get(path).await?, format!("/login{next}")),
                _ => (nobody.post(path, &[]).await?, "/login".to_owned()),
            };
            assert_eq!(sent.leads_to(), (303, to.as_str()), "{} {path} without a session", route.method);
        }
        let mut shown = vec![false; routes.len()];
        for (place, role) in ROLES.iter().filter(|role| role.kind == CallerKind::Staff).enumerate() {
            let id = format!("crawl{place}");
            let session = self.staff.employ(&id, role.name).await?;
            let mut browser = Browser::new(self.ring, self.pages)?;
            assert_eq!(browser.log_in(&id, GOOD).await?.leads_to(), (303, "/"), "{}", role.name);
            for ((route, path), shown) in routes.iter().zip(&mut shown) {
                let may = self.may(&session, route);
                match (&route.method, may) {
                    (&Method::GET, true) => {
                        see(&mut browser, role.name, path, !route.path.contains('{')).await?;
                        *shown = true;
                        if route.rule.purpose() == Purpose::Consultation {
                            self.said(&mut browser, &session, route, path).await?;
                        }
                    }
                    (&Method::GET, false) => assert_eq!(browser.get(path).await?.status, 403, "{} {path}", role.name),
                    // A form that is permitted would do something.
                    (_, true) => *shown = true,
                    (_, false) => assert_eq!(browser.post(path, &[]).await?.status, 403, "{} sends {path}", role.name),
                }
            }
        }
        let unseen: Vec<&str> = routes.iter().zip(&shown).filter(|(_, shown)| !**shown).map(|((_, path), _)| path.as_str()).collect();
        assert_eq!(unseen, Vec::<&str>::new(), "pages that no role may open");
        Ok(routes.len())
    }

    fn filled(&self, path: &str) -> String {
        self.places.iter().fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value))
    }

    /// Where the officer names the purpose, one that the policies do not permit is refused.
    async fn said(&self, browser: &mut Browser, session: &Session, route: &Listed, path: &str) -> Result<(), Failed> {
        for purpose in Purpose::ALL.iter().copied() {
            let answer = browser.get(&format!("{path}?for={purpose}")).await?;
            let expected = if self.permits(session, route, purpose) { 200 } else { 403 };
            assert_eq!(answer.status, expected, "{path} for {purpose}");
        }
        Ok(())
    }

    /// Whether the policies permit the page to an account: for its own purpose, or, where the officer says it, for one of all.
    fn may(&self, session: &Session, route: &Listed) -> bool {
        let own = route.rule.purpose();
        self.permits(session, route, own)
            || own == Purpose::Consultation && Purpose::ALL.iter().any(|purpose| self.permits(session, route, *purpose))
    }

    fn permits(&self, session: &Session, route: &Listed, purpose: Purpose) -> bool {
        let resource = ResourceRef { system: self.party.system(), municipality: self.party.municipality() };
        let caller = Caller::from_session(session, purpose, Id128::from_bytes([1; 16]));
        self.policies.allows(&caller, &route.rule.action(), resource).is_allowed()
    }
}

/// Crawls the staff's pages of a system that is alone in its ring: `own` are its migrations, `open` makes its service.
pub async fn crawl_alone<Opened, Error>(
    rooms: Rooms,
    party: &str,
    own: store::Migrations,
    policies: SystemPolicies<'static>,
    open: impl FnOnce(House) -> Opened,
) -> Result<usize, Failed>
where
    Opened: Future<Output = Result<Service, Error>>,
    Failed: From<Error>,
{
    let policies = Policies::load(&[policies])?;
    let ring = Ring::new(rooms, policies.clone(), &[party])?;
    let house = ring.house(party)?;
    let room = work::open_room(&house, own).await?;
    let staff = Staff::of(&house, &room);
    let job = staff.ask_for_job(&room, "test", Purpose::Operation).await?.to_string();
    let places = [("job", job.as_str())];
    let service = open(house.clone()).await?;
    let routes = service.listed();
    let running = wire::serve(&house, service).await?;
    let pages = running.pages.ok_or("it has no pages")?;
    let crawl = Crawl { ring: &ring, party: &house.party, pages, routes: &routes, policies: &policies, staff: &staff, places: &places };
    let tried = crawl.run().await?;
    running.stop().await;
    Ok(tried)
}

/// A page in both languages; one that is about nobody has no word of the other.
async fn see(browser: &mut Browser, role: &str, path: &str, about_nobody: bool) -> Result<(), Failed> {
    for language in ["ja", "en"] {
        browser.language = language;
        let answer = browser.get(path).await?;
        assert_eq!(answer.status, 200, "{role} {path}");
        assert!(answer.html.contains(&format!("<html lang=\"{language}\">")), "{role} {path}");
        if language == "en" && about_nobody {
            let words = answer.words().replace("日本語", "");
            assert!(!words.contains(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')), "{path}: {words}");
        }
    }
    Ok(())
}
