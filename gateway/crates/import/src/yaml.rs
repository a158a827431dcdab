//! YAML as JSON with places: the core schema of YAML 1.2, as the `yaml` package of npm reads it.

use std::{collections::HashMap, ops::Range, sync::Arc};

use ringback_diag::Diagnostic;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};

use crate::json::{Member, Node, Value, number_text};

mod write;

/// Deepest nesting: what JSON documents may have too.
const DEPTH_MAX: usize = 512;
/// Most values that aliases may add: a few lines of them can mean more than a machine holds.
const ALIASED_MAX: usize = 100_000;
/// Most values that have an anchor, those within counted for each: they are kept for aliases.
const ANCHORED_MAX: usize = 1_000_000;

/// What YAML is read into.
pub(crate) trait Build {
    /// A value with its place, which aliases copy.
    type Node: Clone;
    /// Makes a scalar. `is_plain`: it has neither quotes nor a tag, so that it may be another thing than text.
    fn scalar(text: &str, is_plain: bool, span: Range<usize>) -> Self::Node;
    /// Makes a list.
    fn sequence(elements: Vec<Self::Node>, span: Range<usize>) -> Self::Node;
    /// Makes an object of keys and values.
    fn mapping(members: Vec<(Self::Node, Self::Node)>, span: Range<usize>) -> Self::Node;
}

/// Keys and values.
type Members<N> = Vec<(N, N)>;

/// Reads the first document of a text as JSON with places.
///
/// # Errors
/// When it is not YAML, or too deep: what and where.
pub(crate) fn parse(file: &Arc<str>, text: &str) -> Result<Node, Diagnostic> {
    parse_as::<Json>(file, text)
}

/// Reads the first document of a text.
///
/// # Errors
/// When it is not YAML, or too deep: what and where.
pub(crate) fn parse_as<B: Build>(file: &Arc<str>, text: &str) -> Result<B::Node, Diagnostic> {
    let mut reader = Reader::<B> {
        file,
        parser: Parser::new_from_str(text),
        places: Places::new(text),
        anchors: HashMap::new(),
        made: 0,
        aliased: 0,
        anchored: 0,
    };
    loop {
        match reader.next()? {
            Some((Event::StreamStart | Event::DocumentStart(_), _)) => {}
            Some((Event::StreamEnd | Event::DocumentEnd, _)) | None => {
                let message = "this is not YAML: the file is empty";
                return Err(Diagnostic::error(message).at(file, 0..0).help("name an OpenAPI description"));
            }
            Some((event, span)) => return reader.value(event, span, 0),
        }
    }
}

struct Reader<'t, B: Build> {
    file: &'t Arc<str>,
    parser: Parser<'t, StrInput<'t>>,
    places: Places<'t>,
    /// By number: the value, and how many it is made of.
    anchors: HashMap<usize, (B::Node, usize)>,
    /// How many values there are, those of aliases included.
    made: usize,
    /// How many values aliases have added.
    aliased: usize,
    /// How many values have an anchor, their own included.
    anchored: usize,
}

impl<'t, B: Build> Reader<'t, B> {
    fn next(&mut self) -> Result<Option<(Event<'t>, Span)>, Diagnostic> {
        let event = self.parser.next_event().transpose();
        event.map_err(|error| self.broken(&error))
    }

    fn broken(&mut self, error: &ScanError) -> Diagnostic {
        let at = self.places.byte(error.marker().index());
        self.refusal(at..at, error.info())
    }

    fn refusal(&self, place: Range<usize>, why: &str) -> Diagnostic {
        Diagnostic::error(format!("this is not YAML that can be read: {why}")).at(self.file, place)
    }

