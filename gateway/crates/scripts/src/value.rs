//! What scripts work with.

use std::{fmt::Write as _, sync::Arc};

use rust_decimal::Decimal;

use crate::heap::{FunctionId, Heap, ListId, MapId};

/// A value. Lists, maps and functions lie in the [`Heap`]; copies of a value mean the same one.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    /// Groovy's numbers with a fraction, exact.
    Decimal(Decimal),
    Double(f64),
    Text(Arc<str>),
    Pattern(Arc<regress::Regex>, Arc<str>),
    List(ListId),
    Map(MapId),
    Function(FunctionId),
    /// A class by its name, for what is called on it: `JsonOutput`, `Math`.
    Class(Arc<str>),
    Host(HostObject),
}

/// What the gateway lends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostObject {
    /// `mockRequest`
    Request,
    /// `mockRequest.getRequestHeaders()`
    Headers,
    /// `mockRequest.getRequest()`: the servlet's.
    Servlet,
    /// `requestContext`
    Context,
    /// `store`
    Store,
    /// `log`, `console`
    Log,
}

// === impl Value ===

impl Value {
    pub(crate) fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn option(text: Option<impl Into<Arc<str>>>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.into()))
    }

    /// A whole number, by its size.
    pub(crate) fn size(size: usize) -> Self {
        Self::Int(i64::try_from(size).unwrap_or(i64::MAX))
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether a condition holds with it: in Groovy nothing empty does, in JavaScript only empty texts do not.
    pub(crate) fn is_true(&self, heap: &Heap, is_groovy: bool) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Int(number) => *number != 0,
            Self::Decimal(number) => !number.is_zero(),
            Self::Double(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::List(list) => !is_groovy || !heap.list(*list).is_empty(),
            Self::Map(map) => !is_groovy || !heap.map(*map).is_empty(),
            Self::Pattern(..) | Self::Function(_) | Self::Class(_) | Self::Host(_) => true,
        }
    }

    /// What it is called in a message.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::Decimal(_) | Self::Double(_) => "a number",
            Self::Text(_) => "a text",
            Self::Pattern(..) => "a pattern",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Function(_) => "a function",
            Self::Class(_) => "a class",
            Self::Host(_) => "an object of the gateway",
        }
    }

    /// As `toString()` and `${}` print it.
    pub(crate) fn print(&self, heap: &Heap, is_groovy: bool) -> String {
        let mut out = String::new();
        self.write(heap, is_groovy, &mut out, 0);
        out
    }

    fn write(&self, heap: &Heap, is_groovy: bool, out: &mut String, depth: usize) {
        let _ = match self {
            Self::Null => write!(out, "null"),
            Self::Bool(value) => write!(out, "{value}"),
            Self::Int(number) => write!(out, "{number}"),
            Self::Decimal(number) => write!(out, "{number}"),
            Self::Double(number) => write!(out, "{}", double(*number, is_groovy)),
            Self::Text(text) => write!(out, "{text}"),
            Self::Pattern(_, source) => write!(out, "{source}"),
            Self::Function(_) => write!(out, "function"),
            Self::Class(name) => write!(out, "{name}"),
            Self::Host(object) => write!(out, "{object:?}"),
            _ if depth > 32 => write!(out, "…"),
            Self::List(list) => {
                if is_groovy {
                    out.push('[');
                }
                for (index, element) in heap.list(*list).iter().enumerate() {
                    if index > 0 {
                        out.push_str(if is_groovy { ", " } else { "," });
                    }
                    element.write(heap, is_groovy, out, depth + 1);
                }
                if is_groovy {
                    out.push(']');
                }
                Ok(())
            }
            Self::Map(_) if !is_groovy => write!(out, "[object Object]"),
            Self::Map(map) => {
                out.push('{');
                for (index, (name, value)) in heap.map(*map).iter().enumerate() {
                    let _ = write!(out, "{}{name}=", if index > 0 { ", " } else { "" });
                    value.write(heap, is_groovy, out, depth + 1);
                }
                out.push('}');
                Ok(())
            }
        };
    }
}

/// A double as Java prints it (`8.0`), or JavaScript (`8`).
pub(crate) fn double(number: f64, is_groovy: bool) -> String {
    if is_groovy || number.fract() != 0.0 || number.abs() >= 1e21 { format!("{number:?}") } else { format!("{number}") }
}
