//! The ring with every system of the two cities as a process of its own, over loopback with mutual TLS.

mod fleet;

use demo::report::Live;
use demo::ring::Ring;
use demo::{cities, wiring};
use line::Peers;

use crate::support::place::on_both;
use fleet::Fleet;

/// People in each city.
const RESIDENTS: u32 = 300;

#[test]
fn the_ring_closes_over_separate_processes_with_mutual_tls() {
    on_both(|at| {
        let place = deployment::Place::open(at.data(), Some(at.files())).unwrap();
        let cities = cities::prepare(&place, RESIDENTS, 7, &mut |_| {}).unwrap();
        // Everybody has a certificate and a key before anybody starts: a process is given its own and cannot make one.
        let authority = place.authority().unwrap();
        for party in wiring::consumers().unwrap() {
            place.identity(&authority, &party).unwrap();
            place.master(&party).unwrap();
        }
        let fleet = Fleet::start(at);
        let peers = Peers::new();
        for (party, address) in fleet.addresses() {
            peers.put(party.clone(), address);
        }
        let ring = Ring::open(&place, &peers, cities).unwrap();
        let live = Live::default();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let closed = runtime.block_on(ring.run(&live, &mut |_| {}));
        assert!(closed.is_ok(), "{:#}\n{}", closed.unwrap_err(), fleet.told());
        let counts = live.now().0.steps.into_iter().map(|step| step.counts).collect();
        crate::ring::check(at, counts);
        fleet.stop();
    });
}
