//! A browser without a screen: cookies, the word of forms, no certificate. It looks at every page as `face` checks it.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use wire::testing::{Failed, Ring};

/// What a browser calls itself.
pub(super) const AGENT: &str = "Mozilla/5.0 counter";

/// Somebody's browser at one city's pages.
#[derive(Debug)]
pub struct Browser {
    http: reqwest::Client,
    base: String,
    /// What it calls itself.
    pub agent: &'static str,
    /// What it says a form was sent from.
    pub site: &'static str,
    /// What it likes to read.
    pub language: &'static str,
    /// Its cookies.
    pub cookies: BTreeMap<String, String>,
    /// The word of the last form it saw.
    pub csrf: String,
}

/// What it got.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Where it leads to.
    pub to: String,
    /// The page or the file; of a workbook its rows, with commas between the cells.
    pub html: String,
    /// The cookies that it sets.
    pub set_cookies: Vec<String>,
    /// Whether the browser is told to forget what it kept.
    pub forgets: bool,
}

impl Answer {
    /// What a reader hears.
    pub fn words(&self) -> String {
        face::check::words(&self.html)
    }

    /// Where it leads, when it leads somewhere.
    pub fn leads_to(&self) -> (u16, &str) {
        (self.status, &self.to)
    }
}

impl Browser {
    /// A browser that trusts the ring's authority, at the pages of an address.
    pub fn new(ring: &Ring, pages: SocketAddr) -> Result<Browser, Failed> {
        Self::on(ring, pages, Ipv4Addr::LOCALHOST.into())
    }

    /// One on a machine of this address.
    pub fn on(ring: &Ring, pages: SocketAddr, machine: IpAddr) -> Result<Browser, Failed> {
        let http = reqwest::Client::builder()
            .tls_certs_only([reqwest::Certificate::from_pem(ring.authority().certificate().as_bytes())?])
            .redirect(reqwest::redirect::Policy::none())
            .local_address(machine)
            .no_proxy()
            .build()?;
        let base = format!("https://{pages}");
        let (cookies, csrf) = (BTreeMap::new(), String::new());
        Ok(Browser { http, base, agent: AGENT, site: "same-origin", language: "ja", cookies, csrf })
    }

    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Result<Answer, Failed> {
        self.send(self.http.get(format!("{}{path}", self.base))).await
    }

    /// Sends a form with the word it saw last.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, Failed> {
        let mut form = vec![("csrf", self.csrf.as_str())];
        form.extend(fields);
        self.send(self.http.post(format!("{}{path}", self.base)).header("sec-fetch-site", self.site).form(&form)).await
    }

    /// Sends the form of the log-in.
    pub async fn log_in(&mut self, id: &str, password: &str) -> Result<Answer, Failed> {
        self.post("/login", &[("id", id), ("password", password)]).await
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Result<Answer, Failed> {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header("user-agent", self.agent).header("accept-language", self.language);
        let response = if cookies.is_empty() { request } else { request.header("cookie", cookies.join("; ")) }.send().await?;
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let (status, to, kind) = (response.status().as_u16(), header("location"), header("content-type"));
        let set_cookies: Vec<String> =
            response.headers().get_all("set-cookie").iter().filter_map(|value| Some(value.to_str().ok()?.to_owned())).collect();
        for cookie in &set_cookies {
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).ok_or("no cookie")?;
            if value.is_empty() {
                self.cookies.remove(name)
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned())
            };
        }
        assert!(header("content-security-policy").starts_with("default-src 'none'"), "{status} {to}");
        assert_eq!((header("cache-control").as_str(), header("x-content-type-options").as_str()), ("no-store", "nosniff"));
        let forgets = !header("clear-site-data").is_empty();
        let is_workbook = status == 200 && kind == crate::list::WORKBOOK;
        let is_file = is_workbook || status == 200 && header("content-disposition").starts_with("attachment");
        let html = if is_workbook { rows(&response.bytes().await?)? } else { response.text().await? };
        if status != 303 && !is_file {
            assert!(kind.starts_with("text/html"), "{status} {kind} {html}");
            assert_eq!(face::check::problems(&html), Vec::<String>::new(), "{html}");
        }
        if let Some(csrf) = html.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()) {
            self.csrf = csrf.to_owned();
        }
        Ok(Answer { status, to, html, set_cookies, forgets })
    }
}

/// The rows of a workbook as lines, the headings first.
fn rows(bytes: &[u8]) -> Result<String, Failed> {
    let mut sheet = sheets::Sheet::open(bytes, sheets::Options { keeps_unknown: true, ..sheets::Options::default() })?;
    let mut lines = vec![sheet.headings().join(",")];
    while let Some(row) = sheet.next_row()? {
        lines.push(row.map_err(|rejected| rejected.english)?.iter().collect::<Vec<_>>().join(","));
    }
    Ok(lines.join("\n"))
}
