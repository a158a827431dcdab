//! Where a description says that its API is.

use super::{
    Version,
    tree::{Kind, Tree},
};
use crate::json::Value;

/// Where the mock is.
pub(super) struct Server {
    pub(super) prefix: String,
    pub(super) port: u16,
}

/// Mockoon's own port.
const PORT: u16 = 3000;

pub(super) fn find(description: &Tree, version: Version) -> Server {
    match version {
        Version::Swagger => {
            let host = description.get("host").and_then(|host| host.as_text()).unwrap_or_default();
            let port = host.split(':').nth(1).map(leading_digits).and_then(|digits| digits.parse().ok());
            let prefix = description.get("basePath").and_then(|path| path.as_text()).unwrap_or_default();
            Server { prefix: relative(prefix), port: port.filter(|port| *port != 0).unwrap_or(PORT) }
        }
        Version::OpenApi => {
            let server = description.get("servers").and_then(|servers| servers.elements().first());
            let prefix = server.and_then(|server| {
                let url = server.get("url")?.as_text()?;
                path(&with_variables(url, server.get("variables").map(|variables| &**variables)))
            });
            Server { prefix: prefix.unwrap_or_default(), port: PORT }
        }
    }
}

fn leading_digits(text: &str) -> &str {
    text.find(|c: char| !c.is_ascii_digit()).and_then(|end| text.get(..end)).unwrap_or(text)
}

fn relative(path: &str) -> String {
    path.strip_prefix('/').unwrap_or(path).to_owned()
}

/// `{name}` becomes the variable's default; without it, nothing.
fn with_variables(url: &str, variables: Option<&Tree>) -> String {
    let mut text = String::new();
    let mut rest = url;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let name = after
            .split_once('}')
            .filter(|(name, _)| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
        let Some((name, after)) = name else {
            text.push('{');
            rest = after;
            continue;
        };
        let default = variables.and_then(|variables| variables.get(name)).and_then(|variable| variable.get("default"));
        match default.map(|default| &default.kind) {
            Some(Kind::Scalar(Value::String(default))) => text.push_str(default),
            Some(Kind::Scalar(Value::Number(default))) => text.push_str(&crate::json::number_text(*default)),
            _ => {}
        }
        rest = after;
    }
    text + rest
}

/// The path of a URL, without its first slash. Absent: it is none.
fn path(url: &str) -> Option<String> {
    if url.starts_with('/') {
        return Some(relative(url));
    }
    let (scheme, rest) = url.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-'));
    let rest = rest.split(['?', '#']).next().filter(|_| is_scheme)?;
    let path = match rest.strip_prefix("//") {
        Some(rest) => rest.split_once('/').map_or("", |(_, path)| path),
        None => rest.strip_prefix('/').unwrap_or(rest),
    };
    Some(path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_is_the_path_of_the_server() {
        assert_eq!(path("https://api.example.com/v1/?x#y").as_deref(), Some("v1/"));
        assert_eq!(path("https://api.example.com").as_deref(), Some(""));
        assert_eq!(path("/v2").as_deref(), Some("v2"));
        assert_eq!(path("localhost:3000/api").as_deref(), Some("3000/api"), "as URLs are read");
        assert_eq!(path("api.example.com/v1"), None);
        assert_eq!(with_variables("https://{a}/{b-c}{", None), "https:///{b-c}{");
    }
}
