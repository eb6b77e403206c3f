//! One system, tried by everybody.

use access::{Caller, Policies, ResourceRef};
use deployment::systems;
use line::oauth::{Credentials, TOKEN, needed};
use reqwest::{Client, Response, StatusCode};
use vocabulary::{Id128, Party, SystemClock, SystemEntropy};
use wire::testing::{Failed, Ring};
use wire::{Door, House, Listed, Running};

/// Lists of a city's people: asked for on the pages and by the operator's command, by no program.
const BY_PERSONS: [&str; 2] = ["/registry/v1/work/list-eligible", "/registry/v1/work/export-results"];

/// A system, and who tries it.
pub(super) struct Tried<'a> {
    pub(super) ring: &'a Ring,
    pub(super) policies: &'a Policies,
    pub(super) party: &'a Party,
    pub(super) everybody: &'a [Party],
}

/// What came of it.
pub(super) struct Service {
    /// Requests that were made.
    pub(super) tried: usize,
    /// Routes that ask nobody who they are, and the system itself when its door lets in who shows no certificate.
    pub(super) open: Vec<String>,
    /// What its routes and pages do.
    pub(super) actions: Vec<String>,
}

/// More than the limit that the systems are given here: whoever has it read is told 413, whatever else is wrong.
const BODY: &str = "this is longer than the limit";

impl Tried<'_> {
    /// Tries every route for programs.
    pub(super) async fn run(&self) -> Result<Service, Failed> {
        let mut house = self.ring.house(&self.party.to_string())?;
        house.setting.limits.body_bytes = BODY.len() - 1;
        house.setting.pages = None;
        let service = systems::open(house.clone()).await?;
        let all = service.listed();
        let routes: Vec<&Listed> = all.iter().filter(|route| !route.is_page).collect();
        let running = wire::serve(&house, service).await?;
        let mut open = Vec::new();
        let mut tried = 0;
        if client_of(&house, None, &running)?.get(address(&running, "/healthz")).send().await.is_ok() {
            open.push(format!("{} lets in who shows no certificate", self.party.system()));
        }
        let mut entered = vec![false; routes.len()];
        for caller in self.everybody {
            let shown = self.ring.house(&caller.to_string())?;
            let client = client_of(&house, Some(&shown), &running)?;
            let token = self.token(&client, &running, caller).await?;
            for (route, entered) in routes.iter().zip(&mut entered) {
                let who = format!("{caller} asks {} {} {}", self.party, route.method, route.path);
                let expected = self.expected(route, caller);
                let answer = ask(&client, &running, route, None).await?;
                judge(&who, route, &answer, expected)?;
                *entered |= expected.is_none();
                tried += 1;
                let Some(token) = token.as_deref().filter(|_| route.rule.door() == Door::Peer) else { continue };
                // The token is good for what the policies permit, and for nothing else.
                let permitted = self.permits(route, caller);
                let expected = (!permitted).then_some(StatusCode::FORBIDDEN);
                let answer = ask(&client, &running, route, Some(token)).await?;
                judge(&format!("{who} with its token"), route, &answer, expected)?;
                *entered |= permitted;
                tried += 1;
            }
            if let (Some(token), Some(route)) = (&token, routes.iter().find(|route| route.rule.door() == Door::Peer)) {
                let other = self.everybody.iter().find(|other| *other != caller && needed(other, self.party)).ok_or("another")?;
                let other = self.ring.house(&other.to_string())?;
                let client_of_other = client_of(&house, Some(&other), &running)?;
                let answer = ask(&client_of_other, &running, route, Some(token)).await?;
                judge(&format!("{} with the token of {caller}", other.party), route, &answer, Some(StatusCode::UNAUTHORIZED))?;
                tried += 1;
            }
        }
        running.stop().await;
        tried += self.without_certificate(&house, &routes).await?;
        for (route, entered) in routes.iter().zip(entered) {
            match route.rule.door() {
                Door::Peer => assert_eq!(entered, !BY_PERSONS.contains(&route.path.as_str()), "{} {}", route.method, route.path),
                Door::Anyone => open.push(format!("{} {}", route.method, route.path)),
                Door::Session => {}
            }
        }
        let actions = all.iter().map(|route| route.rule.action().name().to_owned()).collect();
        Ok(Service { tried, open, actions })
    }

    /// At a door that lets in who shows none, so that the request gets as far as the route.
    async fn without_certificate(&self, house: &House, routes: &[&Listed]) -> Result<usize, Failed> {
        let running = wire::serve(house, systems::open(house.clone()).await?.public()).await?;
        let phone = client_of(house, None, &running)?;
        for route in routes {
            for token in [None, Some("of-nobody")] {
                let expected = (route.rule.door() != Door::Anyone).then_some(StatusCode::UNAUTHORIZED);
                let answer = ask(&phone, &running, route, token).await?;
                judge(&format!("nobody asks {} {} {}", self.party, route.method, route.path), route, &answer, expected)?;
            }
        }
        running.stop().await;
        Ok(2 * routes.len())
    }

    /// The refusal of whoever shows a certificate and no token; none for whom it lets in.
    fn expected(&self, route: &Listed, caller: &Party) -> Option<StatusCode> {
        match route.rule.door() {
            Door::Anyone => None,
            Door::Session => Some(StatusCode::UNAUTHORIZED),
            Door::Peer if needed(caller, self.party) => Some(StatusCode::UNAUTHORIZED),
            Door::Peer => (!self.permits(route, caller)).then_some(StatusCode::FORBIDDEN),
        }
    }

    /// Whether the policies permit it; to no party of another city, whatever they say.
    fn permits(&self, route: &Listed, caller: &Party) -> bool {
        let known = Caller::peer(caller, route.rule.purpose(), Id128::from_bytes([1; 16]));
        let resource = ResourceRef { system: self.party.system(), municipality: self.party.municipality() };
        let permits = self.policies.allows(&known, &route.rule.action(), resource).is_allowed();
        if let (Some(own), Some(theirs)) = (self.party.municipality(), caller.municipality()) {
            assert!(own == theirs || !permits, "{caller} may do {} of another city", route.rule.action());
        }
        permits
    }

    /// A token for all that the party may ask; none for one that has no client here.
    async fn token(&self, client: &Client, running: &Running, caller: &Party) -> Result<Option<String>, Failed> {
        let secrets = self.ring.dir().join("secrets");
        if !Credentials::exists(&secrets, caller, self.party) {
            return Ok(None);
        }
        let form = Credentials::load(&secrets, caller, self.party)?.request(self.party, &SystemClock, &SystemEntropy)?;
        let answer = client.post(address(running, TOKEN)).form(&form).send().await?.error_for_status()?;
        let granted: line::oauth::Granted = answer.json().await?;
        Ok(Some(granted.access_token.to_string()))
    }
}

