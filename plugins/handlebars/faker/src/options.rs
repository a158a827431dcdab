//! The options object of a method, `(e = {}) => { let { min = 0 } = e }`, as JavaScript takes it apart.

use crate::{Error, Value};

static UNDEFINED: Value = Value::Undefined;

/// An argument, `undefined` where it was not given.
pub(crate) fn arg(args: &[Value], index: usize) -> &Value {
    args.get(index).unwrap_or(&UNDEFINED)
}

/// A method's options: an argument that is not `null`.
pub(crate) struct Options(Value);

// === impl Options ===

impl Options {
    /// The options of a first argument; `first` is the option that is looked at first, for JavaScript's message.
    pub(crate) fn new(args: &[Value], first: &str) -> Result<Self, Error> {
        Self::of(arg(args, 0), first)
    }

    pub(crate) fn of(value: &Value, first: &str) -> Result<Self, Error> {
        match value {
            Value::Null => Err(Error::unreadable("null", first)),
            value => Ok(Self(value.clone())),
        }
    }

    /// The same, where the first option has no default: JavaScript then says it otherwise.
    pub(crate) fn plain(value: &Value, first: &str, variable: &str) -> Result<Self, Error> {
        match value {
            Value::Null => {
                Err(Error::thrown(format!("Cannot destructure property '{first}' of '{variable}' as it is null.")))
            }
            value => Self::of(value, first),
        }
    }

    /// The same, where a number stands for one of the options.
    pub(crate) fn or_number(args: &[Value], key: &str, first: &str) -> Result<Self, Error> {
        match arg(args, 0) {
            Value::Number(number) => Ok(Self(Value::object([(key, Value::Number(*number))]))),
            value => Self::of(value, first),
        }
    }

    /// The same, where a string stands for one of the options.
    pub(crate) fn or_string(args: &[Value], key: &str, first: &str) -> Result<Self, Error> {
        match arg(args, 0) {
            Value::String(text) => Ok(Self(Value::object([(key, Value::String(text.clone()))]))),
            value => Self::of(value, first),
        }
    }

    /// Where the code reads `e.length` before it takes the options apart.
    pub(crate) fn or_length(args: &[Value]) -> Result<Self, Error> {
        match arg(args, 0) {
            Value::Null => Err(Error::unreadable("null", "length")),
            Value::Number(number) => Ok(Self(Value::object([("length", Value::Number(*number))]))),
            value => Ok(Self(value.clone())),
        }
    }

    /// An option, `undefined` where it was not given.
    pub(crate) fn get(&self, key: &str) -> Value {
        self.0.get(key)
    }

    /// An option or its default.
    pub(crate) fn or(&self, key: &str, default: impl Into<Value>) -> Value {
        self.get(key).or(default)
    }

    /// Whether an option counts as true; it is false by default.
    pub(crate) fn is(&self, key: &str) -> bool {
        self.get(key).is_truthy()
    }

    /// Whether an option counts as true; it is true by default.
    pub(crate) fn is_unless_given(&self, key: &str) -> bool {
        self.or(key, true).is_truthy()
    }

    /// An option as a template string prints it.
    pub(crate) fn text(&self, key: &str, default: &str) -> String {
        self.or(key, default).to_text().into_owned()
    }
}
