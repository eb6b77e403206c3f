//! Where a request comes from.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use http::Extensions;

/// Bits of an IPv6 address that name a network; whoever has one has all of its addresses.
const NETWORK_BITS: u32 = 64;

/// The address of the other end, as budgets count it: an IPv4 address, or the network of 64 bits of an IPv6 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// For work that no connection asks for.
    pub const HERE: Self = Self(IpAddr::V6(Ipv6Addr::UNSPECIFIED));

    /// Where the request with these extensions comes from; every connection says so.
    pub fn of(request: &Extensions) -> Self {
        request.get::<Self>().copied().unwrap_or(Self::HERE)
    }
}

impl From<SocketAddr> for Network {
    fn from(addr: SocketAddr) -> Self {
        Self(match addr.ip().to_canonical() {
            IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << (128 - NETWORK_BITS)))),
            v4 => v4,
        })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_counts_as_one_and_a_mapped_address_as_itself() {
        let of = |addr: &str| Network::from(addr.parse::<SocketAddr>().unwrap());
        assert_eq!(of("[2001:db8:1:2::3]:1"), of("[2001:db8:1:2:ffff::9]:2"));
        assert_ne!(of("[2001:db8:1:2::3]:1"), of("[2001:db8:1:3::3]:1"));
        assert_eq!(of("[::ffff:192.0.2.1]:1"), of("192.0.2.1:9"));
        assert_ne!(of("192.0.2.1:1"), of("192.0.2.2:1"));
    }
}
