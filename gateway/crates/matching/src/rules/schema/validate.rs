//! Whether a value satisfies a compiled schema.

use ringback_values::{Object, Text, Value};

use super::{Check, Place, Properties, Schema, Type};

/// Schemas that may be on their way at once: one that refers to itself without end satisfies nobody.
const DEEPEST: u32 = 256;

// === impl Schema ===

impl Schema {
    pub(super) fn is_valid(&self, value: &Value) -> bool {
        self.holds(0, value, DEEPEST).unwrap_or(false)
    }

    /// Whether a node holds of a value. `None`: it can't be said within the depth that is left.
    fn holds(&self, place: Place, value: &Value, depth: u32) -> Option<bool> {
        let depth = depth.checked_sub(1)?;
        for check in &self.nodes.get(place)?.checks {
            if !self.check(check, value, depth)? {
                return Some(false);
            }
        }
        Some(true)
    }

    fn check(&self, check: &Check, value: &Value, depth: u32) -> Option<bool> {
        let holds = |place: &Place| self.holds(*place, value, depth);
        Some(match (check, value) {
            (Check::Never, _) => false,
            (Check::Type(types), value) => types.iter().any(|kind| kind.is_of(value)),
            (Check::Enum(values), value) => values.iter().any(|known| known.deep_eq(value)),
            (Check::All(places), _) => self.count(places, value, depth)? == places.len(),
            (Check::Any(places), _) => self.count(places, value, depth)? > 0,
            (Check::One(places), _) => self.count(places, value, depth)? == 1,
            (Check::Not(place), _) => !holds(place)?,
            (Check::If { condition, then, otherwise }, _) => {
                let branch = if holds(condition)? { then } else { otherwise };
                branch.as_ref().map_or(Some(true), holds)?
            }
            (Check::Format(format), value) => format.is_valid(value),
            (check, Value::Number(number)) => is_number_valid(check, *number),
            (check, Value::String(text)) => is_text_valid(check, text),
            (check, Value::Array(items)) => self.is_array_valid(check, items, depth)?,
            (check, Value::Object(object)) => self.is_object_valid(check, object, value, depth)?,
            _ => true,
        })
    }

    fn count(&self, places: &[Place], value: &Value, depth: u32) -> Option<usize> {
        let mut count = 0;
        for place in places {
            count += usize::from(self.holds(*place, value, depth)?);
        }
        Some(count)
    }

    fn is_array_valid(&self, check: &Check, items: &[Value], depth: u32) -> Option<bool> {
        Some(match check {
            Check::Items { least, most } => (*least..=*most).contains(&items.len()),
            Check::Unique => {
                let is_twice = |(at, item): (usize, &Value)| items.iter().take(at).any(|known| known.deep_eq(item));
                !items.iter().enumerate().any(is_twice)
            }
            Check::EachItem(place) => self.all(items.iter().map(|item| (*place, item)), depth)?,
            Check::Tuple { items: places, rest } => {
                let place = |(at, item)| Some((*places.get(at).or(rest.as_ref())?, item));
                self.all(items.iter().enumerate().filter_map(place), depth)?
            }
            Check::Contains(place) => {
                for item in items {
                    if self.holds(*place, item, depth)? {
                        return Some(true);
                    }
                }
                false
            }
            _ => true,
        })
    }

    fn is_object_valid(&self, check: &Check, object: &Object, value: &Value, depth: u32) -> Option<bool> {
        let has = |name: &Text| object.get(name).is_some();
        Some(match check {
            Check::Members { least, most } => (*least..=*most).contains(&object.len()),
            Check::Required(names) => names.iter().all(has),
            Check::Requires(name, names) => !has(name) || names.iter().all(has),
            Check::Implies(name, place) => !has(name) || self.holds(*place, value, depth)?,
            Check::Names(place) => {
                for (name, _) in object.iter() {
                    if !self.holds(*place, &Value::String(name.clone()), depth)? {
                        return Some(false);
                    }
                }
                true
            }
            Check::Properties(properties) => {
                for (name, value) in object.iter() {
                    if !self.all(properties.of(name).into_iter().map(|place| (place, value)), depth)? {
                        return Some(false);
                    }
                }
                true
            }
            _ => true,
        })
    }

    fn all<'v>(&self, pairs: impl Iterator<Item = (Place, &'v Value)>, depth: u32) -> Option<bool> {
        for (place, value) in pairs {
            if !self.holds(place, value, depth)? {
                return Some(false);
            }
        }
        Some(true)
    }
}

// === impl Properties ===

impl Properties {
    /// The schemas of a member.
    fn of(&self, name: &str) -> Vec<Place> {
        let named = self.named.get(name).copied();
        let patterns = self.patterns.iter().filter(|(pattern, _)| pattern.is_match(name)).map(|(_, place)| *place);
        let mut places: Vec<Place> = named.into_iter().chain(patterns).collect();
        if places.is_empty() {
            places.extend(self.rest);
        }
        places
    }
}

// === impl Type ===

impl Type {
    fn is_of(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Null, Value::Null)
            | (Self::Boolean, Value::Bool(_))
            | (Self::String, Value::String(_))
            | (Self::Array, Value::Array(_))
            | (Self::Object, Value::Object(_)) => true,
            (Self::Number, Value::Number(number)) => number.is_finite(),
            (Self::Integer, Value::Number(number)) => number.is_finite() && number.fract() == 0.0,
            _ => false,
        }
    }
}

fn is_number_valid(check: &Check, number: f64) -> bool {
    match check {
        Check::MultipleOf(of) => (number / of).fract() == 0.0,
        Check::Maximum { limit, exclusive: true } => number < *limit,
        Check::Maximum { limit, .. } => number <= *limit,
        Check::Minimum { limit, exclusive: true } => number > *limit,
        Check::Minimum { limit, .. } => number >= *limit,
        _ => true,
    }
}

fn is_text_valid(check: &Check, text: &Text) -> bool {
    match check {
        Check::Length { least, most } => (*least..=*most).contains(&text.chars().count()),
        Check::Pattern(pattern) => pattern.is_match(text),
        _ => true,
    }
}
