//! Mockoon's `faker` helper, as its `faker-wrapper` passes a template's arguments on.

use crate::{Error, Source, Value, call, data, json, limits, method};

/// A use of the helper in a template.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// One of Faker's locales.
    pub locale: &'a str,
    /// The arguments in order, the method's name first.
    pub args: &'a [Value],
    /// The named arguments, in the order in which JavaScript enumerates them; together they are one more argument.
    pub named: &'a [(String, Value)],
    /// The template's line, for messages.
    pub line: usize,
}

/// What `{{faker 'module.method' args... name=value}}` gives. Where Faker refuses the arguments or the locale has no
/// such data, that is the empty string.
///
/// # Errors
///
/// [`Error::Thrown`] where the name is no method's, where an argument shaped `{...}` is no object, and where the
/// original's code would throw; [`Error::Limit`] where the answer would be too long. Mockoon shows the message.
pub fn helper(source: &mut dyn Source, template: &Call<'_>) -> Result<Value, Error> {
    let Call { locale, args, named, line } = *template;
    let (name, args) = args.split_first().map_or((Value::from(""), args), |(name, args)| (name.clone(), args));
    let (Value::String(name) | Value::Safe(name)) = name else {
        return Err(Error::thrown(format!(
            "Faker method name must be a string (valid: \"location.zipCode\", \"date.past\", etc) line {line}"
        )));
    };
    if let Some(inherited) = inherited(&name) {
        return inherited;
    }
    if !is_method(&name) {
        if is_other(&name, locale) {
            return Err(Error::thrown("fakerFunction is not a function"));
        }
        let problem = if name.is_empty() {
            "Faker method name is missing".into()
        } else {
            format!("{name} is not a valid Faker method")
        };
        return Err(Error::thrown(format!("{problem} (valid: \"location.zipCode\", \"date.past\", etc) line {line}")));
    }
    let mut passed: Vec<Value> = args.iter().map(read_object).collect::<Result<_, _>>()?;
    if !named.is_empty() {
        passed.push(Value::Object(named.to_vec()));
    }
    match call(source, locale, &name, &passed) {
        Err(Error::Faker(_)) => Ok(Value::String(String::new())),
        outcome => outcome,
    }
}

/// Whether a name is a method's. Anything after a second dot would be ignored, but the name's pattern allows none.
fn is_method(name: &str) -> bool {
    method::find(name).is_some()
}

/// What comes of a name that every JavaScript object has: it is called of nothing.
fn inherited(name: &str) -> Option<Result<Value, Error>> {
    let (module, member) = name.split_once('.')?;
    method::find_module(module)?;
    match member {
        "toString" => Some(Ok(Value::from("[object Undefined]"))),
        "isPrototypeOf" => Some(Ok(Value::Bool(false))),
        "toLocaleString" => Some(Err(Error::thrown("Object.prototype.toLocaleString called on null or undefined"))),
        "valueOf" | "hasOwnProperty" | "propertyIsEnumerable" => {
            Some(Err(Error::thrown("Cannot convert undefined or null to object")))
        }
        "constructor" => Some(Err(Error::thrown("Class constructor K cannot be invoked without 'new'"))),
        _ => None,
    }
}

/// Whether a name leads to something in Faker that is no method.
fn is_other(name: &str, locale: &str) -> bool {
    let Some((module, member)) = name.split_once('.') else { return false };
    let is_name = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
    if !is_name(member) {
        return false;
    }
    match module {
        "definitions" => true,
        "rawDefinitions" => data::locale(locale).is_some_and(|tables| tables.get(member).is_some()),
        module => member == "faker" && method::find_module(module).is_some(),
    }
}

/// An argument shaped `{...}` as the object that it means; others as they are.
fn read_object(arg: &Value) -> Result<Value, Error> {
    match arg {
        Value::String(text) if text.starts_with('{') && text.ends_with('}') => {
            if text.len() > limits::MAX_ANSWER_BYTES {
                return Err(limits::too_long());
            }
            json::read(&quoted_names(&text.replace('\\', "")))
                .ok_or_else(|| Error::thrown(format!("Error in parsing object argument {text}")))
        }
        other => Ok(other.clone()),
    }
}

