//! Patterns: `{{person.firstName}} of {{location.city}}`, as `helpers.fake` fills them in, and expressions within them.

use crate::{
    Error, Value,
    data::{Node, Object},
    faker::{self, Faker},
    json,
    method::{self, Found},
};

/// What an expression has reached so far.
#[derive(Clone)]
enum Thing {
    /// `faker` itself.
    Faker,
    /// `faker.definitions`.
    Definitions,
    /// `faker.definitions.module`, which refuses what it has not.
    Module(String, Option<Object>),
    /// `faker.module`.
    Methods(&'static str),
    Method(Found),
    /// `faker.defaultRefDate`.
    Now,
    Node(Node),
    Value(Value),
}

// === impl Faker ===

impl Faker<'_> {
    /// Fills in a pattern of the tables, or one of several.
    pub(crate) fn fake_node(&mut self, pattern: Node) -> Result<String, Error> {
        let pattern = match pattern {
            Node::Text(text) => text,
            other => self.pick_text(Some(other))?,
        };
        self.fake(pattern)
    }

    /// Fills in a pattern: the first expression, then the first one of what that gives, until there is none.
    pub(crate) fn fake(&mut self, pattern: &str) -> Result<String, Error> {
        self.nested(|faker| {
            let mut text = pattern.to_owned();
            // Nothing before this begins an expression.
            let mut from = 0;
            while let Some((start, end)) = expression(&text, from) {
                faker.spend(1 + text.len() / 16)?;
                let inner = text.get(start + 2..end + 2).unwrap_or_default();
                let inner = inner.replacen("}}", "", 1).replacen("{{", "", 1);
                let value = faker.evaluate(&inner)?;
                text.replace_range(start..end + 2, &value.to_text());
                // A brace left before may begin an expression with what came; the step back keeps to whole characters.
                from = start.saturating_sub(2);
                while !text.is_char_boundary(from) {
                    from -= 1;
                }
            }
            Ok(text)
        })
    }

    /// What an expression gives, beginning at both the methods and the tables; methods go first.
    fn evaluate(&mut self, expression: &str) -> Result<Value, Error> {
        if expression.is_empty() {
            return Err(Error::faker("Eval expression cannot be empty."));
        }
        let mut things = vec![Thing::Faker, Thing::Node(Node::Object(self.tables()))];
        let mut rest = expression;
        while !rest.is_empty() && !things.is_empty() {
            let (reached, behind) =
                if rest.starts_with('(') { self.apply(rest, things)? } else { self.resolve(rest, things)? };
            rest = behind;
            things = Vec::with_capacity(reached.len());
            for thing in reached {
                if let Some(thing) = self.settled(thing)? {
                    things.push(thing);
                }
            }
        }
        match things.into_iter().next() {
            None => Err(Error::faker(format!("Cannot resolve expression '{expression}'"))),
            Some(Thing::Method(method)) => method.call(self, &[]),
            Some(Thing::Now) => Ok(self.now()),
            Some(Thing::Value(value)) => Ok(value),
            Some(Thing::Node(node)) => Ok(node.to_value()),
            Some(_) => Ok(Value::Object(Vec::new())),
        }
    }

    /// Drops what is nothing, and takes one of an array's items.
    fn settled(&mut self, thing: Thing) -> Result<Option<Thing>, Error> {
        Ok(match thing {
            Thing::Node(Node::Null) | Thing::Value(Value::Undefined | Value::Null) => None,
            Thing::Node(array @ Node::Array(_)) => {
                Some(self.pick_node(Some(array))?.map_or(Thing::Value(Value::Undefined), Thing::Node))
            }
            Thing::Value(Value::Array(items)) => {
                let index = self.index(items.len())?;
                Some(Thing::Value(items.into_iter().nth(index).unwrap_or_default()))
            }
            thing => Some(thing),
        })
    }

