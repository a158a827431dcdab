//! What Microcks answers where no operation does (`microcks.md`, section 2.2): an unknown service is told of, an unknown
//! operation of a known one is not, and preflights are let pass.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use percent_encoding::percent_decode_str;
use ringback_model::{environment::MicrocksSettings, http_values::Request, journal::Matched};

use crate::{
    http::{
        body::Body,
        refusal::{ERROR_HEADER, HELP_HEADER, Kind},
    },
    respond::{
        made::{Made, Reply},
        operation::help,
    },
    site::Site,
};

/// Beneath these are services.
const ROOTS: [&str; 2] = ["/rest/", "/rest-valid/"];

/// What Microcks answers where no operation does. Absent: it has no say there.
pub(super) fn unrouted(site: &Site, settings: &MicrocksSettings, request: &Request) -> Option<Made> {
    let path = request.uri.path();
    let preflight = settings.cors && request.method == Method::OPTIONS;
    let service = service(path);
    if let Some(Named { name, written, version }) = &service
        && !settings.services.iter().any(|known| *known.name == **name && *known.version == **version)
    {
        let told = format!("The service {written} with version {version} does not exist!");
        return Some(made(StatusCode::NOT_FOUND, told, known(settings)));
    }
    if preflight {
        let line = format!("`OPTIONS {path}` is answered as a preflight (CORS)");
        let reply =
            Reply { status: StatusCode::NO_CONTENT, headers: HeaderMap::new(), body: Body::Whole(Bytes::new()) };
        return Some(Made::plain(reply, Matched::Gateway([line].into())));
    }
    let meant = site.aliases.meant(path);
    let nearest = || site.table.explain(&request.method, meant.path(path));
    service.map(|_| made(StatusCode::NOT_FOUND, String::new(), nearest()))
}

/// A service that a path names.
struct Named {
    name: String,
    /// As the path has it, `+` for blanks.
    written: String,
    version: String,
}

/// The service and version that a path names, percent-decoded. Absent: it names none.
fn service(path: &str) -> Option<Named> {
    let rest = ROOTS.iter().find_map(|root| path.strip_prefix(root))?;
    let (name, rest) = rest.split_once('/')?;
    let version = rest.split('/').next().filter(|version| !version.is_empty())?;
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    Some(Named { name: decoded(&name.replace('+', " ")), written: decoded(name), version: decoded(version) })
}

fn known(settings: &MicrocksSettings) -> Vec<String> {
    let names: Vec<_> = settings.services.iter().map(|known| format!("`{}:{}`", known.name, known.version)).collect();
    vec![format!("served: {}", names.join(", "))]
}

fn made(status: StatusCode, told: String, why: Vec<String>) -> Made {
    let mut headers = HeaderMap::new();
    if !told.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain;charset=UTF-8"));
    }
    headers.insert(ERROR_HEADER, HeaderValue::from_static(Kind::NoRoute.name()));
    headers.extend(help(&why).map(|help| (HELP_HEADER, help)));
    Made::plain(Reply { status, headers, body: Body::Whole(told.into()) }, Matched::Gateway(why.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_a_service_and_its_version() {
        let named = |path| service(path).map(|named| format!("{} ({}):{}", named.name, named.written, named.version));
        assert_eq!(named("/rest/A+B/1.0/x").as_deref(), Some("A B (A+B):1.0"));
        assert_eq!(named("/rest-valid/A%20B%2B/1.0").as_deref(), Some("A B+ (A B+):1.0"));
        assert_eq!(["/rest", "/rest/A", "/rest/A/", "/restful/A/1"].map(named), [const { None }; 4]);
    }
}
