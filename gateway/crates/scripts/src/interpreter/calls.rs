//! Calls of functions and of values' methods.

use std::ops::Range;

use super::{Evaluated, Flow, Run};
use crate::{
    ScriptError,
    ast::{Access, Expression, ExpressionKind, Function},
    classes,
    heap::{FunctionId, ScopeId},
    host, lists, maps, numbers, operators, texts,
    value::Value,
};

impl Run<'_> {
    pub(super) fn call(
        &mut self,
        callee: &Expression,
        arguments: &[Expression],
        scope: ScopeId,
        span: &Range<usize>,
    ) -> Evaluated {
        if let ExpressionKind::Name(name) = &*callee.kind
            && self.heap.variable(scope, name).is_none()
        {
            let arguments = self.values(arguments, scope)?;
            return classes::call(self, name, arguments, span);
        }
        let function = self.value(callee, scope)?;
        let arguments = self.values(arguments, scope)?;
        self.invoke(&function, arguments, span)
    }

    /// Calls a function.
    pub(crate) fn invoke(&mut self, function: &Value, arguments: Vec<Value>, span: &Range<usize>) -> Evaluated {
        let Value::Function(function) = function else {
            return Err(ScriptError::new(span.clone(), format!("{} can't be called", function.kind())));
        };
        self.heap.enter(span)?;
        let value = self.invoked(*function, arguments);
        self.heap.leave();
        value
    }

    fn invoked(&mut self, function: FunctionId, arguments: Vec<Value>) -> Evaluated {
        let Some((function, scope)) = self.heap.function(function) else { return Ok(Value::Null) };
        let inner = self.heap.new_scope(Some(scope));
        self.bind(&function, inner, arguments)?;
        self.hoist(&function.body, inner);
        Ok(match self.body(&function.body, inner)? {
            Flow::Return(value) => value,
            Flow::Next(value) if self.is_groovy() => value,
            _ => Value::Null,
        })
    }

    fn bind(&mut self, function: &Function, scope: ScopeId, arguments: Vec<Value>) -> Result<(), ScriptError> {
        let mut arguments = arguments.into_iter();
        if function.implicit {
            let it = arguments.next().unwrap_or(Value::Null);
            self.heap.declare(scope, "it".into(), it);
        }
        for (name, default) in &function.parameters {
            let value = match (arguments.next(), default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.value(default, scope)?,
                (None, None) => Value::Null,
            };
            self.heap.declare(scope, name.clone(), value);
        }
        Ok(())
    }

    /// How many parameters a function has.
    pub(crate) fn arity(&self, function: &Value) -> usize {
        let Value::Function(function) = function else { return 0 };
        self.heap.function(*function).map_or(0, |(function, _)| function.parameters.len())
    }

    /// Calls a value's method.
    pub(crate) fn reach(
        &mut self,
        object: &Value,
        name: &str,
        arguments: Vec<Value>,
        access: Access,
        span: &Range<usize>,
    ) -> Evaluated {
        match (object, access) {
            (Value::Null, Access::Safe) => return Ok(Value::Null),
            (Value::List(list), Access::Spread) => {
                let elements = self.heap.list(*list).to_vec();
                let made: Result<Vec<_>, _> = elements
                    .iter()
                    .map(|element| self.reach(element, name, arguments.clone(), Access::Safe, span))
                    .collect();
                return Ok(self.heap.new_list(made?));
            }
            _ => {}
        }
        let known = match object {
            Value::Null => {
                return Err(ScriptError::new(span.clone(), format!("`{name}()` is called on null")));
            }
            Value::Text(text) => texts::call(self, text, name, &arguments, span)?,
            Value::List(list) => lists::call(self, *list, name, &arguments, span)?,
            Value::Map(map) => maps::call(self, *map, name, &arguments, span)?,
            Value::Host(host) => Some(host::call(self, *host, name, &arguments, span)?),
            Value::Class(class) => Some(classes::call_on(self, class, name, arguments.clone(), span)?),
            Value::Pattern(pattern, _) if name == "test" => {
                let text = arguments.first().map(|text| self.print(text)).unwrap_or_default();
                Some(Value::Bool(pattern.find(&text).is_some()))
            }
            Value::Function(_) if name == "call" => Some(self.invoke(object, arguments.clone(), span)?),
            _ => numbers::call(object, name, &arguments),
        };
        let known = match known {
            None if name == "toString" => Some(Value::text(self.print(object))),
            None if name == "equals" => {
                let other = arguments.first().unwrap_or(&Value::Null);
                Some(Value::Bool(operators::equal(object, other, &self.heap, 0)))
            }
            known => known,
        };
        known.ok_or_else(|| ScriptError::new(span.clone(), format!("{} has no method `{name}`", object.kind())))
    }

    /// What a loop goes through.
    pub(crate) fn elements(&mut self, of: &Value, span: &Range<usize>) -> Result<Vec<Value>, ScriptError> {
        Ok(match of {
            Value::Null if self.is_groovy() => vec![],
            Value::List(list) => self.heap.list(*list).to_vec(),
            Value::Map(map) => maps::entries(*map, &mut self.heap),
            Value::Text(text) => text.chars().map(|c| Value::text(c.to_string())).collect(),
            other => {
                return Err(ScriptError::new(span.clone(), format!("{} has no elements", other.kind())));
            }
        })
    }
}