/// Puts every name before a colon in double quotes: `/(['"])?([a-zA-Z0-9_]+)(['"])?:/g` becomes `"$2": `.
fn quoted_names(text: &str) -> String {
    let is_quote = |c: char| matches!(c, '\'' | '"');
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let inner = if is_quote(first) { rest.get(1..).unwrap_or_default() } else { rest };
        let end = inner.find(|c| !crate::text::is_word(c)).unwrap_or(inner.len());
        let (name, behind) = inner.split_at(end);
        let colon = behind.strip_prefix(is_quote).unwrap_or(behind).strip_prefix(':');
        match colon {
            Some(behind) if !name.is_empty() => {
                out.push('"');
                out.push_str(name);
                out.push_str("\": ");
                rest = behind;
            }
            // Not even from within these does a name begin that a colon follows.
            _ => {
                let skipped = first.len_utf8() + if is_quote(first) { 0 } else { end.saturating_sub(first.len_utf8()) };
                let (passed, behind) = rest.split_at_checked(skipped).unwrap_or((rest, ""));
                out.push_str(passed);
                rest = behind;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Call, helper, quoted_names};
    use crate::{Mersenne, Source, Value};

    struct Seeded(Mersenne);

    impl Source for Seeded {
        fn next_u32(&mut self) -> u32 {
            self.0.next_u32()
        }

        fn now_ms(&self) -> f64 {
            0.0
        }
    }

    /// What a template prints for the seed 1, or the error.
    fn printed(args: &[Value], named: &[(String, Value)]) -> String {
        let result = helper(&mut Seeded(Mersenne::from_u32(1)), &Call { locale: "en", args, named, line: 3 });
        result.map_or_else(|error| format!("error: {error}"), |value| value.to_text().into_owned())
    }

    #[test]
    fn names_and_arguments_are_taken_as_mockoon_takes_them() {
        let valid = "(valid: \"location.zipCode\", \"date.past\", etc) line 3";
        for (args, text) in [
            (vec![], format!("error: Faker method name is missing {valid}")),
            (vec![""], format!("error: Faker method name is missing {valid}")),
            (vec!["bad"], format!("error: bad is not a valid Faker method {valid}")),
            (vec!["a.b.c"], format!("error: a.b.c is not a valid Faker method {valid}")),
            (vec!["rawDefinitions.x"], format!("error: rawDefinitions.x is not a valid Faker method {valid}")),
            (vec!["person.faker"], "error: fakerFunction is not a function".to_owned()),
            (vec!["person.toString"], "[object Undefined]".to_owned()),
            (vec!["person.valueOf"], "error: Cannot convert undefined or null to object".to_owned()),
            (vec!["address.city"], "Minatown".to_owned()),
            (vec!["name.firstName"], "Hayley".to_owned()),
            (vec!["number.int", "{\"min\":5,max:5}"], "5".to_owned()),
            (vec!["number.int", "{x"], "3756200289967619".to_owned()),
            (vec!["number.int", "{x}"], "error: Error in parsing object argument {x}".to_owned()),
        ] {
            let args: Vec<Value> = args.into_iter().map(Value::from).collect();
            assert_eq!(printed(&args, &[]), text, "{args:?}");
        }
        let name = |name: &str| vec![Value::from(name)];
        let named = |pairs: [(&str, f64); 2]| pairs.map(|(key, value)| (key.to_owned(), Value::Number(value)));
        assert!(printed(&[Value::Number(5.0)], &[]).starts_with("error: Faker method name must be a string"));
        // Faker refuses them, which prints nothing.
        assert_eq!(printed(&name("number.int"), &named([("min", 9.0), ("max", 3.0)])), "");
        assert_eq!(printed(&name("number.int"), &named([("min", 9.0), ("max", 9.0)])), "9");
    }

    #[test]
    fn names_are_quoted_as_the_expression_does_it() {
        for (text, quoted) in [
            ("{min:1,max: 2}", r#"{"min": 1,"max":  2}"#),
            (r#"{'a':1,"b":2,"c' :3}"#, r#"{"a": 1,"b": 2,"c' :3}"#),
            (r#"{from:"2020-01-01T00:00:00"}"#, r#"{"from": "2020-01-"01T00": "00": 00"}"#),
            ("{é1:2,:3}", r#"{é"1": 2,:3}"#),
        ] {
            assert_eq!(quoted_names(text), quoted);
        }
    }
}
