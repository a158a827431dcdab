//! Expressions.

use std::{ops::Range, sync::Arc};

use super::{Evaluated, Run};
use crate::{
    ScriptError,
    ast::{Access, Binary, Expression, ExpressionKind, Part, Unary},
    classes,
    heap::ScopeId,
    host, lists, numbers, operators,
    value::{HostObject, Value},
};

impl Run<'_> {
    /// An expression's value.
    pub(crate) fn value(&mut self, expression: &Expression, scope: ScopeId) -> Evaluated {
        self.heap.enter(&expression.span)?;
        let value = self.evaluate(expression, scope);
        self.heap.leave();
        value
    }

    fn evaluate(&mut self, expression: &Expression, scope: ScopeId) -> Evaluated {
        use ExpressionKind as Kind;
        let span = &expression.span;
        Ok(match &*expression.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Int(number) => Value::Int(*number),
            Kind::Decimal(number) => Value::Decimal(*number),
            Kind::Double(number) => Value::Double(*number),
            Kind::Text(text) => Value::Text(text.clone()),
            Kind::Template(parts) => self.template(parts, scope)?,
            Kind::Pattern { pattern, flags } => {
                let compiled = regress::Regex::with_flags(pattern, &**flags);
                let compiled = compiled.map_err(|error| ScriptError::new(span.clone(), error.to_string()))?;
                Value::Pattern(Arc::new(compiled), pattern.clone())
            }
            Kind::List(elements) => {
                let elements = self.values(elements, scope)?;
                self.heap.new_list(elements)
            }
            Kind::Map(members) => {
                let map = self.heap.new_map(vec![]);
                for (name, value) in members {
                    let name = self.value(name, scope)?;
                    let (name, value) = (self.print(&name), self.value(value, scope)?);
                    if let Value::Map(map) = map {
                        self.heap.set_member(map, name.into(), value);
                    }
                }
                map
            }
            Kind::Range { from, to, exclusive } => {
                let (from, to) = (self.value(from, scope)?, self.value(to, scope)?);
                let ends = (ordinal(&from), ordinal(&to), matches!((&from, &to), (Value::Int(_), Value::Int(_))));
                let (Some(from), Some(to), is_whole) = ends else {
                    return Err(ScriptError::new(span.clone(), "a range needs whole numbers, or single letters"));
                };
                let to = if *exclusive { to.saturating_sub(1) } else { to };
                if to.saturating_sub(from) > 100_000 {
                    return Err(ScriptError::new(span.clone(), "this range is too long"));
                }
                let letter =
                    |code: i64| Value::option(u32::try_from(code).ok().and_then(char::from_u32).map(String::from));
                let elements = (from..=to).map(|n| if is_whole { Value::Int(n) } else { letter(n) }).collect();
                self.heap.new_list(elements)
            }
            Kind::Name(name) => self.named(name, scope, span)?,
            Kind::Member { object, name, access } => {
                let object = self.value(object, scope)?;
                self.member(&object, name, *access, span)?
            }
            Kind::Index { object, index } => {
                let (object, index) = (self.value(object, scope)?, self.value(index, scope)?);
                self.element(&object, &index)
            }
            Kind::Call { callee, arguments } => self.call(callee, arguments, scope, span)?,
            Kind::Method { object, name, arguments, access } => {
                let object = self.value(object, scope)?;
                let arguments = self.values(arguments, scope)?;
                self.reach(&object, name, arguments, *access, span)?
            }
            Kind::New { class, arguments } => {
                let arguments = self.values(arguments, scope)?;
                classes::new(self, class, arguments, span)?
            }
            Kind::Unary { operator, operand } => {
                let operand = self.value(operand, scope)?;
                self.unary(*operator, &operand, span)?
            }
            Kind::Binary { operator: Binary::Append, left, right } => {
                let (left, right) = (self.value(left, scope)?, self.value(right, scope)?);
                self.reach(&left, "add", vec![right], Access::Plain, span)?;
                left
            }
            Kind::Binary { operator, left, right } => {
                let (left, right) = (self.value(left, scope)?, self.value(right, scope)?);
                self.binary(*operator, &left, &right, span)?
            }
            Kind::And(left, right) => {
                let left = self.value(left, scope)?;
                if self.is_true(&left) { self.logical(right, scope)? } else { self.short(left) }
            }
            Kind::Or(left, right) => {
                let left = self.value(left, scope)?;
                if self.is_true(&left) { self.short(left) } else { self.logical(right, scope)? }
            }
            Kind::Elvis(left, right) => {
                let left = self.value(left, scope)?;
                if self.is_true(&left) { left } else { self.value(right, scope)? }
            }
            Kind::Coalesce(left, right) => {
                let left = self.value(left, scope)?;
                if left.is_null() { self.value(right, scope)? } else { left }
            }
            Kind::Conditional { condition, then, otherwise } => {
                let condition = self.value(condition, scope)?;
                self.value(if self.is_true(&condition) { then } else { otherwise }, scope)?
            }
            Kind::Assign { target, operator, value } => {
                let mut value = self.value(value, scope)?;
                if let Some(operator) = operator {
                    let before = self.value(target, scope)?;
                    value = self.binary(*operator, &before, &value, span)?;
                }
                self.assign(target, value.clone(), scope)?;
                value
            }
            Kind::Step { target, by, new } => {
                let before = self.value(target, scope)?;
                let after = self.binary(Binary::Add, &before, &Value::Int(*by), span)?;
                self.assign(target, after.clone(), scope)?;
                if *new { after } else { before }
            }
            Kind::Function(function) => self.heap.new_function(function.clone(), scope),
            Kind::Cast { value, class } => {
                let value = self.value(value, scope)?;
                classes::cast(self, value, class, span)?
            }
        })
    }

    /// In Groovy `&&` and `||` are booleans, in JavaScript one of their sides.
    fn logical(&mut self, right: &Expression, scope: ScopeId) -> Evaluated {
        let right = self.value(right, scope)?;
        Ok(self.short(right))
    }

    fn short(&self, value: Value) -> Value {
        if self.is_groovy() { Value::Bool(self.is_true(&value)) } else { value }
    }

    pub(super) fn values(&mut self, expressions: &[Expression], scope: ScopeId) -> Result<Vec<Value>, ScriptError> {
        expressions.iter().map(|expression| self.value(expression, scope)).collect()
    }

    fn template(&mut self, parts: &[Part], scope: ScopeId) -> Evaluated {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(piece) => text.push_str(piece),
                Part::Expression(expression) => {
                    let value = self.value(expression, scope)?;
                    text.push_str(&self.print(&value));
                }
            }
        }
        self.heap.charge(text.len());
        Ok(Value::text(text))
    }

    pub(crate) fn binary(&mut self, operator: Binary, left: &Value, right: &Value, span: &Range<usize>) -> Evaluated {
        let made = operators::binary(operator, left, right, self.language, &mut self.heap);
        made.map_err(|message| ScriptError::new(span.clone(), message))
    }

    fn unary(&mut self, operator: Unary, operand: &Value, span: &Range<usize>) -> Evaluated {
        match operator {
            Unary::Not => Ok(Value::Bool(!self.is_true(operand))),
            Unary::Minus => self.binary(Binary::Subtract, &Value::Int(0), operand, span),
            Unary::Plus => Ok(numbers::number(operand).unwrap_or(Value::Double(f64::NAN))),
            Unary::Pattern => {
                let source = self.print(operand);
                let pattern = operators::pattern(&Value::text(source.as_str()));
                let pattern = pattern.map_err(|message| ScriptError::new(span.clone(), message))?;
                Ok(Value::Pattern(Arc::new(pattern), source.into()))
            }
            Unary::TypeOf => Ok(Value::text(match operand {
                Value::Null => "undefined",
                Value::Bool(_) => "boolean",
                Value::Int(_) | Value::Decimal(_) | Value::Double(_) => "number",
                Value::Text(_) => "string",
                Value::Function(_) => "function",
                _ => "object",
            })),
        }
    }

    fn named(&mut self, name: &Arc<str>, scope: ScopeId, span: &Range<usize>) -> Evaluated {
        if let Some(value) = self.heap.variable(scope, name) {
            return Ok(value.clone());
        }
        Ok(match &**name {
            "mockRequest" => Value::Host(HostObject::Request),
            "requestContext" => Value::Host(HostObject::Context),
            "store" => Value::Host(HostObject::Store),
            "log" | "console" => Value::Host(HostObject::Log),
            name if classes::is_known(name) => Value::Class(name.into()),
            // The first part of a class's full name: `groovy.json.JsonSlurper`.
            "groovy" | "java" => Value::Class(name.clone()),
            _ => return Err(ScriptError::new(span.clone(), format!("`{name}` is not known here"))),
        })
    }

    /// A member of a value.
    pub(crate) fn member(&mut self, object: &Value, name: &Arc<str>, access: Access, span: &Range<usize>) -> Evaluated {
        match (object, access) {
            (Value::Null, Access::Safe) => return Ok(Value::Null),
            (Value::Null, _) => {
                return Err(ScriptError::new(span.clone(), format!("`{name}` is asked of null")));
            }
            (Value::List(list), Access::Spread) => {
                let elements = self.heap.list(*list).to_vec();
                let members: Result<Vec<_>, _> =
                    elements.iter().map(|element| self.member(element, name, Access::Safe, span)).collect();
                return Ok(self.heap.new_list(members?));
            }
            _ => {}
        }
        match object {
            Value::Map(map) => Ok(self.heap.member(*map, name).cloned().unwrap_or(Value::Null)),
            Value::Class(class)
                if matches!(&**class, "groovy" | "java" | "json" | "util" | "lang" | "math" | "time") =>
            {
                Ok(Value::Class(name.clone()))
            }
            Value::Host(object) => host::member(self, *object, name, span),
            Value::Class(class) => classes::member(class, name, span),
            Value::List(_) if &**name == "length" => self.reach(object, "size", vec![], Access::Plain, span),
            Value::Text(_) if &**name == "length" => self.reach(object, "length", vec![], Access::Plain, span),
            // `list.name` is `list*.name` in Groovy, and a property without `get` what its method gives.
            Value::List(_) if self.is_groovy() => self.member(object, name, Access::Spread, span),
            _ => Err(ScriptError::new(span.clone(), format!("{} has no `{name}`", object.kind()))),
        }
    }

    fn element(&mut self, object: &Value, index: &Value) -> Value {
        match (object, index) {
            (Value::List(list), index) => {
                let elements = self.heap.list(*list);
                lists::place(index, elements.len()).and_then(|at| elements.get(at)).cloned().unwrap_or(Value::Null)
            }
            (Value::Map(map), index) => {
                let name = index.print(&self.heap, true);
                self.heap.member(*map, &name).cloned().unwrap_or(Value::Null)
            }
            (Value::Text(text), index) => {
                let found = lists::place(index, text.chars().count()).and_then(|at| text.chars().nth(at));
                Value::option(found.map(String::from))
            }
            (Value::Host(HostObject::Context), index) => {
                let name = index.print(&self.heap, true);
                host::context(self, &name)
            }
            (Value::Host(HostObject::Headers), index) => {
                let name = index.print(&self.heap, true);
                host::element(self, &name)
            }
            _ => Value::Null,
        }
    }

    fn assign(&mut self, target: &Expression, value: Value, scope: ScopeId) -> Result<(), ScriptError> {
        let (object, name) = match &*target.kind {
            ExpressionKind::Name(name) => {
                self.heap.assign(scope, name, value);
                return Ok(());
            }
            ExpressionKind::Member { object, name, .. } => (self.value(object, scope)?, Value::Text(name.clone())),
            ExpressionKind::Index { object, index } => (self.value(object, scope)?, self.value(index, scope)?),
            _ => return Err(ScriptError::new(target.span.clone(), "nothing can be assigned to this")),
        };
        match object {
            Value::Map(map) => {
                let name = self.print(&name);
                self.heap.set_member(map, name.into(), value);
            }
            Value::List(list) => {
                let at = lists::place(&name, usize::MAX).filter(|at| *at < 100_000);
                let at = at.ok_or_else(|| ScriptError::new(target.span.clone(), "this is no place in a list"))?;
                let more = (at + 1).saturating_sub(self.heap.list(list).len());
                if let Some(elements) = self.heap.list_mut(list, more) {
                    elements.resize(elements.len().max(at + 1), Value::Null);
                    if let Some(kept) = elements.get_mut(at) {
                        *kept = value;
                    }
                }
            }
            Value::Host(HostObject::Context) => {
                let name = self.print(&name);
                host::set_context(self, name.into(), value);
            }
            other => {
                let message = format!("nothing can be set on {}", other.kind());
                return Err(ScriptError::new(target.span.clone(), message));
            }
        }
        Ok(())
    }
}

/// Where a value stands in a range: a whole number, the code of a single letter.
fn ordinal(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        Value::Text(text) => {
            let mut letters = text.chars();
            letters.next().filter(|_| letters.next().is_none()).map(|letter| i64::from(u32::from(letter)))
        }
        _ => None,
    }
}
