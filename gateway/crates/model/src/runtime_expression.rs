//! OpenAPI's runtime expressions: texts that name parts of a request and its answer, of which the URLs of callbacks are made
//! (OpenAPI 3.1.1, sections 4.8.18.4 and 4.8.20.4; the grammar is the same from 3.0.3 to 3.2.0).

use std::sync::Arc;

/// A text in which expressions stand: `{$request.body#/url}/data?id={$response.body#/id}`, `$request.query.callback`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuntimeText {
    /// As written.
    source: Arc<str>,
    parts: Vec<Part>,
}

/// A piece of such a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// This text.
    Literal(Arc<str>),
    /// What an expression yields.
    Expression(RuntimeExpression),
}

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuntimeExpression {
    /// `$url`: the request's URL, with its query.
    Url,
    /// `$method`: the request's method.
    Method,
    /// `$statusCode`: the answer's status.
    StatusCode,
    /// `$request.…`: a part of the request.
    Request(Source),
    /// `$response.…`: a part of the answer; its sources are header fields and the content.
    Response(Source),
}

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `header.NAME`: a header field, whatever the case of its name.
    Header(Arc<str>),
    /// `query.NAME`: the first value of a query parameter.
    Query(Arc<str>),
    /// `path.NAME`: a path parameter.
    Path(Arc<str>),
    /// `body`: the whole content, or `body#/POINTER`: a part of it by a JSON Pointer (RFC 6901), here without the `#`. Absent,
    /// or empty: the whole.
    Body(Option<Arc<str>>),
}

/// Why a text is no runtime expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct RuntimeExpressionError {
    /// Where: bytes of the text, from and to.
    pub span: (usize, usize),
    /// What is wrong, and what is meant perhaps.
    pub what: String,
}

// === impl RuntimeText ===

impl RuntimeText {
    /// Reads a text: an expression by itself where it begins with `$`, else a text with expressions in braces.
    ///
    /// # Errors
    /// When something in braces is no expression, or a brace is not closed.
    pub fn parse(text: &str) -> Result<Self, RuntimeExpressionError> {
        let source = Arc::from(text);
        if text.starts_with('$') {
            return Ok(Self { source, parts: vec![Part::Expression(RuntimeExpression::parse(text, 0)?)] });
        }
        let (mut parts, mut at) = (vec![], 0);
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let Some((literal, inner)) = rest.split_once('{') else {
                parts.push(Part::Literal(rest.into()));
                break;
            };
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.into()));
            }
            let start = at + literal.len() + 1;
            let Some((expression, _)) = inner.split_once('}') else {
                let what = format!("`{{{inner}` has no closing `}}`");
                return Err(RuntimeExpressionError { span: (start - 1, text.len()), what });
            };
            parts.push(Part::Expression(RuntimeExpression::parse(expression, start)?));
            at = start + expression.len() + 1;
        }
        Ok(Self { source, parts })
    }

    /// As it was written.
    pub fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// Its pieces, in order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whether it speaks of the answer.
    pub fn reads_response(&self) -> bool {
        self.parts.iter().any(|part| {
            matches!(part, Part::Expression(RuntimeExpression::StatusCode | RuntimeExpression::Response(_)))
        })
    }
}

// === impl RuntimeExpression ===

impl RuntimeExpression {
    /// Reads an expression that stands at a byte of a text.
    fn parse(text: &str, at: usize) -> Result<Self, RuntimeExpressionError> {
        let wrong = |what: String| RuntimeExpressionError { span: (at, at + text.len()), what };
        match text {
            "$url" => return Ok(Self::Url),
            "$method" => return Ok(Self::Method),
            "$statusCode" => return Ok(Self::StatusCode),
            _ => {}
        }
        if let Some(source) = text.strip_prefix("$request.") {
            return Ok(Self::Request(Source::parse(source).map_err(wrong)?));
        }
        if let Some(source) = text.strip_prefix("$response.") {
            return match Source::parse(source).map_err(wrong)? {
                Source::Query(_) | Source::Path(_) => {
                    Err(wrong(format!("`{text}`: an answer has no query and no path")))
                }
                source => Ok(Self::Response(source)),
            };
        }
        let meant = match text.strip_prefix('$') {
            None if text.starts_with("request.") || text.starts_with("response.") => format!(": write `${text}`"),
            _ => ": `$url`, `$method`, `$statusCode`, `$request.…` and `$response.…` are".into(),
        };
        Err(wrong(format!("`{text}` is no runtime expression{meant}")))
    }
}

// === impl Source ===

impl Source {
    fn parse(text: &str) -> Result<Self, String> {
        if text == "body" {
            return Ok(Self::Body(None));
        }
        if let Some(pointer) = text.strip_prefix("body#") {
            return match pointer.is_empty() || pointer.starts_with('/') {
                true => Ok(Self::Body((!pointer.is_empty()).then(|| pointer.into()))),
                false => Err(format!("`{pointer}` is no JSON Pointer: it begins with `/`")),
            };
        }
        let (kind, name) = text.split_once('.').unwrap_or((text, ""));
        let made: fn(Arc<str>) -> Self = match kind {
            "header" => Self::Header,
            "query" => Self::Query,
            "path" => Self::Path,
            _ => return Err(format!("`{text}` is no part of a message: `header.`, `query.`, `path.` and `body` are")),
        };
        let is_name = match kind {
            "header" => http::HeaderName::try_from(name).is_ok(),
            _ => !name.is_empty(),
        };
        if is_name { Ok(made(name.into())) } else { Err(format!("`{text}` needs a name: `{kind}.NAME`")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sole(text: &str) -> RuntimeExpression {
        match RuntimeText::parse(text).unwrap().parts() {
            [Part::Expression(expression)] => expression.clone(),
            parts => panic!("{parts:?}"),
        }
    }

    #[test]
    fn an_expression_stands_alone_or_in_braces() {
        let query = RuntimeExpression::Request(Source::Query("a.b}".into()));
        assert_eq!(sole("$request.query.a.b}"), query);
        assert_eq!(sole("{$url}"), RuntimeExpression::Url);
        assert_eq!(sole("{$request.body#/a~1b/0}"), RuntimeExpression::Request(Source::Body(Some("/a~1b/0".into()))));
        assert_eq!(sole("$response.header.Location"), RuntimeExpression::Response(Source::Header("Location".into())));
        assert_eq!(sole("$response.body#"), RuntimeExpression::Response(Source::Body(None)));
    }

    #[test]
    fn a_text_may_hold_several() {
        let text = RuntimeText::parse("http://x/{$method}?a={$statusCode}&b").unwrap();
        assert_eq!(text.parts().len(), 5);
        assert!(text.reads_response());
        assert_eq!(RuntimeText::parse("http://x").unwrap().parts(), [Part::Literal("http://x".into())]);
    }

    #[test]
    fn what_is_none_says_what_is_meant() {
        let wrong = |text: &str| RuntimeText::parse(text).unwrap_err();
        assert!(wrong("{request.body#/a}").what.contains("write `$request.body#/a`"));
        assert_eq!(wrong("x/{$nothing}/y").span, (3, 11));
        assert!(wrong("{$request.body#a}").what.contains("JSON Pointer"));
        assert!(wrong("{$response.query.a}").what.contains("no query"));
        assert!(wrong("{$request.header.}").what.contains("needs a name"));
        assert!(wrong("a{$url").what.contains("no closing"));
    }
}
