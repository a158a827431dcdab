//! Hosts that may be called, by name.

/// A host that may be called: `localhost`, `api.example.com:8443`, `*.example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPattern {
    /// Lower case; with `*.` in front for all below it.
    host: String,
    /// Absent: any.
    port: Option<u16>,
}

/// Why a text is not a host pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a host: write `api.example.com`, `localhost:8080` or `*.example.com`")]
pub struct HostPatternError(String);

// === impl HostPattern ===

impl HostPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it holds a scheme, a path, or a wildcard that does not stand for whole labels in front.
    pub fn try_new(text: &str) -> Result<Self, HostPatternError> {
        let bad = || HostPatternError(text.into());
        let authority: http::uri::Authority = text.strip_prefix("*.").unwrap_or(text).parse().map_err(|_| bad())?;
        if authority.as_str().contains('@') || authority.host().contains('*') || authority.host().is_empty() {
            return Err(bad());
        }
        let wild = if text.starts_with("*.") { "*." } else { "" };
        Ok(Self { host: format!("{wild}{}", authority.host().to_ascii_lowercase()), port: authority.port_u16() })
    }

    /// Whether it covers every host that another pattern covers.
    pub fn covers(&self, other: &Self) -> bool {
        let host = match (self.host.strip_prefix('*'), other.host.strip_prefix('*')) {
            (Some(mine), Some(theirs)) => theirs.ends_with(mine),
            (Some(mine), None) => other.host.len() > mine.len() && other.host.ends_with(mine),
            (None, _) => self.host == other.host,
        };
        host && self.port.is_none_or(|port| other.port == Some(port))
    }

    /// Whether a URL's host (without port) and port are covered.
    pub fn matches(&self, host: &str, port: u16) -> bool {
        let host = host.to_ascii_lowercase();
        let named = match self.host.strip_prefix('*') {
            Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
            None => host == self.host,
        };
        named && self.port.is_none_or(|wanted| wanted == port)
    }
}

impl std::fmt::Display for HostPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_patterns_match_whole_labels() {
        let pattern = |text| HostPattern::try_new(text).unwrap();
        assert!(pattern("*.Example.com").matches("api.example.com", 443));
        assert!(!pattern("*.example.com").matches("example.com", 443));
        assert!(!pattern("*.example.com").matches("badexample.com", 443));
        assert!(pattern("localhost:8080").matches("LOCALHOST", 8080));
        assert!(!pattern("localhost:8080").matches("localhost", 80));
        let covers = |one, other| pattern(one).covers(&pattern(other));
        assert!(covers("*.example.com", "api.example.com:443") && covers("*.example.com", "*.api.example.com"));
        assert!(covers("localhost", "localhost") && covers("localhost", "localhost:1"));
        assert!(!covers("*.example.com", "example.com") && !covers("*.example.com", "*.badexample.com"));
        assert!(!covers("localhost:1", "localhost") && !covers("api.example.com", "*.example.com"));
        for bad in ["http://x", "a/b", "a.*.b", "", "u@h"] {
            assert!(HostPattern::try_new(bad).is_err(), "{bad}");
        }
    }
}
