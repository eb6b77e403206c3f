//! Every page and form of a system's staff, tried by everybody: pulled from the routes of the service, so that a new one is tried without a line.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use access::{Caller, CallerKind, Policies, ROLES, ResourceRef, Session, SessionToken, SystemPolicies, Zone};
use http::Method;
use store::Rooms;
use vocabulary::Party;
use vocabulary::{Id128, Purpose};
use wire::testing::{Failed, Ring};
use wire::{Door, House, Listed, Service};

use super::{Browser, GOOD, Staff};
use crate::floor::session_cookie;
use crate::path;

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
    /// A session of another city's system, which is nobody's here; none where there is no other city.
    pub elsewhere: Option<SessionToken>,
}

impl Crawl<'_> {
    /// Who has no session, or one of another city, is led to the log-in; who has one, gets each page that the policies permit for its purpose,
    /// whole and in both languages, and nothing else, whatever purpose they say. Returns how many pages somebody was shown.
    pub async fn run(&self) -> Result<usize, Failed> {
        let routes = self.routes.iter().filter(|route| is_page(route, Door::Session));
        let routes: Vec<(&Listed, String)> = routes.map(|route| (route, self.filled(&route.path))).collect();
        let open: BTreeSet<&str> =
            self.routes.iter().filter(|route| is_page(route, Door::Anyone)).map(|route| route.path.as_str()).collect();
        let way_in = BTreeSet::from(["/assets/{file}", path::LOG_IN, path::LOG_OUT, path::LOCK]);
        assert_eq!(open, way_in, "what anyone may open is the way in");
        see(&mut Browser::new(self.ring, self.pages)?, "nobody", path::LOG_IN, true).await?;
        self.led_to_the_log_in(&routes, None).await?;
        if let Some(token) = &self.elsewhere {
            self.led_to_the_log_in(&routes, Some(token)).await?;
        }
        let mut shown = vec![false; routes.len()];
        let mut menus = Vec::new();
        let staff = ROLES.iter().filter(|role| role.kind == CallerKind::Staff).map(|role| Some(role.name));
        // The last one is new and has no role: about people there is nothing that they may do (C-III-2-R2-REG-2).
        for (place, role) in staff.chain([None]).enumerate() {
            let (id, who) = (format!("crawl{place}"), role.unwrap_or("whoever has no role"));
            let session = self.staff.employ_with(&id, role.as_slice()).await?;
            let mut browser = Browser::new(self.ring, self.pages)?;
            assert_eq!(browser.log_in(&id, GOOD).await?.leads_to(), (303, "/"), "{who}");
            let mut may_see = BTreeSet::new();
            for (number, ((route, path), shown)) in routes.iter().zip(&mut shown).enumerate() {
                let may = self.may(&session, route);
                assert!(!may || role.is_some() || route.rule.action().zone() == Zone::Plain, "{who} may {}", route.rule.action());
                *shown |= may;
                match (&route.method, may) {
                    (&Method::GET, true) => {
                        see(&mut browser, who, path, !route.path.contains('{')).await?;
                        may_see.insert(path.clone());
                    }
                    (&Method::GET, false) => assert_eq!(browser.get(path).await?.status, 403, "{who} {path}"),
                    // A form that is permitted would do something: it is sent with the word of another session.
                    (_, true) => {
                        let own = std::mem::replace(&mut browser.csrf, "of another session".to_owned());
                        assert_eq!(browser.post(path, &[]).await?.status, 403, "{who} sends {path} with another word");
                        browser.csrf = own;
                    }
                    (_, false) => assert_eq!(browser.post(path, &[]).await?.status, 403, "{who} sends {path}"),
                }
                self.said(&mut browser, &session, route, (path, number)).await?;
            }
            menus.push((who, menu(&browser.get("/").await?.html), may_see));
        }
        compare_menus(&menus);
        let unseen: Vec<&str> = routes.iter().zip(&shown).filter(|(_, shown)| !**shown).map(|((_, path), _)| path.as_str()).collect();
        assert_eq!(unseen, Vec::<&str>::new(), "pages that no role may open");
        Ok(routes.len())
    }

    /// Nobody is shown anything, nor has anything done: without a session, or with one that is none here.
    async fn led_to_the_log_in(&self, routes: &[(&Listed, String)], token: Option<&SessionToken>) -> Result<(), Failed> {
        let mut browser = Browser::new(self.ring, self.pages)?;
        browser.cookies.extend(token.map(|token| (session_cookie(self.party), token.expose().to_owned())));
        for (route, path) in routes {
            let next = if path == "/" { String::new() } else { format!("?next={path}") };
            let (sent, to) = match route.method {
                Method::GET => (browser.get(path).await?, format!("/login{next}")),
                _ => (browser.post(path, &[]).await?, "/login".to_owned()),
            };
            let whose = if token.is_some() { "with a session of another city" } else { "without a session" };
            assert_eq!(sent.leads_to(), (303, to.as_str()), "{} {path} {whose}", route.method);
        }
        Ok(())
    }

    fn filled(&self, path: &str) -> String {
        self.places.iter().fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value))
    }

    /// Where the officer names the purpose, one that the policies do not permit is refused. Everywhere else a page is what it is whatever purpose
    /// somebody says, of which each route is tried with another.
    async fn said(&self, browser: &mut Browser, session: &Session, route: &Listed, (path, number): (&str, usize)) -> Result<(), Failed> {
        let own = route.rule.purpose();
        let said = own == Purpose::Consultation;
        let one = Purpose::ALL.iter().copied().cycle().skip(number).take(if said { Purpose::ALL.len() } else { 1 });
        for purpose in one {
            let permitted = self.permits(session, route, if said { purpose } else { own });
            let path = format!("{path}?for={purpose}");
            let answer = match route.method {
                Method::GET => browser.get(&path).await?,
                _ if permitted => continue,
                _ => browser.post(&path, &[]).await?,
            };
            assert_eq!(answer.status, if permitted { 200 } else { 403 }, "{} {path}", route.method);
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

fn is_page(route: &Listed, door: Door) -> bool {
    route.is_page && route.rule.door() == door
}

/// A session at the same system of another city; none of a system that is the nation's.
pub async fn session_elsewhere(ring: &Ring, party: &Party, own: store::Migrations) -> Result<Option<SessionToken>, Failed> {
    if party.municipality().is_none() {
        return Ok(None);
    }
    let house = ring.house(&format!("{}.992020", party.system()))?;
    let room = work::open_room(&house, own).await?;
    Ok(Some(Staff::of(&house, &room).session("elsewhere", "administrator").await?))
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
    let elsewhere = session_elsewhere(&ring, &house.party, own).await?;
    let (party, routes, policies, staff, places) = (&house.party, &routes[..], &policies, &staff, &places);
    let tried = Crawl { ring: &ring, party, pages, routes, policies, staff, places, elsewhere }.run().await?;
    running.stop().await;
    Ok(tried)
}

/// Where the entries of a page's menu lead.
fn menu(html: &str) -> BTreeSet<String> {
    let menu = html.split("<nav class=\"menu\"").nth(1).and_then(|rest| rest.split("</nav>").next()).unwrap_or_default();
    menu.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// A menu has the pages that whoever it is for may see, and no other, of all that stand in a menu (C-III-3-R1-REG-2).
fn compare_menus(menus: &[(&str, BTreeSet<String>, BTreeSet<String>)]) {
    let entries: BTreeSet<&String> = menus.iter().flat_map(|(_, menu, _)| menu).collect();
    assert!(entries.len() > 1, "{entries:?}");
    for (who, menu, may_see) in menus {
        let expected: BTreeSet<&String> = entries.iter().copied().filter(|entry| may_see.contains(*entry)).collect();
        assert_eq!(menu.iter().collect::<BTreeSet<_>>(), expected, "the menu of {who}");
    }
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
