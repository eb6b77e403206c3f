//! Every page that the demonstration links, read as a browser would.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use crate::support::place::Place;
use crate::support::program::serving;

/// Reads the pages beginning with the first, following every link that stays on the site; both languages.
pub(super) fn read(place: &Place, residents: u32) -> BTreeMap<String, Vec<u8>> {
    let mut program = Stopped(serving(place, residents).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    let mut told = BufReader::new(program.0.stderr.take().unwrap());
    let (mut line, mut port) = (String::new(), None);
    while !line.contains("press Ctrl-C") {
        line.clear();
        assert!(told.read_line(&mut line).unwrap() > 0, "the demonstration ended before its ring was closed");
        port = port.or_else(|| line.trim().rsplit_once("http://localhost:")?.1.parse().ok());
    }
    let port = port.expect("where the pages are");
    let mut pages = BTreeMap::new();
    let mut open = vec!["/?lang=ja".to_owned(), "/?lang=en".to_owned()];
    while let Some(path) = open.pop() {
        if pages.contains_key(&path) {
            continue;
        }
        let body = get(port, &path);
        open.extend(links(&String::from_utf8_lossy(&body)));
        pages.insert(path, body);
    }
    assert!(pages.len() > 15, "{:?}", pages.keys());
    pages
}

/// Ends with the test, however that ends.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
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
