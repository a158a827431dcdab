//! What an expression gives of a value.

use super::{Failed, functions, parse::Node};
use crate::{Text, Value};

/// One search.
pub(super) struct Search<'d> {
    root: &'d Value,
    /// What `let` named, the innermost last.
    variables: Vec<(String, Value)>,
    visits_left: u32,
}

pub(super) type Found = Result<Value, Failed>;

// === impl Search ===

impl<'d> Search<'d> {
    pub(super) fn new(root: &'d Value, visits_left: u32) -> Self {
        Self { root, variables: Vec::new(), visits_left }
    }

    pub(super) fn visit(&mut self, node: &Node, value: &Value) -> Found {
        self.visits_left = self.visits_left.checked_sub(1).ok_or(Failed)?;
        Ok(match node {
            Node::Current => value.clone(),
            Node::Root => self.root.clone(),
            Node::Literal(literal) => literal.clone(),
            Node::Field(name) => match value {
                Value::Object(_) => defined(value.property(name)),
                _ => Value::Null,
            },
            Node::Variable(name) => {
                let found = self.variables.iter().rev().find(|(known, _)| known == name);
                found.map(|(_, value)| value.clone()).ok_or(Failed)?
            }
            Node::Index(index) => match value {
                Value::Array(items) => {
                    let at = if *index < 0.0 { items.len() as f64 + index } else { *index };
                    // Saturates below; what is beyond is not there.
                    if at < 0.0 { Value::Null } else { items.get(at as usize).cloned().map_or(Value::Null, defined) }
                }
                _ => Value::Null,
            },
            Node::Slice(parts) => slice(value, *parts)?,
            Node::Sub(left, right) => match self.visit(left, value)? {
                nothing if nothing.is_nullish() => Value::Null,
                found => defined(self.visit(right, &found)?),
            },
            Node::Then(left, right) => {
                let left = self.visit(left, value)?;
                self.visit(right, &left)?
            }
            Node::Each { of, take, takes_text } => match self.visit(of, value)? {
                text @ Value::String(_) if *takes_text => self.visit(take, &text)?,
                Value::Array(items) => self.each(items.iter(), take)?,
                _ => Value::Null,
            },
            Node::EachValue { of, take } => match self.visit(of, value)? {
                Value::Object(object) => self.each(object.iter().map(|(_, value)| value), take)?,
                _ => Value::Null,
            },
            Node::Filter { of, take, condition } => match self.visit(of, value)? {
                Value::Array(items) => {
                    let mut kept = Vec::new();
                    for item in items.iter() {
                        if !is_false(&self.visit(condition, item)?) {
                            kept.push(item);
                        }
                    }
                    self.each(kept.into_iter(), take)?
                }
                _ => Value::Null,
            },
            Node::Flatten(of) => match self.visit(of, value)? {
                Value::Array(items) => {
                    let mut flat = Vec::with_capacity(items.len());
                    for item in items.iter() {
                        match item {
                            Value::Array(inner) => flat.extend(inner.iter().cloned()),
                            other => flat.push(other.clone()),
                        }
                    }
                    Value::array(flat)
                }
                _ => Value::Null,
            },
            Node::List(nodes) => {
                Value::array(nodes.iter().map(|node| self.visit(node, value)).collect::<Result<_, _>>()?)
            }
            Node::Object(members) => {
                let mut found = Vec::with_capacity(members.len());
                for (name, node) in members {
                    found.push((Text::from(name.as_str()), self.visit(node, value)?));
                }
                Value::object(found)
            }
            Node::Or(left, right) => match self.visit(left, value)? {
                nothing if is_false(&nothing) => self.visit(right, value)?,
                found => found,
            },
            Node::And(left, right) => match self.visit(left, value)? {
                nothing if is_false(&nothing) => nothing,
                _ => self.visit(right, value)?,
            },
            Node::Not(of) => Value::Bool(is_false(&self.visit(of, value)?)),
            Node::Ternary(condition, yes, no) => {
                let branch = if is_false(&self.visit(condition, value)?) { no } else { yes };
                self.visit(branch, value)?
            }
            Node::Compare(sign, left, right) => compare(sign, &self.visit(left, value)?, &self.visit(right, value)?),
            Node::Arithmetic(sign, left, right) => {
                let (left, right) = (self.visit(left, value)?, self.visit(right, value)?);
                Value::Number(calculate(sign, number(&left)?, number(&right)?)?)
            }
            Node::Sign { negates, of } => {
                let number = number(&self.visit(of, value)?)?;
                Value::Number(if *negates { -number } else { number })
            }
            Node::Call(name, arguments) => functions::call(self, name, arguments, value)?,
            Node::Reference(_) | Node::Binding(..) => return Err(Failed),
            Node::Let(bindings, within) => {
                let before = self.variables.len();
                for binding in bindings {
                    let Node::Binding(name, node) = binding else { return Err(Failed) };
                    let bound = self.visit(node, value)?;
                    self.variables.push((name.clone(), bound));
                }
                let found = self.visit(within, value);
                self.variables.truncate(before);
                found?
            }
        })
    }

