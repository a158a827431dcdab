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
    pub(crate) help: &'static str,
}

// === impl Path ===

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub(crate) fn parse(text: &str) -> Result<Self, PathError> {
        let Some(inner) = text.strip_prefix('/') else {
            return Err(PathError::new("a path starts with `/`", 0..text.len(), "put one in front"));
        };
        if let Some(at) = text.find(['?', '#']) {
            let help = "leave it out: a route takes every query";
            return Err(PathError::new("a path has no query and no fragment", at..text.len(), help));
        }
        if let Some(at) = text.find(char::is_control) {
            return Err(PathError::new("a path has no control characters", at..at + 1, "leave it out"));
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
    /// Reads the segment that starts at byte `start` of its path; `names` are those of the parameters before it.
    fn parse<'a>(part: &'a str, start: usize, is_last: bool, names: &mut Vec<&'a str>) -> Result<Self, PathError> {
        let mut texts = vec![];
        let mut at = 0;
        while let Some(brace) = part.get(at..).and_then(|rest| rest.find(['{', '}'])) {
            let open = at + brace;
            let (inner, end) = parameter(part, open, names).map_err(|wrong| wrong.moved(start))?;
            if let Some(name) = inner.strip_prefix('*') {
                if is_last && open == 0 && end == part.len() {
                    return Ok(Self::Rest);
                }
                let message = format!("`{{*{name}}}` takes all the rest, but more follows");
                return Err(PathError::new(message, start + open..start + end, "put it at the end, after a slash"));
            }
            if open == at && at > 0 {
                let message = format!("parameter `{inner}` touches the one before it");
                return Err(PathError::new(message, start + open..start + end, "put a text between them"));
            }
            texts.push(part.get(at..open).unwrap_or_default().to_owned());
            at = end;
        }
        texts.push(part.get(at..).unwrap_or_default().to_owned());
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

/// Reads the parameter whose brace stands at `open`: what is between its braces, and where it ends.
fn parameter<'a>(part: &'a str, open: usize, names: &mut Vec<&'a str>) -> Result<(&'a str, usize), PathError> {
    let after = part.get(open + 1..).unwrap_or_default();
    let closed = after.find(['{', '}']).filter(|end| after.as_bytes().get(*end) == Some(&b'}'));
    let Some(length) = closed.filter(|_| part.as_bytes().get(open) == Some(&b'{')) else {
        return Err(PathError::new("a brace has no partner", open..open + 1, "write a parameter as `{name}`"));
    };
    let end = open + length + 2;
    let inner = after.get(..length).unwrap_or_default();
    let name = inner.strip_prefix('*').unwrap_or(inner);
    if name.is_empty() {
        return Err(PathError::new("a parameter has no name", open..end, "write a parameter as `{name}`"));
    }
    if name.chars().any(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))) {
        let message = format!("`{name}` is not a parameter's name");
        return Err(PathError::new(message, open..end, "a name has letters, digits, `_`, `-` and `.`"));
    }
    if names.contains(&name) {
        return Err(PathError::new(
            format!("parameter `{name}` stands twice in a path"),
            open..end,
            "give it another name",
        ));
    }
    names.push(name);
    Ok((inner, end))
}

// === impl PathError ===

impl PathError {
    fn new(message: impl Into<String>, span: Range<usize>, help: &'static str) -> Self {
        Self { message: message.into(), span, help }
    }

    /// The same, further on.
    fn moved(self, by: usize) -> Self {
        Self { span: self.span.start + by..self.span.end + by, ..self }
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
