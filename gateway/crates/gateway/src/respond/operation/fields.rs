//! Header fields of an example that depend on the request: those that it has and the answer repeats, and a location that is
//! relative, which becomes the client's own way to the service (`microcks.md`, section 2.3).

use http::{HeaderMap, HeaderValue, header};

use crate::respond::answering::Situation;

impl Situation<'_> {
    /// Makes an answer's fields fit the request; says whether that changed any.
    pub(in crate::respond) fn adjust(&self, headers: &mut HeaderMap) -> bool {
        let Some(plan) = self.operation() else { return false };
        let mut changed = false;
        for name in plan.constraints.recopied() {
            if let (false, Some(value)) = (headers.contains_key(name), self.request.headers.get(name)) {
                headers.insert(name.clone(), value.clone());
                changed = true;
            }
        }
        let location = headers.get(header::LOCATION).and_then(|location| location.to_str().ok());
        if let Some(location) = location.filter(|location| !is_absolute(location)) {
            let slash = if location.starts_with('/') { "" } else { "/" };
            let absolute = format!("{}{}{slash}{location}", self.request.origin, plan.base);
            if let Ok(absolute) = HeaderValue::from_str(&absolute) {
                headers.insert(header::LOCATION, absolute);
                changed = true;
            }
        }
        changed
    }
}

/// Whether a location begins with a scheme, or an authority (RFC 3986, section 4.2).
fn is_absolute(location: &str) -> bool {
    let scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    };
    location.starts_with("//") || location.split_once(':').is_some_and(|(before, _)| scheme(before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_absolute_by_its_scheme_or_authority() {
        assert!(["http://x/y", "HTTPS://x", "urn:x", "//x/y"].into_iter().all(is_absolute));
        assert!(!["/item/1", "item/1:2", "?a=b:c", ""].into_iter().any(is_absolute));
    }
}
