//! What a filter's expression gives, as `jsonpath-plus`' safe evaluator has it.

use super::{
    JsonPathError,
    expression::{Expression, Node},
};
use crate::{Regexp, Text, Value};

/// What an expression's names stand for.
pub(super) struct Scope<'v> {
    /// `@`
    pub value: &'v Value,
    /// `@property`
    pub name: &'v Value,
    /// `@root`
    pub root: &'v Value,
    /// `@parent`
    pub parent: &'v Value,
    /// `@parentProperty`
    pub parent_name: &'v Value,
}

// === impl Scope ===

impl Scope<'_> {
    pub(super) fn run(&self, expression: &Expression) -> Result<Value, JsonPathError> {
        let tree = expression.tree.as_ref().map_err(|message| JsonPathError(message.clone()))?;
        let failed = |message| JsonPathError(format!("jsonPath: {message}: {}", expression.source));
        self.node(tree).map_err(failed)
    }

    fn node(&self, node: &Node) -> Result<Value, String> {
        match node {
            Node::Literal(value) => Ok(value.clone()),
            Node::Current => Ok(self.value.clone()),
            Node::Name(name) => match name.as_str() {
                "property" => Ok(self.name.clone()),
                "root" => Ok(self.root.clone()),
                "parent" => Ok(self.parent.clone()),
                "parentProperty" => Ok(self.parent_name.clone()),
                name => Err(format!("{name} is not defined")),
            },
            Node::Member(object, name) => {
                let name = self.node(name)?.to_text();
                member(&self.node(object)?, &name)
            }
            Node::Call(callee, arguments) => self.call(callee, arguments),
            Node::Unary(operator, operand) => Ok(unary(operator, &self.node(operand)?)),
            Node::Binary(operator, left, right) => {
                let left = self.node(left)?;
                match *operator {
                    "||" if left.is_truthy() => Ok(left),
                    "&&" if !left.is_truthy() => Ok(left),
                    operator => Ok(binary(operator, &left, self.node(right)?)),
                }
            }
            Node::Pattern(_) => Err("a pattern stands alone".to_owned()),
        }
    }

    /// `text.match(pattern)`, the one method that is known.
    fn call(&self, callee: &Node, arguments: &[Node]) -> Result<Value, String> {
        let Node::Member(object, name) = callee else { return Err("func is not a function".to_owned()) };
        let name = self.node(name)?.to_text();
        let object = self.node(object)?;
        member(&object, &name)?;
        let Value::String(text) = object else { return Err("func is not a function".to_owned()) };
        if name != *"match" {
            return Err("func is not a function".to_owned());
        }
        let groups = match arguments.first() {
            Some(Node::Pattern(pattern)) => pattern.captures(&text),
            Some(other) => {
                let pattern = self.node(other)?.to_text();
                Regexp::compile(&pattern, "").map_err(|error| error.to_string())?.captures(&text)
            }
            None => Some(vec![Some(String::new())]),
        };
        let value = |group: Option<String>| group.map_or(Value::Undefined, Value::string);
        Ok(groups.map_or(Value::Null, |groups| Value::array(groups.into_iter().map(value).collect())))
    }
}

fn member(object: &Value, name: &str) -> Result<Value, String> {
    if object.is_nullish() {
        return Err(format!("Cannot read properties of {} (reading '{name}')", object.to_text().as_str()));
    }
    Ok(object.property(name))
}

fn unary(operator: &str, value: &Value) -> Value {
    match operator {
        "!" => Value::Bool(!value.is_truthy()),
        "-" => Value::Number(-value.to_number()),
        "+" => Value::Number(value.to_number()),
        "~" => Value::Number(f64::from(!to_int32(value))),
        "typeof" => Value::String(Text::fixed(type_of(value))),
        _ => Value::Undefined,
    }
}

fn binary(operator: &str, left: &Value, right: Value) -> Value {
    let compared = || left.compare(&right);
    let (a, b) = (|| left.to_number(), || right.to_number());
    match operator {
        "==" => Value::Bool(left.loose_eq(&right)),
        "!=" => Value::Bool(!left.loose_eq(&right)),
        "===" => Value::Bool(left.strict_eq(&right)),
        "!==" => Value::Bool(!left.strict_eq(&right)),
        "<" => Value::Bool(compared().is_some_and(|order| order.is_lt())),
        ">" => Value::Bool(compared().is_some_and(|order| order.is_gt())),
        "<=" => Value::Bool(compared().is_some_and(|order| order.is_le())),
        ">=" => Value::Bool(compared().is_some_and(|order| order.is_ge())),
        "+" if is_textual(left) || is_textual(&right) => {
            Value::string([left.to_text().as_str(), right.to_text().as_str()].concat())
        }
        "+" => Value::Number(a() + b()),
        "-" => Value::Number(a() - b()),
        "*" => Value::Number(a() * b()),
        "/" => Value::Number(a() / b()),
        "%" => Value::Number(a() % b()),
        "|" => Value::Number(f64::from(to_int32(left) | to_int32(&right))),
        "&" => Value::Number(f64::from(to_int32(left) & to_int32(&right))),
        // `||` and `&&` whose left side did not decide.
        _ => right,
    }
}

fn is_textual(value: &Value) -> bool {
    !matches!(value, Value::Undefined | Value::Null | Value::Bool(_) | Value::Number(_))
}

/// JavaScript's `value | 0`.
fn to_int32(value: &Value) -> i32 {
    let number = value.to_number();
    if !number.is_finite() {
        return 0;
    }
    // Within 32 bits by the remainder; what is negative or too high wraps, as it does in JavaScript.
    number.trunc().rem_euclid(4_294_967_296.0) as u32 as i32
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Undefined => "undefined",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        _ => "object",
    }
}
