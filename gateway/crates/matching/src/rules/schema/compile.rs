//! A schema's text to its checks.

use std::collections::HashMap;

use ringback_values::{Object, Regexp, Text, Value};

use super::{Check, Node, NotASchema, Place, Properties, Schema, Type, format::Format};

/// Schemas in each other.
const DEEPEST: u32 = 64;

/// Keywords that assert nothing.
const ANNOTATIONS: [&str; 15] = [
    "$schema",
    "$id",
    "$defs",
    "$vocabulary",
    "$comment",
    "definitions",
    "title",
    "description",
    "default",
    "deprecated",
    "readOnly",
    "writeOnly",
    "examples",
    "contentMediaType",
    "contentEncoding",
];

/// Where keywords are that depend on each other; they are read together with another.
const READ_WITH_ANOTHER: [&str; 15] = [
    "nullable",
    "then",
    "else",
    "additionalItems",
    "patternProperties",
    "additionalProperties",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "properties",
    "contentSchema",
    "items",
];

type Compiled<T> = Result<T, NotASchema>;

struct Compiler<'s> {
    root: &'s Value,
    nodes: Vec<Node>,
    /// The node of each schema that a `$ref` names, by that name.
    named: HashMap<Text, Place>,
    depth: u32,
}

// === impl Schema ===

impl Schema {
    pub(super) fn compile(source: &Value) -> Compiled<Self> {
        let mut compiler = Compiler { root: source, nodes: Vec::new(), named: HashMap::new(), depth: 0 };
        compiler.refer(&Text::fixed("#"))?;
        Ok(Self { nodes: compiler.nodes })
    }
}

// === impl Compiler ===

impl<'s> Compiler<'s> {
    /// The node of the schema that a reference names, compiled when it is first named.
    fn refer(&mut self, reference: &Text) -> Compiled<Place> {
        if let Some(place) = self.named.get(reference) {
            return Ok(*place);
        }
        let schema = self.resolve(reference).ok_or(NotASchema)?;
        let place = self.reserve();
        self.named.insert(reference.clone(), place);
        self.fill(place, &schema)?;
        Ok(place)
    }

    fn resolve(&self, reference: &str) -> Option<Value> {
        let id = match self.root {
            Value::Object(root) => root.get("$id").and_then(Value::as_text),
            _ => None,
        };
        let local = id.and_then(|id| reference.strip_prefix(id.trim_end_matches('#'))).unwrap_or(reference);
        match local.strip_prefix('#') {
            Some("") => Some(self.root.clone()),
            None if local.is_empty() => Some(self.root.clone()),
            Some(pointer) if pointer.starts_with('/') => {
                let names = pointer.split('/').skip(1);
                names.map(unescape).try_fold(self.root.clone(), |value, name| match value.property(&name?) {
                    Value::Undefined => None,
                    found => Some(found),
                })
            }
            _ => find_id(self.root, local, DEEPEST),
        }
    }

    fn reserve(&mut self) -> Place {
        self.nodes.push(Node::default());
        self.nodes.len() - 1
    }

    fn schema(&mut self, schema: &Value) -> Compiled<Place> {
        let place = self.reserve();
        self.fill(place, schema)?;
        Ok(place)
    }