    /// What is taken of each, nothing left out.
    fn each<'v>(&mut self, items: impl Iterator<Item = &'v Value>, take: &Node) -> Found {
        let mut found = Vec::new();
        for item in items {
            match self.visit(take, item)? {
                Value::Null => {}
                taken => found.push(taken),
            }
        }
        Ok(Value::array(found))
    }
}

fn defined(value: Value) -> Value {
    if value.is_nullish() { Value::Null } else { value }
}

/// What counts as nothing: `null`, `false`, and what is empty. Zero is something.
pub(super) fn is_false(value: &Value) -> bool {
    match value {
        Value::Number(_) => false,
        Value::Array(items) => items.is_empty(),
        Value::Object(object) => object.is_empty(),
        other => !other.is_truthy(),
    }
}

fn compare(sign: &str, left: &Value, right: &Value) -> Value {
    match (sign, left, right) {
        ("==", ..) => Value::Bool(left.deep_eq(right)),
        ("!=", ..) => Value::Bool(!left.deep_eq(right)),
        (sign, Value::Number(left), Value::Number(right)) => Value::Bool(match sign {
            ">" => left > right,
            ">=" => left >= right,
            "<" => left < right,
            _ => left <= right,
        }),
        _ => Value::Null,
    }
}

fn calculate(sign: &str, left: f64, right: f64) -> Result<f64, Failed> {
    let divisor = || if right == 0.0 || right.is_nan() { Err(Failed) } else { Ok(right) };
    Ok(match sign {
        "+" => left + right,
        "-" => left - right,
        "*" | "\u{d7}" => left * right,
        "/" => left / divisor()?,
        "//" => (left / divisor()?).floor(),
        _ => left % right,
    })
}

pub(super) fn number(value: &Value) -> Result<f64, Failed> {
    if let Value::Number(number) = value { Ok(*number) } else { Err(Failed) }
}

/// Python's slice, of an array or of a text's characters.
fn slice(value: &Value, [start, stop, step]: [Option<f64>; 3]) -> Found {
    let (items, is_text): (Vec<Value>, bool) = match value {
        Value::Array(items) => (items.to_vec(), false),
        Value::String(text) => {
            (text.chars().map(|c| Value::string(c.encode_utf8(&mut [0; 4]) as &str)).collect(), true)
        }
        _ => return Ok(Value::Null),
    };
    let length = items.len() as i64;
    // Saturates, where no array is as long.
    let whole = |number: f64| number as i64;
    let step = step.map_or(1, whole);
    if step == 0 {
        return Err(Failed);
    }
    let is_back = step < 0;
    let bound = |at: i64| match at {
        at if at < 0 && at.saturating_add(length) < 0 => {
            if is_back {
                -1
            } else {
                0
            }
        }
        at if at < 0 => at + length,
        at if at >= length => {
            if is_back {
                length - 1
            } else {
                length
            }
        }
        at => at,
    };
    let start = start.map_or(if is_back { length - 1 } else { 0 }, |start| bound(whole(start)));
    let stop = stop.map_or(if is_back { -1 } else { length }, |stop| bound(whole(stop)));
    let mut taken = Vec::new();
    let mut at = start;
    while if is_back { at > stop } else { at < stop } {
        taken.extend(usize::try_from(at).ok().and_then(|at| items.get(at).cloned()));
        at = at.saturating_add(step);
    }
    if !is_text {
        return Ok(Value::array(taken));
    }
    Ok(Value::string(taken.iter().map(|c| c.to_text().as_str().to_owned()).collect::<String>()))
}