    /// A call: what follows it, and what each thing gives for its arguments.
    fn apply<'t>(&mut self, rest: &'t str, things: Vec<Thing>) -> Result<(Vec<Thing>, &'t str), Error> {
        let (end, args) = arguments(rest)?;
        let behind = rest.get(end + 1..).unwrap_or_default();
        let behind = match behind.chars().next() {
            None | Some('(') => behind,
            Some('.') => behind.get(1..).unwrap_or_default(),
            Some(other) => {
                return Err(Error::faker(format!(
                    "Expected dot ('.'), open parenthesis ('('), or nothing after function call but got '{other}'"
                )));
            }
        };
        let mut reached = Vec::with_capacity(things.len());
        for thing in things {
            reached.push(match thing {
                Thing::Method(method) => Thing::Value(self.nested(|faker| method.call(faker, &args))?),
                Thing::Now => Thing::Value(self.now()),
                thing => thing,
            });
        }
        Ok((reached, behind))
    }

    /// A name: what follows it, and what each thing has by that name.
    fn resolve<'t>(&mut self, rest: &'t str, things: Vec<Thing>) -> Result<(Vec<Thing>, &'t str), Error> {
        let end = rest.find(['.', '(']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        if name.is_empty() {
            return Err(Error::faker(format!("Expression parts cannot be empty in '{rest}'")));
        }
        let behind = match behind.strip_prefix('.') {
            Some(next) if next.is_empty() || next.starts_with(['.', '(']) => {
                return Err(Error::faker(format!("Found dot without property name in '{rest}'")));
            }
            Some(next) => next,
            None => behind,
        };
        let mut reached = Vec::with_capacity(things.len());
        for thing in things {
            if let Some(member) = self.member(thing, name)? {
                reached.push(member);
            }
        }
        Ok((reached, behind))
    }

    /// What a thing has by a name; a method is called first.
    fn member(&mut self, thing: Thing, name: &str) -> Result<Option<Thing>, Error> {
        Ok(match thing {
            Thing::Faker => match name {
                "definitions" => Some(Thing::Definitions),
                "rawDefinitions" => Some(Thing::Node(Node::Object(self.tables()))),
                "defaultRefDate" => Some(Thing::Now),
                name => method::find_module(name).map(|(module, _)| Thing::Methods(module)),
            },
            Thing::Definitions => {
                let module = match self.tables().get(name) {
                    Some(Node::Object(module)) => Some(module),
                    _ => None,
                };
                Some(Thing::Module(name.to_owned(), module))
            }
            Thing::Module(module, tables) => match tables.and_then(|tables| tables.get(name)) {
                Some(node) if !matches!(node, Node::Null) => Some(Thing::Node(node)),
                _ => return Err(Error::faker(faker::missing(&module, name))),
            },
            Thing::Methods(module) => method::find_in(module, name).map(Thing::Method),
            Thing::Method(method) => match self.nested(|faker| method.call(faker, &[])) {
                Ok(value) => Some(Thing::Value(member_of(&value, name))),
                Err(error @ Error::Limit(_)) => return Err(error),
                Err(_) => None,
            },
            Thing::Now => None,
            Thing::Node(node) => node.get(name).map(Thing::Node),
            Thing::Value(value) => Some(Thing::Value(member_of(&value, name))),
        })
    }
}

/// A member, but of objects only.
fn member_of(value: &Value, name: &str) -> Value {
    if value.type_name() == "object" { value.get(name) } else { Value::Undefined }
}

/// Where the first expression begins and where its `}}` does.
fn expression(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut from = from;
    loop {
        let start = from + text.get(from..)?.find("{{")?;
        if text.as_bytes().get(start + 2).is_some_and(u8::is_ascii_lowercase) {
            let end = start + text.get(start..)?.find("}}")?;
            return Some((start, end));
        }
        from = start + 1;
    }
}

/// The arguments of a call that begins at a text's start, and where its `)` is: JSON, or else one text.
fn arguments(text: &str) -> Result<(usize, Vec<Value>), Error> {
    let mut end = find_from(text, 1).ok_or_else(|| Error::faker(format!("Missing closing parenthesis in '{text}'")))?;
    loop {
        let inner = text.get(1..end).unwrap_or_default();
        if let Some(Value::Array(items)) = json::read(&format!("[{inner}]")) {
            return Ok((end, items));
        }
        if !inner.contains(['\'', '"'])
            && let Some(Value::Array(items)) = json::read(&format!("[\"{inner}\"]"))
        {
            return Ok((end, items));
        }
        match find_from(text, end + 1) {
            Some(next) => end = next,
            None => break,
        }
    }
    // The last one.
    let inner = text.get(1..end).unwrap_or_default();
    Ok((end, vec![Value::from(inner)]))
}

fn find_from(text: &str, from: usize) -> Option<usize> {
    Some(from + text.get(from..)?.find(')')?)
}
