//! `/metrics`: requests by path and status, and how long they took. Labels hold route patterns, never what was asked.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use futures::future::BoxFuture;
use http::Method;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tokio::sync::Mutex;

/// The media type of the text format.
pub(super) const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: String,
    path: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    method: String,
    path: String,
}

/// A figure and the labels it stands under.
pub type Figure = (Vec<(String, String)>, f64);

/// Figures that are read, together, when somebody asks for them.
pub(crate) struct Figures {
    /// What each is called, and what it says.
    pub(crate) names: Vec<(&'static str, &'static str)>,
    /// The figures under each name, in the order of the names.
    pub(crate) read: Box<dyn Fn() -> BoxFuture<'static, Vec<Vec<Figure>>> + Send + Sync>,
}

type Shown = Family<Vec<(String, String)>, Gauge<f64, AtomicU64>>;

/// The counters of one service; cheap to clone.
#[derive(Clone)]
pub(super) struct Metrics {
    registry: Arc<Registry>,
    /// One reading at a time: the figures of the last are replaced.
    figures: Arc<Mutex<Vec<(Figures, Vec<Shown>)>>>,
    answered: Family<Answered, Counter>,
    seconds: Family<RouteLabel, Histogram>,
}

const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

impl Metrics {
    pub(super) fn of(figures: Vec<Figures>) -> Self {
        let answered = Family::<Answered, Counter>::default();
        let seconds = Family::<RouteLabel, Histogram>::new_with_constructor(|| Histogram::new(SECONDS));
        let mut registry = Registry::with_prefix("kenshin");
        registry.register("requests", "Requests answered, by method, route and status", answered.clone());
        registry.register("request_seconds", "Time until the answer, by method and route", seconds.clone());
        registry.register("damaged", "Stored data of this process found damaged, by what it is", crate::cause::DAMAGE.clone());
        let mut shown = |(name, help): &(&'static str, &'static str)| {
            let shown = Shown::default();
            registry.register(*name, *help, shown.clone());
            shown
        };
        let figures = figures.into_iter().map(|figures| (figures.names.iter().map(&mut shown).collect(), figures));
        let figures: Vec<(Figures, Vec<Shown>)> = figures.map(|(shown, figures)| (figures, shown)).collect();
        Self { registry: Arc::new(registry), figures: Arc::new(Mutex::new(figures)), answered, seconds }
    }

    pub(super) fn count(&self, method: &Method, path: &str, status: u16, took: Duration) {
        let method = known(method);
        self.answered.get_or_create(&Answered { method: method.to_owned(), path: path.to_owned(), status }).inc();
        self.seconds.get_or_create(&RouteLabel { method: method.to_owned(), path: path.to_owned() }).observe(took.as_secs_f64());
    }

    pub(super) async fn text(&self) -> Option<String> {
        let figures = self.figures.lock().await;
        for (figures, shown) in figures.iter() {
            for (shown, read) in shown.iter().zip((figures.read)().await) {
                shown.clear();
                read.into_iter().for_each(|(labels, figure)| {
                    shown.get_or_create(&labels).set(figure);
                });
            }
        }
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry).ok().map(|()| text)
    }
}

/// Anybody can invent methods; the labels stay few.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        _ => "other",
    }
}
