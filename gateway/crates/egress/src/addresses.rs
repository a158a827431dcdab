//! What kind of address a callback is about to go to.
//!
//! From the IANA special-purpose address registries (RFC 6890 and its updates), and the addresses at which clouds give
//! their secrets to whoever asks from inside. An IPv6 address that carries an IPv4 address is as good as what it carries:
//! the kernel, a relay or a NAT64 gateway will unpack it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What kind of address it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// On the internet.
    Public,
    /// This machine or its network, and which: called where the operator allows it.
    Private(&'static str),
    /// Never called, and why.
    Never(&'static str),
}

use Reach::{Never, Private, Public};

const METADATA: Reach = Never("a cloud's metadata service");
const DOCUMENTATION: Reach = Never("a documentation address");
const RESERVED: Reach = Never("a reserved address");

/// What kind of address it is.
pub(crate) fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => match embedded_v4(address) {
            Some(inner) => reach_v4(inner),
            None => reach_v6(address),
        },
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        // Azure's wire server and Alibaba's metadata service live outside of 169.254.0.0/16.
        [168, 63, 129, 16] | [100, 100, 100, 200] => METADATA,
        [0, ..] => Never("an unspecified address"),
        [127, ..] => Private("a loopback address"),
        [10, ..] | [192, 168, ..] => Private("a private address"),
        [172, second, ..] if second & 0xf0 == 16 => Private("a private address"),
        [100, second, ..] if second & 0xc0 == 64 => Private("a carrier's private address"),
        [198, 18 | 19, ..] => Private("a benchmarking address"),
        [169, 254, ..] => Never("a link-local address, where clouds keep their metadata service"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => DOCUMENTATION,
        [192, 0, 0, _] | [192, 88, 99, _] => RESERVED,
        [224..=239, ..] => Never("a multicast address"),
        [255, 255, 255, 255] => Never("the broadcast address"),
        [240..=255, ..] => RESERVED,
        _ => Public,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    match address.segments() {
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] | [0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254] => METADATA,
        [0, 0, 0, 0, 0, 0, 0, 0] => Never("an unspecified address"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Private("a loopback address"),
        [first, ..] if first & 0xfe00 == 0xfc00 => Private("a private address"),
        [first, ..] if first & 0xffc0 == 0xfec0 => Private("a site-local address"),
        [first, ..] if first & 0xffc0 == 0xfe80 => Never("a link-local address"),
        [first, ..] if first & 0xff00 == 0xff00 => Never("a multicast address"),
        [0x2001, 0xdb8, ..] => DOCUMENTATION,
        [0x3fff, second, ..] if second & 0xf000 == 0 => DOCUMENTATION,
        // Teredo hides the address that it leads to, and 64:ff9b:1::/48 is NAT64 of a shape that only its network knows.
        [0x2001, 0, ..] | [0x64, 0xff9b, 1, ..] => Never("a tunnel's address"),
        [0x100, 0, 0, _, ..] => RESERVED,
        // Global unicast; nothing else is in use.
        [first, ..] if first & 0xe000 == 0x2000 => Public,
        _ => RESERVED,
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible (but for `::` and `::1`), 6to4, NAT64.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let join = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] => Some(join(high, low)),
        // RFC 2765's translated form, `::ffff:0:a.b.c.d`.
        [0, 0, 0, 0, 0xffff, 0, high, low] => Some(join(high, low)),
        [0x2002, high, low, ..] => Some(join(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(join(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kind(text: &str) -> char {
        match reach(text.parse().unwrap()) {
            Public => '+',
            Private(_) => 'p',
            Never(_) => '-',
        }
    }

    #[test]
    fn every_kind_of_address_is_told_apart() {
        for public in
            ["1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "2606:4700::1111", "2002:101:101::"]
        {
            assert_eq!(kind(public), '+', "{public}");
        }
        for private in [
            "127.0.0.1",
            "127.9.9.9",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "100.64.0.1",
            "::1",
            "fc00::1",
            "fdff::1",
            "fec0::1",
        ] {
            assert_eq!(kind(private), 'p', "{private}");
        }
        let never = [
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "169.254.0.1",
            "224.0.0.1",
            "239.1.1.1",
            "255.255.255.255",
            "240.0.0.1",
        ];
        for never in never.into_iter().chain([
            "192.0.2.1",
            "198.51.100.7",
            "203.0.113.9",
            "192.0.0.192",
            "100.100.100.200",
            "168.63.129.16",
        ]) {
            assert_eq!(kind(never), '-', "{never}");
        }
        for never in [
            "::",
            "fe80::1",
            "febf::1",
            "fd00:ec2::254",
            "fd20:ce::254",
            "ff02::1",
            "2001:db8::1",
            "3fff::1",
            "2001::1",
            "100::1",
            "4000::1",
        ] {
            assert_eq!(kind(never), '-', "{never}");
        }
    }

    proptest! {
        #[test]
        fn an_ipv6_spelling_of_an_ipv4_address_is_of_its_kind(bits in any::<u32>(), special in 0usize..8) {
            // Half of the interesting ranges are too small to be drawn.
            let drawn = [bits, 0x7f00_0001, 0xa9fe_a9fe, 0x0a00_0001, 0xc0a8_0001, 0xffff_ffff, 0x6464_64c8, bits | 0xe000_0000][special];
            let v4 = Ipv4Addr::from_bits(drawn);
            let [a, b, c, d] = v4.octets().map(u16::from);
            let (high, low) = (a << 8 | b, c << 8 | d);
            let spellings = [
                Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, high, low),
                Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
            ];
            for v6 in spellings {
                prop_assert_eq!(reach(v6.into()), reach(v4.into()), "{}", v6);
            }
            if drawn > 1 {
                prop_assert_eq!(reach(Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low).into()), reach(v4.into()));
            }
        }
    }
}
