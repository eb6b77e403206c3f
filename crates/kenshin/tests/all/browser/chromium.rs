//! Chromium without a screen of its own, driven over WebDriver.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde::de::DeserializeOwned;
use thirtyfour::{By, CapabilitiesHelper as _, ChromiumLikeCapabilities as _, DesiredCapabilities, Key, LoggingPrefsLogLevel, WebDriver};

use super::looks::Screen;

/// Where Debian puts it.
const BROWSER: &str = "/usr/bin/chromium";
/// It runs as root in a container, and looks for nobody on the network.
const ARGUMENTS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--accept-lang=ja",
];

pub(super) struct Chromium {
    page: WebDriver,
    driver: Child,
}

impl Chromium {
    pub(super) async fn start() -> Chromium {
        let mut driver =
            Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("chromedriver");
        let mut told = BufReader::new(driver.stdout.take().unwrap());
        let port = loop {
            let mut line = String::new();
            assert!(told.read_line(&mut line).unwrap() > 0, "chromedriver ended before it listened");
            if let Some((_, port)) = line.trim().trim_end_matches('.').split_once("started successfully on port ") {
                break port.parse::<u16>().unwrap();
            }
        };
        // What it says later is read too, so that it never waits for a reader.
        std::thread::spawn(move || told.read_to_end(&mut Vec::new()));
        let mut wanted = DesiredCapabilities::chrome();
        wanted.set_binary(BROWSER).unwrap();
        for argument in ARGUMENTS {
            wanted.add_arg(argument).unwrap();
        }
        // The staff's pages show a certificate of the deployment's own authority.
        wanted.accept_insecure_certs(true).unwrap();
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        let page = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted).await.unwrap();
        Chromium { page, driver }
    }

    pub(super) async fn end(mut self) {
        self.page.clone().quit().await.unwrap();
        self.driver.kill().unwrap();
        self.driver.wait().unwrap();
    }

    /// Looks through a screen of this size.
    pub(super) async fn screen(&self, screen: Screen) {
        let emulation = self.page.cdp();
        emulation.emulation().set_device_metrics_override(screen.width, screen.height, 1.0, screen.phone).await.unwrap();
    }

    pub(super) async fn go(&self, address: &str) {
        self.page.goto(address).await.unwrap();
    }

    /// Keeps a picture of the page in the folder that `KENSHIN_PICTURES` names, for whoever looks at pages; without one it does nothing.
    pub(super) async fn picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("KENSHIN_PICTURES") {
            let file = std::path::Path::new(&folder).join(format!("{name}.png"));
            std::fs::write(file, self.page.screenshot_as_png().await.unwrap()).unwrap();
        }
    }

    /// What the browser complained of since it was asked last.
    pub(super) async fn complaints(&self) -> Vec<String> {
        self.page.browser_log().await.unwrap().into_iter().map(|entry| entry.message).collect()
    }

    /// What a script finds on the page; the page itself has none.
    pub(super) async fn found<T: DeserializeOwned>(&self, script: &str) -> T {
        let found = self.page.execute(format!("return {script}"), Vec::new()).await.unwrap();
        serde_json::from_value(found.json().clone()).unwrap()
    }

    /// Where the page leads.
    pub(super) async fn links(&self) -> Vec<String> {
        self.found("Array.from(document.querySelectorAll('a[href]'), a => a.href.split('#')[0])").await
    }

    pub(super) async fn texts(&self, what: &str) -> Vec<String> {
        self.found(&format!("Array.from(document.querySelectorAll('{what}'), one => one.innerText)")).await
    }

    pub(super) async fn text(&self, what: &str) -> String {
        self.page.find(By::Css(what)).await.unwrap().text().await.unwrap()
    }

    pub(super) async fn fill(&self, name: &str, text: &str) {
        let field = self.page.find(By::Css(format!("[name='{name}']"))).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Presses the button of the form on the page.
    pub(super) async fn send(&self) {
        self.press(By::Css("main form [type='submit'], main form button")).await;
    }

    /// Presses a link or a button, as with the keyboard (where it lies on an emulated screen does not matter), and waits for the page it
    /// leads to.
    pub(super) async fn press(&self, what: By) {
        let pressed = self.page.find(what).await.unwrap();
        self.page.execute("document.documentElement.setAttribute('data-left', '')", Vec::new()).await.unwrap();
        pressed.send_keys(Key::Enter).await.unwrap();
        let there = "return document.readyState === 'complete' && !document.documentElement.hasAttribute('data-left')";
        for _ in 0..2_400 {
            // Between two pages there is nothing to ask.
            if self.page.execute(there, Vec::new()).await.is_ok_and(|is| is.json().as_bool() == Some(true)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("after a minute no other page");
    }

    /// Presses the key that goes from field to field.
    pub(super) async fn tab(&self) {
        self.page.action_chain().send_keys(Key::Tab).perform().await.unwrap();
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