    /// The value that an event begins.
    fn value(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<B::Node, Diagnostic> {
        let start = self.places.byte(span.start.index());
        if depth > DEPTH_MAX {
            return Err(self.refusal(start..start, "maximum nesting depth exceeded"));
        }
        let before = self.made;
        let (node, anchor) = match event {
            Event::Alias(anchor) => return self.alias(anchor, start),
            Event::Scalar(text, style, anchor, tag) => {
                let is_plain = style == ScalarStyle::Plain && tag.is_none();
                let end = self.places.byte(span.end.index()).max(start + 1);
                (B::scalar(&text, is_plain, start..end), anchor)
            }
            Event::SequenceStart(anchor, _) => (B::sequence(self.sequence(depth)?, start..start + 1), anchor),
            Event::MappingStart(anchor, _) => (B::mapping(self.mapping(depth)?, start..start + 1), anchor),
            _ => (B::scalar("", true, start..start + 1), 0),
        };
        self.made += 1;
        if anchor != 0 {
            let weight = self.made - before;
            self.anchored = self.anchored.saturating_add(weight);
            if self.anchored > ANCHORED_MAX {
                return Err(self.refusal(start..start, "its anchors hold too much"));
            }
            self.anchors.insert(anchor, (node.clone(), weight));
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, place: usize) -> Result<B::Node, Diagnostic> {
        let found = self.anchors.get(&anchor).cloned();
        let (node, weight) = found.ok_or_else(|| self.refusal(place..place, "an alias without its anchor"))?;
        self.aliased = self.aliased.saturating_add(weight);
        if self.aliased > ALIASED_MAX {
            return Err(self.refusal(place..place, "its aliases stand for too much"));
        }
        self.made += weight;
        Ok(node)
    }

    fn sequence(&mut self, depth: usize) -> Result<Vec<B::Node>, Diagnostic> {
        let mut elements = vec![];
        loop {
            match self.next()? {
                Some((Event::SequenceEnd, _)) | None => return Ok(elements),
                Some((event, span)) => elements.push(self.value(event, span, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Members<B::Node>, Diagnostic> {
        let mut members = vec![];
        loop {
            let key = match self.next()? {
                Some((Event::MappingEnd, _)) | None => return Ok(members),
                Some((event, span)) => self.value(event, span, depth + 1)?,
            };
            let Some((event, span)) = self.next()? else { return Ok(members) };
            members.push((key, self.value(event, span, depth + 1)?));
        }
    }
}

/// JSON with places.
struct Json;

impl Build for Json {
    type Node = Node;

    fn scalar(text: &str, is_plain: bool, span: Range<usize>) -> Node {
        Node { value: if is_plain { plain(text) } else { Value::String(text.into()) }, span }
    }

    fn sequence(elements: Vec<Node>, span: Range<usize>) -> Node {
        Node { value: Value::Array(elements), span }
    }

    fn mapping(members: Vec<(Node, Node)>, span: Range<usize>) -> Node {
        let member = |(key, node): (Node, Node)| Member { name: key_text(&key), span: key.span, node };
        Node { value: Value::Object(members.into_iter().map(member).collect()), span }
    }
}

/// A key as JavaScript makes a property's name of it.
fn key_text(key: &Node) -> String {
    match &key.value {
        Value::String(text) => text.to_string(),
        Value::Number(number) => number_text(*number),
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Array(_) | Value::Object(_) => key.to_text(false),
    }
}

/// A scalar without quotes (YAML 1.2, section 10.3.2).
pub(crate) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Value::Number(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Value::Number(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Value::Number(f64::NAN),
        _ => {}
    }
    let radix = [("0x", 16), ("0o", 8)].into_iter().find_map(|(mark, radix)| {
        let digits = text.strip_prefix(mark)?;
        let is_number = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
        is_number.then(|| u64::from_str_radix(digits, radix).ok()).flatten()
    });
    let decimal = || {
        let is_number = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
        text.parse::<f64>().ok().filter(|_| is_number)
    };
    match radix.map(|whole| whole as f64).or_else(decimal) {
        Some(number) => Value::Number(number),
        None => Value::String(text.into()),
    }
}

/// Where characters, by number, stand in a text. They are asked for in their order.
struct Places<'t> {
    rest: std::str::Chars<'t>,
    character: usize,
    byte: usize,
}

impl<'t> Places<'t> {
    fn new(text: &'t str) -> Self {
        Self { rest: text.chars(), character: 0, byte: 0 }
    }

    /// The byte at which a character begins; one that was passed stands where the last one asked for does.
    fn byte(&mut self, character: usize) -> usize {
        while self.character < character
            && let Some(c) = self.rest.next()
        {
            self.character += 1;
            self.byte += c.len_utf8();
        }
        self.byte
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> String {
        parse(&"x.yaml".into(), text).map_or_else(|error| error.message, |node| node.to_text(false))
    }

    #[test]
    fn yaml_says_what_json_says() {
        assert_eq!(
            json("a: 1\nb: [x, 'y', \"z\\n\"]\n200: {c: ~, d: yes, e: true}\n"),
            r#"{"a":1,"b":["x","y","z\n"],"200":{"c":null,"d":"yes","e":true}}"#
        );
        assert_eq!(
            json("- 0x1F\n- 0o17\n- 1.50\n- 3.0.1\n- 2019-01-01\n- -1e3\n- '1'\n- 017\n- .5\n"),
            r#"[31,15,1.5,"3.0.1","2019-01-01",-1000,"1",17,0.5]"#
        );
        assert_eq!(json("a: &x {b: 1}\nc: *x\n<<: *x\n"), r#"{"a":{"b":1},"c":{"b":1},"<<":{"b":1}}"#);
        assert_eq!(json("a: |\n  x\n  y\nb: >-\n  x\n  y\n"), r#"{"a":"x\ny\n","b":"x y"}"#);
        assert!(json("a: [").starts_with("this is not YAML"));
        assert!(json("").starts_with("this is not YAML"));
    }

    #[test]
    fn places_are_counted_in_bytes() {
        let node = parse(&"x.yaml".into(), "é: é\nb: c\n").unwrap();
        assert_eq!(node.get("b").unwrap().span, 10..11);
    }

    #[test]
    fn aliases_and_nesting_are_bounded() {
        let bomb =
            (1..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| format!("{text}a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1));
        assert!(json(&bomb).contains("aliases"));
        assert!(json(&"[".repeat(10_000)).starts_with("this is not YAML"));
    }
}
