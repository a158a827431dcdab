//! A route's path, read as far as needed to refuse a wrong one and to see that another route takes all its requests.
//! The gateway's matcher reads it again into something fast; both follow
//! [`PathSyntax::Template`](ringback_model::environment::PathSyntax::Template).

use std::ops::Range;

/// A path, segment by segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path(Vec<Segment>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    /// Text only; empty between two slashes and after the last one.
    Literal(String),
    /// A parameter and nothing else: any text but the empty one.
    Param,
    /// Parameters among text, which is kept in order: `["", ".json"]` for `{name}.json`.
    Mixed(Vec<String>),
    /// All the rest, also nothing.
    Rest,
}

/// Why a text is not a path, where in it, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathError {
    /// One phrase.
    pub(crate) message: String,
    /// Bytes of the path.
    pub(crate) span: Range<usize>,
    /// One help.
    pub(crate) help: String,
}

// === impl Path ===

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub(crate) fn parse(text: &str) -> Result<Self, PathError> {
        let wrong = |message: &str, span: Range<usize>, help: String| PathError { message: message.into(), span, help };
        let Some(inner) = text.strip_prefix('/') else {
            return Err(wrong("a path starts with `/`", 0..text.len(), format!("write `/{text}`")));
        };
        if let Some(at) = text.find(['?', '#']) {
            let help = "leave it out: a route takes every query".into();
            return Err(wrong("a path has no query and no fragment", at..text.len(), help));
        }
        if let Some((at, _)) = text.char_indices().find(|(_, c)| c.is_control()) {
            return Err(wrong("a path has no control characters", at..at + 1, "leave it out".into()));
        }
        let mut segments = vec![];
        let mut names = vec![];
        let mut start = 1;
        for part in inner.split('/') {
            let is_last = start + part.len() == text.len();
            segments.push(Segment::parse(part, start, is_last, &mut names)?);
            start += part.len() + 1;
        }
        Ok(Self(segments))
    }

    /// Whether every path that `other` takes is also taken by this one.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let mut theirs = other.0.iter();
        for mine in &self.0 {
            match (mine, theirs.next()) {
                (Segment::Rest, Some(_)) => return true,
                (_, None) => return false,
                (mine, Some(theirs)) if !mine.covers(theirs) => return false,
                _ => {}
            }
        }
        theirs.next().is_none()
    }
}

// === impl Segment ===

impl Segment {
    fn parse<'a>(part: &'a str, start: usize, is_last: bool, names: &mut Vec<&'a str>) -> Result<Self, PathError> {
        let wrong = |message: String, span: Range<usize>, help: &str| PathError {
            message,
            span: start + span.start..start + span.end,
            help: help.into(),
        };
        let mut texts = vec![];
        let mut at = 0;
        loop {
            let rest = part.get(at..).unwrap_or_default();
            let Some(brace) = rest.find(['{', '}']) else {
                texts.push(rest.to_owned());
                break;
            };
            let open = at + brace;
            let text = rest.get(..brace).unwrap_or_default();
            let end = part.get(open + 1..).and_then(|after| after.find(['{', '}'])).map(|end| open + 1 + end);
            let closed = end.filter(|end| part.as_bytes().get(open) == Some(&b'{') && part.as_bytes().get(*end) == Some(&b'}'));
            let Some(end) = closed else {
                return Err(wrong("a brace has no partner".into(), open..open + 1, "write a parameter as `{name}`"));
            };
            let span = open..end + 1;
            let inner = part.get(open + 1..end).unwrap_or_default();
            let name = inner.strip_prefix('*').unwrap_or(inner);
            if name.is_empty() || name.chars().any(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))) {
                let help = "a name has letters, digits, `_`, `-` and `.`";
                return Err(wrong(format!("`{name}` is not a parameter's name"), span, help));
            }
            if names.contains(&name) {
                return Err(wrong(format!("parameter `{name}` stands twice in a path"), span, "give it another name"));
            }
            names.push(name);
            if inner.starts_with('*') {
                if !is_last || span != (0..part.len()) {
                    let help = "put it at the end, after a slash";
                    return Err(wrong(format!("`{{{inner}}}` takes all the rest, but more follows"), span, help));
                }
                return Ok(Self::Rest);
            }
            if open == at && at > 0 {
                let help = "put a text between them";
                return Err(wrong(format!("parameter `{name}` touches the one before it"), span, help));
            }
            texts.push(text.to_owned());
            at = end + 1;
        }
        Ok(match &mut *texts {
            [text] => Self::Literal(std::mem::take(text)),
            [before, after] if before.is_empty() && after.is_empty() => Self::Param,
            _ => Self::Mixed(texts),
        })
    }

    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Param, Self::Literal(text)) => !text.is_empty(),
            (Self::Param, Self::Param | Self::Mixed(_)) => true,
            (Self::Mixed(texts), Self::Literal(text)) => match &**texts {
                [before, after] => {
                    text.len() > before.len() + after.len() && text.starts_with(&**before) && text.ends_with(&**after)
                }
                // Several parameters in one segment: not worth knowing better.
                _ => false,
            },
            (mine, theirs) => mine == theirs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(earlier: &str, later: &str) -> bool {
        Path::parse(earlier).unwrap().covers(&Path::parse(later).unwrap())
    }

    #[test]
    fn a_path_covers_what_it_takes_all_requests_of() {
        for (earlier, later) in [
            ("/a", "/a"),
            ("/{id}", "/a"),
            ("/{id}", "/{other}"),
            ("/{id}", "/{name}.json"),
            ("/{name}.json", "/a.json"),
            ("/{a}.json", "/{b}.json"),
            ("/{*rest}", "/"),
            ("/{*rest}", "/a/{b}/c"),
            ("/a/{*rest}", "/a/b/{*c}"),
        ] {
            assert!(covers(earlier, later), "{earlier} {later}");
        }
        for (earlier, later) in [
            ("/a", "/{id}"),
            ("/a", "/A"),
            ("/a", "/a/"),
            ("/{id}", "/"),
            ("/{id}", "/a/b"),
            ("/{name}.json", "/.json"),
            ("/{name}.json", "/{id}"),
            ("/a/{*rest}", "/a"),
            ("/{id}", "/{*rest}"),
        ] {
            assert!(!covers(earlier, later), "{earlier} {later}");
        }
    }
}
