//! Where one environment's callbacks may go.

use std::net::IpAddr;

use reqwest::Url;
use ringback_model::environment::{Environment, HostPattern};

use crate::addresses::{Reach, reach};

/// Redirects that a callback of Mockoon's follows: as many as the `fetch` of Node.
const REDIRECTS_MAX: usize = 20;

/// Where one environment's callbacks may go, beside what is never allowed. The default allows the internet alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EgressPolicy {
    /// Hosts by name. Empty: any.
    pub allow: Vec<HostPattern>,
    /// Whether loopback and private addresses may be called.
    pub private: bool,
    /// How many redirects a callback follows, each checked like its URL. 0: its target's answer counts, whatever it is.
    pub redirects_max: usize,
}

/// Why a target is not called, in words that say what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Refusal(pub(crate) String);

// === impl EgressPolicy ===

impl EgressPolicy {
    /// The policy that an environment asks for.
    pub fn of(environment: &Environment) -> Self {
        let mockoon = environment.conventions.mockoon().is_some();
        // Mockoon's users call what runs beside it, whoever may call them.
        let private = environment.egress.private.unwrap_or(mockoon || environment.listen.is_loopback());
        Self {
            allow: environment.egress.allow.clone(),
            private,
            redirects_max: if mockoon { REDIRECTS_MAX } else { 0 },
        }
    }

    /// Checks a URL as it will be sent: its host has been brought to its one spelling, `0x7f.1` is `127.0.0.1`.
    pub(crate) fn check(&self, url: &Url) -> Result<(), Refusal> {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        if !self.allow.is_empty() && !self.allow.iter().any(|pattern| pattern.matches(host, port)) {
            return Err(Refusal(format!("`{host}:{port}` is not among the hosts of `allow` in `[egress]`")));
        }
        match host.trim_start_matches('[').trim_end_matches(']').parse() {
            Ok(address) => check_address(host, address, self.private),
            Err(_) => Ok(()),
        }
    }
}

/// Checks an address that a host stands for.
pub(crate) fn check_address(host: &str, address: IpAddr, private: bool) -> Result<(), Refusal> {
    let refusal = match reach(address) {
        Reach::Public => return Ok(()),
        Reach::Private(_) if private => return Ok(()),
        Reach::Private(kind) => format!("`{host}` is {address}, {kind}; `private = true` in `[egress]` allows it"),
        Reach::Never(kind) => format!("`{host}` is {address}, {kind}, which is never called"),
    };
    Err(Refusal(refusal))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(policy: &EgressPolicy, url: &str) -> String {
        policy.check(&url.parse().unwrap()).map_or_else(|refusal| refusal.to_string(), |()| "allowed".into())
    }

    #[test]
    fn a_host_must_be_on_the_list_if_there_is_one() {
        let allow =
            vec![HostPattern::try_new("*.example.com").unwrap(), HostPattern::try_new("localhost:3000").unwrap()];
        let policy = EgressPolicy { allow, private: true, ..EgressPolicy::default() };
        assert_eq!(refusal(&policy, "https://api.example.com/x"), "allowed");
        assert_eq!(refusal(&policy, "http://LOCALHOST:3000/"), "allowed");
        assert_eq!(
            refusal(&policy, "http://localhost:3001/"),
            "`localhost:3001` is not among the hosts of `allow` in `[egress]`"
        );
        assert_eq!(refusal(&EgressPolicy::default(), "https://anything.test/"), "allowed");
    }

    #[test]
    fn a_private_address_says_what_would_allow_it() {
        let strict = EgressPolicy::default();
        let open = EgressPolicy { private: true, ..EgressPolicy::default() };
        for spelling in
            ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"]
        {
            let url = format!("http://{spelling}:3000/");
            let told = refusal(&strict, &url);
            assert!(
                told.contains("a loopback address; `private = true` in `[egress]` allows it"),
                "{spelling}: {told}"
            );
            assert_eq!(refusal(&open, &url), "allowed", "{spelling}");
        }
    }

    #[test]
    fn metadata_is_never_called_however_it_is_spelled() {
        let open = EgressPolicy { private: true, ..EgressPolicy::default() };
        let spellings =
            ["169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "169.16689662"];
        for host in spellings.into_iter().chain([
            "[::ffff:169.254.169.254]",
            "[::a9fe:a9fe]",
            "[64:ff9b::a9fe:a9fe]",
            "[2002:a9fe:a9fe::]",
            "[fd00:ec2::254]",
            "[fe80::1]",
        ]) {
            assert!(refusal(&open, &format!("http://{host}/")).ends_with("which is never called"), "{host}");
        }
    }
}
