//! Every page that the demonstration links, read as a browser would.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::support::demonstration::Demonstration;
use crate::support::place::Place;

/// Reads the pages beginning with the first, following every link that stays on the site; both languages.
pub(super) fn read(place: &Place, residents: u32) -> BTreeMap<String, Vec<u8>> {
    let demonstration = Demonstration::start(place, residents);
    let mut pages = BTreeMap::new();
    let mut open = vec!["/?lang=ja".to_owned(), "/?lang=en".to_owned()];
    while let Some(path) = open.pop() {
        if pages.contains_key(&path) {
            continue;
        }
        let body = get(demonstration.port, &path);
        open.extend(links(&String::from_utf8_lossy(&body)));
        pages.insert(path, body);
    }
    assert!(pages.len() > 15, "{:?}", pages.keys());
    let of_parties: Vec<&Vec<u8>> = pages.iter().filter(|(path, _)| path.starts_with("/parties/")).map(|(_, body)| body).collect();
    let names_address = |body: &&Vec<u8>| String::from_utf8_lossy(body).contains("<code>127.0.0.1:");
    assert!(!of_parties.is_empty() && of_parties.iter().all(names_address), "a vendor finds every party");
    pages
}

fn get(port: u16, path: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{path}: {}", String::from_utf8_lossy(&answer));
    answer
}

/// What `href`s and `src`es of this site a page holds.
fn links(page: &str) -> Vec<String> {
    let values = ["href=\"/", "src=\"/"].into_iter().flat_map(|start| page.split(start).skip(1));
    values.filter_map(|rest| Some(format!("/{}", rest.split_once('"')?.0.split('#').next()?.replace("&amp;", "&")))).collect()
}
