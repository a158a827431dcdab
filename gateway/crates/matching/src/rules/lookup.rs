//! The value that a condition examines.

use ringback_model::environment::{Operator, Target};
use ringback_values::{JsonPath, Text, Value, path};

use super::{Facts, RuleError};

/// Where a condition looks.
#[derive(Debug)]
pub(super) struct Lookup {
    target: Target,
    /// Whether a whole body is its text: for comparisons of texts.
    wants_text: bool,
    /// The modifier as a path. Absent: it is rendered for each request.
    path: Option<Path>,
}

/// A path into a value.
#[derive(Debug)]
pub(super) enum Path {
    /// The whole.
    Whole,
    /// Names in dots.
    Names(Vec<Text>),
    /// What begins with `$`.
    Json(JsonPath),
}

// === impl Lookup ===

impl Lookup {
    /// `modifier`: absent where it is rendered.
    pub(super) fn new(target: Target, operator: Operator, modifier: Option<&Text>) -> Self {
        let wants_text = matches!(operator, Operator::Equals | Operator::Regex | Operator::RegexIgnoreCase);
        Self { target, wants_text, path: modifier.map(|modifier| Path::compile(modifier)) }
    }

    /// What is examined, `Undefined` where nothing is there. Absent: the condition does not hold, whatever it compares.
    pub(super) fn find(&self, facts: &dyn Facts, modifier: &Text) -> Result<Option<Value>, RuleError> {
        let request = facts.request();
        Ok(Some(match self.target {
            Target::Unknown => return Ok(None),
            Target::Cookie if modifier.is_empty() => return Ok(None),
            Target::Cookie => request.cookie(modifier),
            Target::Header if modifier.is_empty() => Value::EMPTY,
            Target::Header => request.header(modifier),
            Target::Path => request.path(),
            Target::Method => request.method(),
            Target::RequestNumber => Value::Number(facts.number() as f64),
            Target::Template => Value::String(modifier.clone()),
            Target::Body if modifier.is_empty() => request.whole_body(self.wants_text),
            Target::Body => self.within(&request.body()?, modifier)?,
            Target::Query if modifier.is_empty() => request.query(),
            Target::Query => self.within(&request.query(), modifier)?,
            Target::Parameter | Target::GlobalVariable | Target::Bucket if modifier.is_empty() => Value::Undefined,
            Target::Parameter => self.within(&request.parameters(), modifier)?,
            Target::GlobalVariable => self.within_named(modifier, || facts.globals(), |name| facts.global(name))?,
            Target::Bucket => self.within_named(modifier, || facts.buckets(), |name| facts.bucket(name))?,
        }))
    }

    fn within(&self, whole: &Value, modifier: &Text) -> Result<Value, RuleError> {
        match &self.path {
            Some(path) => path.find(whole),
            None => Path::compile(modifier).find(whole),
        }
    }

    /// The same among named values, of which only the one that is named is asked for.
    fn within_named(
        &self,
        modifier: &Text,
        all: impl Fn() -> Value,
        one: impl Fn(&str) -> Option<Value>,
    ) -> Result<Value, RuleError> {
        match &self.path {
            Some(path) => path.find_named(all, one),
            None => Path::compile(modifier).find_named(all, one),
        }
    }
}

// === impl Path ===

impl Path {
    pub(super) fn compile(text: &str) -> Self {
        if text.starts_with('$') { Self::Json(JsonPath::compile(text)) } else { Self::names(text) }
    }

    /// A path that is no JSONPath, even where it begins with `$`.
    pub(super) fn names(text: &str) -> Self {
        if text.is_empty() { Self::Whole } else { Self::Names(path::split(text)) }
    }

    /// What Mockoon's `getValueFromPath` gives: a value that is no object or array is found whole, wherever a path leads.
    fn find(&self, whole: &Value) -> Result<Value, RuleError> {
        if !whole.is_object_like() {
            return Ok(whole.clone());
        }
        Ok(match self {
            Self::Whole => whole.clone(),
            Self::Names(names) => follow(whole.clone(), names),
            Self::Json(path) => path.find(whole)?,
        })
    }

    pub(super) fn find_named(
        &self,
        all: impl Fn() -> Value,
        one: impl Fn(&str) -> Option<Value>,
    ) -> Result<Value, RuleError> {
        match self {
            Self::Names(names) => {
                let first = names.first().and_then(|name| one(name)).unwrap_or_default();
                Ok(follow(first, names.get(1..).unwrap_or_default()))
            }
            Self::Whole | Self::Json(_) => self.find(&all()),
        }
    }
}

fn follow(from: Value, names: &[Text]) -> Value {
    names.iter().fold(from, |value, name| value.property(name))
}