    fn fill(&mut self, place: Place, schema: &Value) -> Compiled<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(NotASchema);
        }
        let checks = match schema {
            Value::Bool(true) => Vec::new(),
            Value::Bool(false) => vec![Check::Never],
            Value::Object(schema) => self.checks(schema)?,
            _ => return Err(NotASchema),
        };
        self.depth -= 1;
        let node = self.nodes.get_mut(place).ok_or(NotASchema)?;
        node.checks = checks;
        Ok(())
    }

    fn checks(&mut self, schema: &Object) -> Compiled<Vec<Check>> {
        let mut checks = Vec::new();
        for (keyword, value) in schema.iter() {
            match keyword.as_str() {
                annotation if ANNOTATIONS.contains(&annotation) => annotate(annotation, value)?,
                keyword if READ_WITH_ANOTHER.contains(&keyword) => {}
                keyword => checks.push(self.check(keyword, value, schema)?),
            }
        }
        let limits = |least, most| limits(schema, least, most);
        checks.extend(limits("minLength", "maxLength")?.map(|(least, most)| Check::Length { least, most }));
        checks.extend(limits("minItems", "maxItems")?.map(|(least, most)| Check::Items { least, most }));
        checks.extend(limits("minProperties", "maxProperties")?.map(|(least, most)| Check::Members { least, most }));
        checks.extend(self.items(schema)?);
        checks.extend(self.properties(schema)?);
        let has = |keyword| schema.get(keyword).is_some();
        // Each is ignored without the other, which strict mode does not let pass.
        let is_ignored = (has("nullable") && !has("type")) || (has("then") || has("else")) && !has("if");
        if is_ignored { Err(NotASchema) } else { Ok(checks) }
    }

    fn check(&mut self, keyword: &str, value: &Value, schema: &Object) -> Compiled<Check> {
        Ok(match keyword {
            "$ref" => Check::All(vec![self.refer(value.as_text().ok_or(NotASchema)?)?]),
            "type" => Check::Type(types(value, schema.get("nullable"))?),
            "enum" => Check::Enum(array(value).filter(|values| is_set(values)).ok_or(NotASchema)?.to_vec()),
            "const" => Check::Enum(vec![value.clone()]),
            "multipleOf" => Check::MultipleOf(number(value).filter(|number| *number > 0.0).ok_or(NotASchema)?),
            "maximum" | "exclusiveMaximum" => {
                Check::Maximum { limit: number(value).ok_or(NotASchema)?, exclusive: keyword.len() > "maximum".len() }
            }
            "minimum" | "exclusiveMinimum" => {
                Check::Minimum { limit: number(value).ok_or(NotASchema)?, exclusive: keyword.len() > "minimum".len() }
            }
            "pattern" => Check::Pattern(pattern(text(value)?)?),
            "format" => Check::Format(Format::named(text(value)?).ok_or(NotASchema)?),
            "uniqueItems" => match value {
                Value::Bool(true) => Check::Unique,
                Value::Bool(false) => Check::All(Vec::new()),
                _ => return Err(NotASchema),
            },
            "contains" => Check::Contains(self.schema(value)?),
            "required" => Check::Required(names(value)?),
            "propertyNames" => Check::Names(self.schema(value)?),
            "dependencies" => return self.dependencies(value),
            "allOf" => Check::All(self.schemas(value)?),
            "anyOf" => Check::Any(self.schemas(value)?),
            "oneOf" => Check::One(self.schemas(value)?),
            "not" => Check::Not(self.schema(value)?),
            "if" => self.condition(value, schema)?,
            _ => return Err(NotASchema),
        })
    }

    fn schemas(&mut self, value: &Value) -> Compiled<Vec<Place>> {
        let schemas = array(value).filter(|schemas| !schemas.is_empty()).ok_or(NotASchema)?;
        schemas.iter().map(|schema| self.schema(schema)).collect()
    }

    fn condition(&mut self, value: &Value, schema: &Object) -> Compiled<Check> {
        let condition = self.schema(value)?;
        let then = schema.get("then").map(|then| self.schema(then)).transpose()?;
        let otherwise = schema.get("else").map(|otherwise| self.schema(otherwise)).transpose()?;
        if then.is_none() && otherwise.is_none() {
            return Err(NotASchema);
        }
        Ok(Check::If { condition, then, otherwise })
    }

    fn items(&mut self, schema: &Object) -> Compiled<Option<Check>> {
        let rest = schema.get("additionalItems");
        match (schema.get("items"), rest) {
            (Some(Value::Array(items)), rest) => {
                let items = items.iter().map(|item| self.schema(item)).collect::<Compiled<_>>()?;
                let rest = rest.map(|rest| self.schema(rest)).transpose()?;
                Ok(Some(Check::Tuple { items, rest }))
            }
            (_, Some(_)) => Err(NotASchema),
            (Some(items), None) => Ok(Some(Check::EachItem(self.schema(items)?))),
            (None, None) => Ok(None),
        }
    }

    fn properties(&mut self, schema: &Object) -> Compiled<Option<Check>> {
        let mut properties = Properties::default();
        for (name, value) in members(schema.get("properties"))? {
            properties.named.insert(name.as_str().to_owned(), self.schema(value)?);
        }
        for (name, value) in members(schema.get("patternProperties"))? {
            let pattern = pattern(name)?;
            if properties.named.keys().any(|name| pattern.is_match(name)) {
                return Err(NotASchema);
            }
            properties.patterns.push((pattern, self.schema(value)?));
        }
        properties.rest = schema.get("additionalProperties").map(|rest| self.schema(rest)).transpose()?;
        let is_empty = properties.named.is_empty() && properties.patterns.is_empty() && properties.rest.is_none();
        Ok((!is_empty).then_some(Check::Properties(properties)))
    }

    fn dependencies(&mut self, value: &Value) -> Compiled<Check> {
        let mut places = Vec::new();
        for (name, dependency) in members(Some(value))? {
            let check = match dependency {
                Value::Array(_) => Check::Requires(name.clone(), names(dependency)?),
                schema => Check::Implies(name.clone(), self.schema(schema)?),
            };
            self.nodes.push(Node { checks: vec![check] });
            places.push(self.nodes.len() - 1);
        }
        Ok(Check::All(places))
    }
}

