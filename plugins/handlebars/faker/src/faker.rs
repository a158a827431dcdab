//! One call's state, and what every method is made of: draws, picks, the locale's tables.

use crate::{
    Error, Source, Value,
    data::{self, Array, Node, Object},
    limits,
    modules::number,
};

/// One call: where its numbers come from, the locale's tables, what it may still do.
pub(crate) struct Faker<'a> {
    source: &'a mut dyn Source,
    tables: Object,
    /// What is left of [`limits::MAX_WORK`].
    work: usize,
    /// How many patterns are being filled in.
    depth: usize,
}

// === impl Faker ===

impl<'a> Faker<'a> {
    pub(crate) fn new(source: &'a mut dyn Source, locale: &str) -> Result<Self, Error> {
        let tables = data::locale(locale).ok_or_else(|| Error::thrown(format!("faker has no locale `{locale}`")))?;
        Ok(Self { source, tables, work: limits::MAX_WORK, depth: 0 })
    }

    /// The time, in milliseconds since 1970.
    pub(crate) fn now(&self) -> Value {
        Value::Date(self.source.now_ms())
    }

    /// Takes some work off what the call may do.
    pub(crate) fn spend(&mut self, work: usize) -> Result<(), Error> {
        self.work = self.work.checked_sub(work).ok_or_else(limits::too_long)?;
        Ok(())
    }

    /// Fills in something that may call methods in turn.
    pub(crate) fn nested<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.depth == limits::MAX_DEPTH {
            return Err(limits::too_deep());
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    /// A number from 0 to below 1, of two draws: Faker's `generateMersenne53Randomizer`.
    pub(crate) fn real(&mut self) -> Result<f64, Error> {
        self.spend(1)?;
        let high = self.source.next_u32() >> 5;
        let low = self.source.next_u32() >> 6;
        Ok((f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0)
    }

    /// A whole number from one to another, both included; no draw where they are the same.
    pub(crate) fn int(&mut self, min: f64, max: f64) -> Result<f64, Error> {
        number::between(self, min, max, 1.0)
    }

    /// A number from 0 to 1 with as many digits as `steps` has zeros.
    pub(crate) fn fraction(&mut self, steps: f64) -> Result<f64, Error> {
        Ok(self.int(0.0, steps)? / steps)
    }

    /// Whether something happens.
    pub(crate) fn boolean(&mut self) -> Result<bool, Error> {
        self.chance(0.5)
    }

    /// Whether something of this probability happens; no draw where it is certain.
    pub(crate) fn chance(&mut self, probability: f64) -> Result<bool, Error> {
        Ok(if probability <= 0.0 {
            false
        } else if probability >= 1.0 {
            true
        } else {
            self.real()? < probability
        })
    }

    /// The index of one of so many; no draw where there is but one.
    pub(crate) fn index(&mut self, len: usize) -> Result<usize, Error> {
        self.spend(1)?;
        match len {
            0 => Err(Error::faker("Cannot get value from empty dataset.")),
            1 => Ok(0),
            // From 0 to below the length.
            _ => Ok(self.int(0.0, (len - 1) as f64)? as usize),
        }
    }

    /// One of some items.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> Result<T, Error> {
        let index = self.index(items.len())?;
        items.get(index).copied().ok_or_else(|| Error::faker("Cannot get value from empty dataset."))
    }

    /// One item of a table; nothing where it is an object, as JavaScript has it.
    pub(crate) fn pick_node(&mut self, node: Option<Node>) -> Result<Option<Node>, Error> {
        match node {
            None => Err(Error::unreadable("undefined", "length")),
            Some(Node::Null) => Err(Error::unreadable("null", "length")),
            Some(Node::Array(items)) => {
                let index = self.index(items.len())?;
                Ok(items.get(index))
            }
            Some(Node::Text(text)) => {
                let units: Vec<char> = text.chars().collect();
                self.index(units.len())?;
                Ok(Some(Node::Text(text)))
            }
            Some(Node::Number(_) | Node::Object(_)) => Ok(None),
        }
    }

    /// The text of one item of a table.
    pub(crate) fn pick_text(&mut self, node: Option<Node>) -> Result<&'static str, Error> {
        Ok(self.pick_node(node)?.and_then(Node::as_text).unwrap_or("undefined"))
    }

    /// One item of the locale's definitions.
    pub(crate) fn pick_from(&mut self, module: &str, entry: &str) -> Result<Value, Error> {
        let node = self.definition(module, entry)?;
        let item = self.pick_node(Some(node))?;
        Ok(item.map(Node::to_value).unwrap_or_default())
    }

    /// The text of one item of the locale's definitions.
    pub(crate) fn pick_text_from(&mut self, module: &str, entry: &str) -> Result<&'static str, Error> {
        let node = self.definition(module, entry)?;
        self.pick_text(Some(node))
    }

    /// The value of one item of `{ weight, value }`.
    pub(crate) fn pick_weighted(&mut self, node: Option<Node>) -> Result<Value, Error> {
        let items: Vec<Value> = match node {
            None | Some(Node::Null) => return Err(Error::unreadable("undefined", "length")),
            Some(Node::Array(items)) => items.iter().map(Node::to_value).collect(),
            Some(_) => return Err(Error::thrown("e.every is not a function")),
        };
        crate::modules::helpers::weighted(self, &items)
    }

    /// What Faker calls `definitions.module.entry`: an error where the locale has none.
    pub(crate) fn definition(&self, module: &str, entry: &str) -> Result<Node, Error> {
        match self.raw(module, entry) {
            Some(Node::Null) => Err(Error::faker(not_applicable(module, entry))),
            Some(node) => Ok(node),
            None => Err(Error::faker(missing(module, entry))),
        }
    }

    /// An array of the definitions.
    pub(crate) fn definition_array(&self, module: &str, entry: &str) -> Result<Array, Error> {
        match self.definition(module, entry)? {
            Node::Array(items) => Ok(items),
            _ => Err(Error::thrown("e.filter is not a function")),
        }
    }

    /// What Faker calls `rawDefinitions.module.entry`.
    pub(crate) fn raw(&self, module: &str, entry: &str) -> Option<Node> {
        self.tables.get(module)?.get(entry)
    }

    /// All tables of the locale.
    pub(crate) fn tables(&self) -> Object {
        self.tables
    }

    /// What `Array.from({ length: count }, make)` gives.
    pub(crate) fn several<T>(
        &mut self,
        count: f64,
        mut make: impl FnMut(&mut Self) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        if count > f64::from(u32::MAX) {
            return Err(Error::thrown("Invalid array length"));
        }
        // Saturates: NaN and what is below zero make none.
        let count = count as usize;
        self.spend(count)?;
        (0..count).map(|_| make(self)).collect()
    }

    /// What `text.repeat(count)` gives.
    pub(crate) fn repeat(&mut self, text: &str, count: f64) -> Result<String, Error> {
        if count < 0.0 || count.is_infinite() {
            return Err(Error::thrown(format!("Invalid count value: {}", crate::math::to_text(count))));
        }
        let count = count as usize;
        self.spend(text.len().saturating_mul(count))?;
        Ok(text.repeat(count))
    }
}

fn not_applicable(module: &str, entry: &str) -> String {
    format!("The locale data for '{module}.{entry}' aren't applicable to this locale")
}

pub(crate) fn missing(module: &str, entry: &str) -> String {
    format!("The locale data for '{module}.{entry}' are missing in this locale")
}
