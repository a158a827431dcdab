//! What a schema says about a value, in the few keywords that our definitions produce.

use serde_json::Value;
use toml::de::DeValue;

/// A schema, and the root that its references lead into.
#[derive(Debug, Clone)]
pub(crate) struct Shape<'a> {
    schema: &'a Value,
    root: &'a Value,
}

/// The JSON Schema type of a TOML value.
pub(crate) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "string",
        DeValue::Integer(_) => "integer",
        DeValue::Float(_) => "number",
        DeValue::Boolean(_) => "boolean",
        DeValue::Datetime(_) => "date",
        DeValue::Array(_) => "array",
        DeValue::Table(_) => "object",
    }
}

/// A type for people, with its article.
pub(crate) fn phrase(kind: &str) -> &'static str {
    match kind {
        "string" => "a string",
        "integer" => "an integer",
        "number" => "a float",
        "boolean" => "a boolean",
        "date" => "a date",
        "array" => "an array",
        "object" => "a table",
        "duration" => "a duration",
        "size" => "a size",
        _ => "another value",
    }
}

/// The shape's first example, as TOML.
pub(crate) fn example(shape: &Shape<'_>) -> Option<String> {
    let own = shape.schema.pointer("/examples/0").map(toml_text);
    own.or_else(|| shape.branches().iter().find_map(example))
}

fn toml_text(value: &Value) -> String {
    match value {
        Value::Array(elements) => format!("[{}]", elements.iter().map(toml_text).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members: Vec<_> = members.iter().map(|(key, value)| format!("{key} = {}", toml_text(value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        scalar => scalar.to_string(),
    }
}

// === impl Shape ===

impl<'a> Shape<'a> {
    /// The shape of a schema, its reference followed.
    pub(crate) fn of(schema: &'a Value, root: &'a Value) -> Self {
        let reference = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
        Self { schema: reference.and_then(|pointer| root.pointer(pointer)).unwrap_or(schema), root }
    }

    fn child(&self, schema: &'a Value) -> Self {
        Self::of(schema, self.root)
    }

    /// The shapes of which one has to fit; none when there is no choice. Words with a description each are no choice.
    fn branches(&self) -> Vec<Self> {
        let branches = self.schema.get("anyOf").and_then(Value::as_array);
        branches.into_iter().flatten().map(|branch| self.child(branch)).collect()
    }

    /// The shape that a value of a type has to fit. Absent: the type is wrong.
    pub(crate) fn branch(&self, kind: &str) -> Option<Self> {
        let branches = self.branches();
        if branches.is_empty() {
            return self.takes(kind).then(|| self.clone());
        }
        branches.into_iter().find(|branch| branch.takes(kind))
    }

    fn takes(&self, kind: &str) -> bool {
        self.own_type().is_none_or(|wanted| wanted == kind)
    }

    fn own_type(&self) -> Option<&'a str> {
        let words = || self.schema.pointer("/oneOf/0/type");
        self.schema.get("type").or_else(words).and_then(Value::as_str)
    }

    /// What a value has to be, for people.
    pub(crate) fn wanted(&self) -> String {
        let branches = self.branches();
        if branches.is_empty() {
            let title =
                self.schema.get("title").and_then(Value::as_str).filter(|title| matches!(*title, "duration" | "size"));
            return phrase(title.or_else(|| self.own_type()).unwrap_or_default()).into();
        }
        branches.iter().map(Self::wanted).collect::<Vec<_>>().join(" or ")
    }

    /// What may stand there besides values of a type: ` or a table`.
    pub(crate) fn besides(&self, kind: &str) -> String {
        let others = self.branches().into_iter().filter(|branch| !branch.takes(kind));
        others.map(|branch| format!(" or {}", branch.wanted())).collect()
    }

    /// The words that a string may be. Empty: any.
    pub(crate) fn words(&self) -> Vec<&'a str> {
        let plain = self.schema.get("enum").and_then(Value::as_array).into_iter().flatten();
        let described = self.schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
        plain.chain(described.filter_map(|word| word.get("const"))).filter_map(Value::as_str).collect()
    }

    /// `minimum` or `maximum`.
    pub(crate) fn bound(&self, keyword: &str) -> Option<i64> {
        self.schema.get(keyword).and_then(Value::as_i64)
    }

    /// What an array's elements have to be. Absent: anything, or this is no array.
    pub(crate) fn items(&self) -> Option<Self> {
        self.schema.get("items").map(|items| self.child(items))
    }

    /// What the values of a table with free names have to be. Absent: it has no free names.
    pub(crate) fn entries(&self) -> Option<Self> {
        self.schema.get("additionalProperties").filter(|schema| schema.is_object()).map(|schema| self.child(schema))
    }

    /// What the value of a key has to be. Absent: the key is unknown.
    pub(crate) fn property(&self, key: &str) -> Option<Self> {
        let named = self.schema.get("properties").and_then(|properties| properties.get(key));
        let free = || self.schema.get("additionalProperties").filter(|schema| **schema != Value::Bool(false));
        match named.or_else(free) {
            Some(schema) => Some(self.child(schema)),
            // Anything may stand in a value of any type.
            None => self.own_type().is_none().then(|| self.clone()),
        }
    }

    /// The keys that are known by name.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let properties = self.schema.get("properties").and_then(Value::as_object);
        properties.into_iter().flat_map(|properties| properties.keys().map(String::as_str))
    }

    /// The keys that must be there.
    pub(crate) fn required(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let required = self.schema.get("required").and_then(Value::as_array);
        required.into_iter().flatten().filter_map(Value::as_str)
    }

    /// Whether it is a table and nothing else.
    pub(crate) fn is_table(&self) -> bool {
        self.own_type() == Some("object")
    }

    /// Whether it is written as `[[name]]`.
    pub(crate) fn is_array_of_tables(&self) -> bool {
        self.items().is_some_and(|items| items.own_type() == Some("object"))
    }

    /// Whether it is written as `[name.NAME]`.
    pub(crate) fn is_table_of_tables(&self) -> bool {
        self.entries().is_some_and(|entries| entries.own_type() == Some("object"))
    }
}