/// The schema of an `$id`.
fn find_id(schema: &Value, id: &str, depth: u32) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    match schema {
        Value::Object(object) => {
            let is_it = object.get("$id").and_then(Value::as_text).is_some_and(|known| known == id);
            let found = is_it.then(|| schema.clone());
            found.or_else(|| object.iter().find_map(|(_, value)| find_id(value, id, depth)))
        }
        Value::Array(items) => items.iter().find_map(|item| find_id(item, id, depth)),
        _ => None,
    }
}

/// A name of a pointer in a fragment (RFC 6901, section 6).
fn unescape(name: &str) -> Option<String> {
    let decoded = percent_encoding::percent_decode_str(name).decode_utf8().ok()?;
    Some(decoded.replace("~1", "/").replace("~0", "~"))
}

/// Whether a keyword that asserts nothing is of its type.
fn annotate(keyword: &str, value: &Value) -> Compiled<()> {
    let is_right = match keyword {
        "$schema" => value.as_text().is_some_and(|text| text.trim_end_matches('#') == DRAFT),
        "$id" | "$comment" | "title" | "description" | "contentMediaType" | "contentEncoding" => {
            value.as_text().is_some()
        }
        "readOnly" | "writeOnly" => matches!(value, Value::Bool(_)),
        "examples" => matches!(value, Value::Array(_)),
        "definitions" => matches!(value, Value::Object(_)),
        _ => true,
    };
    if is_right { Ok(()) } else { Err(NotASchema) }
}

/// The one draft whose schema Ajv knows by default.
const DRAFT: &str = "http://json-schema.org/draft-07/schema";

fn types(value: &Value, nullable: Option<&Value>) -> Compiled<Vec<Type>> {
    let mut types = match value {
        Value::Array(names) if is_set(names) => names.iter().map(named_type).collect::<Compiled<Vec<_>>>()?,
        value => vec![named_type(value)?],
    };
    match nullable {
        Some(Value::Bool(true)) => types.push(Type::Null),
        Some(Value::Bool(false)) if types.contains(&Type::Null) => return Err(NotASchema),
        None | Some(Value::Bool(false)) => {}
        Some(_) => return Err(NotASchema),
    }
    Ok(types)
}

/// Whether there are values, none of them twice.
fn is_set(values: &[Value]) -> bool {
    let is_twice = |(at, value): (usize, &Value)| values.iter().take(at).any(|known| known.deep_eq(value));
    !values.is_empty() && !values.iter().enumerate().any(is_twice)
}

fn named_type(name: &Value) -> Compiled<Type> {
    Ok(match text(name)? {
        "null" => Type::Null,
        "boolean" => Type::Boolean,
        "number" => Type::Number,
        "integer" => Type::Integer,
        "string" => Type::String,
        "array" => Type::Array,
        "object" => Type::Object,
        _ => return Err(NotASchema),
    })
}

/// A least and a most number of something. Absent: neither is said.
fn limits(schema: &Object, least: &str, most: &str) -> Compiled<Option<(usize, usize)>> {
    let read = |keyword| schema.get(keyword).map(count).transpose();
    let (least, most) = (read(least)?, read(most)?);
    let is_said = least.is_some() || most.is_some();
    Ok(is_said.then_some((least.unwrap_or(0), most.unwrap_or(usize::MAX))))
}

fn count(value: &Value) -> Compiled<usize> {
    let whole = number(value).filter(|number| *number >= 0.0 && number.fract() == 0.0).ok_or(NotASchema)?;
    // Saturates, where no value is as long.
    Ok(whole as usize)
}

/// A pattern as Ajv compiles it, in Unicode's mode.
fn pattern(source: &str) -> Compiled<Regexp> {
    Regexp::compile(source, "u").map_err(|_| NotASchema)
}

fn names(value: &Value) -> Compiled<Vec<Text>> {
    let names = array(value).ok_or(NotASchema)?;
    let names = names.iter().map(|name| name.as_text().cloned().ok_or(NotASchema)).collect::<Compiled<Vec<_>>>()?;
    let is_twice = names.iter().enumerate().any(|(at, name)| names.iter().take(at).any(|known| known == name));
    if is_twice { Err(NotASchema) } else { Ok(names) }
}

fn members(value: Option<&Value>) -> Compiled<Vec<&(Text, Value)>> {
    match value {
        None => Ok(Vec::new()),
        Some(Value::Object(object)) => Ok(object.iter().collect()),
        Some(_) => Err(NotASchema),
    }
}

fn array(value: &Value) -> Option<&[Value]> {
    if let Value::Array(items) = value { Some(items) } else { None }
}

fn text(value: &Value) -> Compiled<&str> {
    value.as_text().map(Text::as_str).ok_or(NotASchema)
}

fn number(value: &Value) -> Option<f64> {
    if let Value::Number(number) = value { Some(*number) } else { None }
}
