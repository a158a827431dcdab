//! Follows a path's steps through a value.

use super::{
    JsonPathError,
    eval::Scope,
    expression::Expression,
    tokens::{Kind, Step},
};
use crate::Value;

/// One search.
pub(super) struct Trace<'d> {
    root: &'d Value,
    steps_left: u32,
}

/// Where the search is.
struct Place<'p> {
    value: Value,
    /// The name of the value in its parent; null at the root.
    name: Value,
    parent: Option<&'p Place<'p>>,
    /// Whether a step on the way may have found several.
    is_many: bool,
    /// Whether a name that is there counts before what else its text means.
    is_literal: bool,
}

enum Hit<'s> {
    Found {
        value: Value,
        is_many: bool,
    },
    /// The rest of the path goes on from the parent.
    Up(&'s [Step]),
}

type Hits<'s> = Result<Vec<Hit<'s>>, JsonPathError>;

// === impl Trace ===

impl<'d> Trace<'d> {
    pub(super) fn new(root: &'d Value, steps_left: u32) -> Self {
        Self { root, steps_left }
    }

    pub(super) fn run(mut self, steps: &[Step]) -> Result<Value, JsonPathError> {
        let value = self.root.clone();
        let start = Place { value, name: Value::Null, parent: None, is_many: false, is_literal: false };
        if let Some(Step { kind: Kind::Parent | Kind::Name, .. }) = steps.first() {
            return Err(JsonPathError("this._trace(...).filter is not a function".to_owned()));
        }
        let mut found = Vec::new();
        let mut are_many = false;
        for hit in self.follow(steps, &start)? {
            if let Hit::Found { value, is_many } = hit {
                are_many |= is_many;
                found.push(value);
            }
        }
        Ok(match found.len() {
            0 => Value::Undefined,
            1 if !are_many => found.pop().unwrap_or_default(),
            _ => Value::array(found),
        })
    }

    fn follow<'s>(&mut self, steps: &'s [Step], place: &Place<'_>) -> Hits<'s> {
        match steps.split_first() {
            None => Ok(vec![Hit::Found { value: place.value.clone(), is_many: place.is_many }]),
            Some((step, rest)) => self.follow_step(step, rest, place),
        }
    }

    fn follow_step<'s>(&mut self, step: &Step, rest: &'s [Step], place: &Place<'_>) -> Hits<'s> {
        let too_many = || JsonPathError("jsonPath: the path takes too many steps".to_owned());
        self.steps_left = self.steps_left.checked_sub(1).ok_or_else(too_many)?;
        // A step to the parent is for the caller, whose value that is.
        if matches!(step.kind, Kind::Parent) && !place.has_literal(step) {
            return Ok(vec![Hit::Up(rest)]);
        }
        let mut hits = Vec::new();
        for hit in self.take(step, rest, place)? {
            match hit {
                Hit::Up(rest) => hits.extend(self.follow(rest, place)?),
                found => hits.push(found),
            }
        }
        Ok(hits)
    }

    fn take<'s>(&mut self, step: &Step, rest: &'s [Step], place: &Place<'_>) -> Hits<'s> {
        if place.has_literal(step) {
            return self.enter(&step.text, rest, place, false);
        }
        match &step.kind {
            Kind::All => {
                self.walk(place, |trace, child| trace.follow(rest, &Place { is_many: true, is_literal: true, ..child }))
            }
            Kind::Descend => {
                let mut hits = self.follow(rest, &place.plain())?;
                hits.extend(self.walk(place, |trace, child| {
                    if !child.value.is_object_like() {
                        return Ok(Vec::new());
                    }
                    trace.follow_step(step, rest, &Place { is_many: true, ..child })
                })?);
                Ok(hits)
            }
            Kind::Parent => Ok(Vec::new()),
            Kind::Name => Ok(vec![Hit::Found { value: place.name.clone(), is_many: false }]),
            Kind::Root => self.follow(rest, &Place { parent: None, name: Value::Null, ..place.plain() }),
            Kind::Slice { start, end, step } => self.slice((*start, *end, *step), rest, place),
            Kind::Filter(expression) => self.walk(place, |trace, child| {
                if !trace.evaluate(expression, &child.value, &child.name, place)?.is_truthy() {
                    return Ok(Vec::new());
                }
                trace.follow(rest, &Place { is_many: true, ..child })
            }),
            Kind::Script(expression) => {
                let name = if place.parent.is_none() { Value::string("$") } else { place.name.clone() };
                match self.evaluate(expression, &place.value, &name, place)? {
                    Value::String(text) => self.follow_step(&Step::of(&text), rest, &place.plain()),
                    other => {
                        let name = other.to_text();
                        if place.own(&name).is_none() {
                            return Err(JsonPathError("loc.indexOf is not a function".to_owned()));
                        }
                        self.enter_as(&name, other, rest, place)
                    }
                }
            }
            Kind::Type(name) => {
                let value = place.value.clone();
                Ok(if is_of_type(&value, name) { vec![Hit::Found { value, is_many: false }] } else { Vec::new() })
            }
            Kind::Escaped(name) => self.enter(name, rest, place, true),
            Kind::Union(parts) => {
                let place = Place { is_many: true, ..place.plain() };
                let mut hits = Vec::new();
                for part in parts {
                    hits.extend(self.follow_step(part, rest, &place)?);
                }
                Ok(hits)
            }
            Kind::Property if place.is_literal => Ok(Vec::new()),
            Kind::Property => self.enter(&step.text, rest, place, true),
        }
    }