fn address(running: &Running, path: &str) -> String {
    format!("https://{}:{}{path}", running.party.dns_name(), running.addr.port())
}

/// A plain client under a party's certificate, or under none.
fn client_of(provider: &House, shown: Option<&House>, running: &Running) -> Result<Client, Failed> {
    let mut client = Client::builder()
        .no_proxy()
        .http1_only()
        .tls_certs_only([reqwest::Certificate::from_pem(provider.identity.authority_pem().as_bytes())?])
        .resolve(&running.party.dns_name(), running.addr);
    if let Some(house) = shown {
        let pem = format!("{}{}", house.identity.chain_pem(), house.identity.key_pem());
        client = client.identity(reqwest::Identity::from_pem(pem.as_bytes())?);
    }
    Ok(client.build()?)
}

/// Asks with a body that is too long, is no JSON and has no key.
async fn ask(client: &Client, running: &Running, route: &Listed, token: Option<&str>) -> Result<Response, Failed> {
    let path: Vec<&str> = route.path.split('/').map(|part| if part.starts_with('{') { "0" } else { part }).collect();
    let mut request = client.request(route.method.clone(), address(running, &path.join("/")));
    if route.method != "GET" {
        request = request.body(BODY);
    }
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    Ok(request.send().await?)
}

/// A refusal is the one that is expected, as a problem document; who is let in has the body read, and is told that it is too long.
fn judge(who: &str, route: &Listed, answer: &Response, expected: Option<StatusCode>) -> Result<(), Failed> {
    let status = answer.status();
    match expected {
        Some(expected) => {
            assert_eq!(status, expected, "{who}");
            assert_eq!(answer.headers()["content-type"], protocol::PROBLEM_JSON, "{who}");
        }
        None if route.method != "GET" => assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{who}"),
        None => assert!(![StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&status), "{who}: {status}"),
    }
    Ok(())
}
