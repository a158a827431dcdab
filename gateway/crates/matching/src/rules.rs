//! The conditions of a response, compiled once per load and tried per request (`mockoon.md`, section 3).
//!
//! Whoever chooses a response renders [`RuleSet::templates`] first, all in one crossing, and gives what came of them to
//! [`RuleSet::evaluate`] with the [`Facts`] of the request. Patterns, paths and names that are no templates are compiled
//! at load; [`RuleSet::problems`] says what is wrong with them.

mod compare;
mod lookup;
mod request;
mod schema;
#[cfg(test)]
mod tests;

use ringback_model::environment::{Combine, Origin, Rule, Rules, Target, Text as Template};
use ringback_values::{JsonPathError, RegexpError, Text, Value};

pub use self::request::{RequestFacts, RequestParts};
pub(crate) use self::schema::Format;
use self::{compare::Comparison, lookup::Lookup};

/// What a condition may ask of the state that a request finds. The request itself is [`RequestFacts`].
pub trait Facts {
    /// The request.
    fn request(&self) -> &RequestFacts<'_>;

    /// How many requests the route has answered, this one included.
    fn number(&self) -> u64;

    /// A global variable. Absent: there is none of this name.
    fn global(&self, name: &str) -> Option<Value>;

    /// Every global variable, as members of an object; a JSONPath is asked of it.
    fn globals(&self) -> Value;

    /// The value of the bucket with exactly this id or name, the last one where several have it. Absent: there is none.
    fn bucket(&self, name: &str) -> Option<Value>;

    /// Every bucket's value, under its id and its name; a JSONPath is asked of it.
    fn buckets(&self) -> Value;
}

/// A response's conditions.
#[derive(Debug)]
pub struct RuleSet {
    combine: Combine,
    rules: Vec<Compiled>,
}

/// Why conditions could not be tried, in the words that the client sees.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// A pattern is none.
    #[error(transparent)]
    Pattern(#[from] RegexpError),
    /// A JSONPath's filter failed.
    #[error(transparent)]
    Path(#[from] JsonPathError),
    /// A WebSocket's message is not of the type that its handshake named.
    #[error("the message is not what its content type says")]
    Message,
}

/// One condition.
#[derive(Debug)]
struct Compiled {
    /// Which rendered text stands for the modifier, where it is a template.
    modifier: Slot,
    lookup: Lookup,
    /// Which rendered text stands for the value, where it is a template.
    value: Slot,
    comparison: Comparison,
    invert: bool,
    templates: Vec<Template>,
    origin: Origin,
}

/// A text of a condition.
#[derive(Debug)]
enum Slot {
    /// The same for every request.
    Fixed(Text),
    /// Rendered: its place among the condition's templates, and the source that stands for it when that failed.
    Rendered(usize, Text),
}

// === impl RuleSet ===

impl RuleSet {
    /// Compiles conditions. What is wrong with one shows when it is tried, as Mockoon has it; see [`RuleSet::problems`].
    pub fn compile(rules: &Rules) -> Self {
        Self { combine: rules.combine, rules: rules.rules.iter().map(Compiled::new).collect() }
    }

    /// Whether there are none: the response is never chosen by conditions.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether templates must be rendered before the conditions can be tried.
    pub fn needs_rendering(&self) -> bool {
        self.rules.iter().any(|rule| !rule.templates.is_empty())
    }

    /// The templates to render for [`RuleSet::evaluate`], in its order.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.rules.iter().flat_map(|rule| &rule.templates)
    }

    /// What is wrong with patterns that are no templates: where, and what V8 would say. Requests that get as far as such
    /// a condition fail.
    pub fn problems(&self) -> impl Iterator<Item = (&Origin, String)> {
        self.rules.iter().filter_map(|rule| Some((&rule.origin, rule.comparison.problem()?)))
    }

    /// Whether the conditions hold. `rendered` are the texts of [`RuleSet::templates`]; absent within: it failed, and the
    /// source counts.
    ///
    /// # Errors
    ///
    /// A pattern that is none, or a path that fails, in a condition that had to be tried.
    pub fn evaluate(&self, facts: &dyn Facts, rendered: &[Option<String>]) -> Result<bool, RuleError> {
        let mut rest = rendered;
        for rule in &self.rules {
            let (own, others) = rest.split_at_checked(rule.templates.len()).unwrap_or((rest, &[]));
            rest = others;
            let holds = rule.holds(facts, own)?;
            match self.combine {
                Combine::Any if holds => return Ok(true),
                Combine::All if !holds => return Ok(false),
                Combine::Any | Combine::All => {}
            }
        }
        Ok(self.combine == Combine::All && !self.rules.is_empty())
    }
}

// === impl Compiled ===

impl Compiled {
    fn new(rule: &Rule) -> Self {
        let mut templates = Vec::new();
        let uses_modifier = !matches!(rule.target, Target::Path | Target::Method | Target::RequestNumber);
        let modifier = Slot::new(&rule.modifier, uses_modifier, &mut templates);
        let value = Slot::new(&rule.value, Comparison::uses_rendered_value(rule.operator), &mut templates);
        let lookup = Lookup::new(rule.target, rule.operator, modifier.fixed());
        let comparison = Comparison::new(rule, value.fixed());
        Self { modifier, lookup, value, comparison, invert: rule.invert, templates, origin: rule.origin.clone() }
    }

    fn holds(&self, facts: &dyn Facts, rendered: &[Option<String>]) -> Result<bool, RuleError> {
        let modifier = self.modifier.text(rendered);
        let found = match self.lookup.find(facts, &modifier)? {
            Some(found) => self.comparison.holds(found, &self.value.text(rendered), facts)?,
            None => false,
        };
        Ok(found != self.invert)
    }
}

// === impl Slot ===

impl Slot {
    fn new(text: &Template, is_used: bool, templates: &mut Vec<Template>) -> Self {
        let source = Text::from(&*text.source);
        if !text.templated || !is_used {
            return Self::Fixed(source);
        }
        templates.push(text.clone());
        Self::Rendered(templates.len() - 1, source)
    }

    fn fixed(&self) -> Option<&Text> {
        match self {
            Self::Fixed(text) => Some(text),
            Self::Rendered(..) => None,
        }
    }

    fn text(&self, rendered: &[Option<String>]) -> Text {
        match self {
            Self::Fixed(text) => text.clone(),
            Self::Rendered(at, source) => match rendered.get(*at) {
                Some(Some(text)) => Text::from(text.as_str()),
                _ => source.clone(),
            },
        }
    }
}