    /// Goes on with a property, if it is there.
    fn enter<'s>(&mut self, name: &str, rest: &'s [Step], place: &Place<'_>, is_literal: bool) -> Hits<'s> {
        let Some(value) = place.own(name) else { return Ok(Vec::new()) };
        let (is_many, name) = (place.is_many, Value::string(name));
        self.follow(rest, &Place { value, name, parent: Some(place), is_many, is_literal })
    }

    /// The same for a name that is no text, such as an index.
    fn enter_as<'s>(&mut self, name: &str, key: Value, rest: &'s [Step], place: &Place<'_>) -> Hits<'s> {
        let Some(value) = place.own(name) else { return Ok(Vec::new()) };
        let place = Place { value, name: key, parent: Some(place), is_many: place.is_many, is_literal: false };
        self.follow(rest, &place)
    }

    /// Goes on with every child.
    fn walk<'s>(&mut self, place: &Place<'_>, mut each: impl FnMut(&mut Self, Place<'_>) -> Hits<'s>) -> Hits<'s> {
        let mut hits = Vec::new();
        let child = |value: &Value, name| Place {
            value: value.clone(),
            name,
            parent: Some(place),
            is_many: place.is_many,
            is_literal: false,
        };
        match &place.value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    hits.extend(each(self, child(item, Value::Number(index as f64)))?);
                }
            }
            Value::Object(object) => {
                for (name, value) in object.iter() {
                    hits.extend(each(self, child(value, Value::String(name.clone())))?);
                }
            }
            _ => {}
        }
        Ok(hits)
    }

    /// Python's slice, but that an end of 0 is none.
    fn slice<'s>(&mut self, slice: (i64, i64, i64), rest: &'s [Step], place: &Place<'_>) -> Hits<'s> {
        let Value::Array(items) = &place.value else { return Ok(Vec::new()) };
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let bound = |at: i64| if at < 0 { at.saturating_add(length).max(0) } else { at.min(length) };
        let (start, end, step) = slice;
        let end = bound(if end == 0 { length } else { end });
        let step = usize::try_from(step.max(1)).unwrap_or(usize::MAX);
        let place = Place { is_many: true, ..place.plain() };
        let mut hits = Vec::new();
        for index in (bound(start)..end).step_by(step) {
            hits.extend(self.enter_as(&index.to_string(), Value::Number(index as f64), rest, &place)?);
        }
        Ok(hits)
    }

    fn evaluate(
        &self,
        expression: &Expression,
        value: &Value,
        name: &Value,
        place: &Place<'_>,
    ) -> Result<Value, JsonPathError> {
        let parent = place.parent.map_or(Value::Null, |parent| parent.value.clone());
        let scope = Scope { value, name, root: self.root, parent: &parent, parent_name: &place.name };
        scope.run(expression)
    }
}

// === impl Place ===

impl<'p> Place<'p> {
    /// The same place, where text means what it usually does.
    fn plain(&self) -> Place<'p> {
        Place { value: self.value.clone(), name: self.name.clone(), is_literal: false, ..*self }
    }

    fn has_literal(&self, step: &Step) -> bool {
        self.is_literal && self.own(&step.text).is_some()
    }

    fn own(&self, name: &str) -> Option<Value> {
        match self.value.property(name) {
            Value::Undefined => None,
            // What is false has no properties here, not even a length.
            _ if !self.value.is_truthy() => None,
            found => Some(found),
        }
    }
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "scalar" => !value.is_object_like() || matches!(value, Value::Null),
        "boolean" => matches!(value, Value::Bool(_)),
        "string" => matches!(value, Value::String(_)),
        "undefined" => matches!(value, Value::Undefined),
        "integer" => matches!(value, Value::Number(number) if number.is_finite() && number.fract() == 0.0),
        "number" => matches!(value, Value::Number(number) if number.is_finite()),
        "nonFinite" => matches!(value, Value::Number(number) if !number.is_finite()),
        "object" => value.is_object_like() && !matches!(value, Value::Null),
        "array" => matches!(value, Value::Array(_)),
        "null" => matches!(value, Value::Null),
        _ => false,
    }
}
