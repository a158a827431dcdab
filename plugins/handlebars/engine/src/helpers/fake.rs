//! Random data: `faker`, the helpers that came before it, and dates by chance. All are draws of `handlebars-faker`,
//! from the environment's generator where it has a seed.

use std::sync::Arc;

use handlebars_faker::{Call, Error, Source, Value as Fake};

use super::{Arguments, Helper, Outcome, Table};
use crate::{
    RenderError,
    host::Host,
    render::Rendering,
    value::{Object, Text, Value},
};

pub(super) const TABLE: Table = &[
    ("faker", Helper::Live(faker)),
    ("boolean", Helper::Live(|rendering, _| plain(rendering, "datatype.boolean"))),
    ("int", Helper::Live(|rendering, arguments| number(rendering, arguments, "number.int", 1.0))),
    ("float", Helper::Live(|rendering, arguments| number(rendering, arguments, "number.float", 1e-10))),
    ("uuid", Helper::Live(|rendering, _| plain(rendering, "string.uuid"))),
    ("guid", Helper::Live(|rendering, _| plain(rendering, "string.uuid"))),
    ("objectId", Helper::Live(|rendering, _| plain(rendering, "database.mongodbObjectId"))),
    ("firstName", Helper::Live(|rendering, _| safe(rendering, "person.firstName", &[]))),
    ("lastName", Helper::Live(|rendering, _| safe(rendering, "person.lastName", &[]))),
    ("title", Helper::Live(title)),
    ("company", Helper::Live(|rendering, _| safe(rendering, "company.name", &[]))),
    ("domain", Helper::Live(|rendering, _| safe(rendering, "internet.domainName", &[]))),
    ("tld", Helper::Live(|rendering, _| safe(rendering, "internet.domainSuffix", &[]))),
    ("email", Helper::Live(|rendering, _| safe(rendering, "internet.email", &[]))),
    ("street", Helper::Live(|rendering, _| safe(rendering, "location.streetAddress", &[]))),
    ("city", Helper::Live(|rendering, _| safe(rendering, "location.city", &[]))),
    ("country", Helper::Live(|rendering, _| safe(rendering, "location.country", &[]))),
    ("countryCode", Helper::Live(|rendering, _| safe(rendering, "location.countryCode", &[]))),
    ("zipcode", Helper::Live(|rendering, _| safe(rendering, "location.zipCode", &[]))),
    ("postcode", Helper::Live(|rendering, _| safe(rendering, "location.zipCode", &[]))),
    ("lat", Helper::Live(|rendering, _| plain(rendering, "location.latitude"))),
    ("long", Helper::Live(|rendering, _| plain(rendering, "location.longitude"))),
    ("phone", Helper::Live(|rendering, _| safe(rendering, "phone.number", &[]))),
    ("color", Helper::Live(|rendering, _| safe(rendering, "color.human", &[]))),
    ("hexColor", Helper::Live(hex_color)),
    ("ipv4", Helper::Live(|rendering, _| plain(rendering, "internet.ipv4"))),
    ("ipv6", Helper::Live(|rendering, _| plain(rendering, "internet.ipv6"))),
    ("lorem", Helper::Live(lorem)),
    ("date", Helper::Live(date)),
    ("time", Helper::Live(time)),
];

/// The host as the faker's source: the environment's generator, the call's own where there is none.
struct Draws<'h> {
    host: &'h mut dyn Host,
    now_ms: f64,
}

impl Source for Draws<'_> {
    fn next_u32(&mut self) -> u32 {
        // The upper half: 32 bits are left after the shift.
        self.host.shared_random().unwrap_or_else(|| (self.host.random() >> 32) as u32)
    }

    fn now_ms(&self) -> f64 {
        self.now_ms
    }
}

impl Rendering<'_> {
    fn draws(&mut self) -> (Draws<'_>, Text) {
        let now_ms = self.now();
        let locale = self.faker_locale.get_or_insert_with(|| self.host.faker_locale()).clone();
        (Draws { host: self.host, now_ms }, locale)
    }

    fn fake(&mut self, method: &str, args: &[Fake]) -> Result<Value, Error> {
        let (mut draws, locale) = self.draws();
        let made = handlebars_faker::call(&mut draws, &locale, method, args)?;
        Ok(self.value_of(made))
    }

    /// What the faker made, as a value of the engine: its dates get the zone.
    fn value_of(&mut self, made: Fake) -> Value {
        match made {
            Fake::Undefined => Value::Undefined,
            Fake::Null => Value::Null,
            Fake::Bool(value) => Value::Bool(value),
            Fake::Number(number) => Value::Number(number),
            Fake::BigInt(text) | Fake::String(text) => Value::string(text),
            Fake::Safe(text) => Value::Safe(Text::from(text)),
            Fake::Date(millis) => self.date(millis),
            Fake::Array(items) => Value::array(items.into_iter().map(|item| self.value_of(item)).collect()),
            Fake::Object(members) => {
                let members = members.into_iter().map(|(name, value)| (Text::from(name), self.value_of(value)));
                Value::Object(Arc::new(Object::from_members(members.collect())))
            }
        }
    }
}

/// A template's value as an argument of the faker.
fn argument(value: &Value) -> Fake {
    match value {
        Value::Undefined => Fake::Undefined,
        Value::Null => Fake::Null,
        Value::Bool(value) => Fake::Bool(*value),
        Value::Number(number) => Fake::Number(*number),
        Value::String(text) => Fake::String(text.as_str().to_owned()),
        Value::Safe(text) => Fake::Safe(text.as_str().to_owned()),
        Value::Array(items) => Fake::Array(items.iter().map(argument).collect()),
        Value::Object(object) => Fake::Object(members(object.iter())),
        Value::Date(date) => Fake::Date(date.millis),
    }
}

fn members<'v>(members: impl Iterator<Item = &'v (Text, Value)>) -> Vec<(String, Fake)> {
    members.map(|(name, value)| (name.as_str().to_owned(), argument(value))).collect()
}

fn failure(error: Error) -> RenderError {
    RenderError::new(error.to_string())
}

/// `faker 'module.method' arguments... name=value`.
fn faker(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let args: Vec<Fake> = arguments.params.iter().map(argument).collect();
    let named = members(arguments.hash.iter());
    let line = arguments.line as usize;
    let (mut draws, locale) = rendering.draws();
    let call = Call { locale: &locale, args: &args, named: &named, line };
    let made = handlebars_faker::helper(&mut draws, &call).map_err(failure)?;
    Ok(rendering.value_of(made))
}

/// One method, whose errors Mockoon shows.
fn plain(rendering: &mut Rendering<'_>, method: &str) -> Outcome {
    rendering.fake(method, &[]).map_err(failure)
}

/// One method, empty where the locale has nothing for it.
fn safe(rendering: &mut Rendering<'_>, method: &str, args: &[Fake]) -> Outcome {
    match rendering.fake(method, args) {
        Err(Error::Faker(_)) => Ok(Value::EMPTY),
        made => made.map_err(failure),
    }
}

/// `int [min] [max]`, `float [min] [max]`: what is no number is not given.
fn number(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>, method: &str, precision: f64) -> Outcome {
    let mut options = vec![("precision".to_owned(), Fake::Number(precision))];
    for (name, limit) in ["min", "max"].into_iter().zip(arguments.params) {
        if let Value::Number(limit) = limit {
            options.push((name.to_owned(), Fake::Number(*limit)));
        }
    }
    rendering.fake(method, &[Fake::Object(options)]).map_err(failure)
}

fn title(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let sex = match arguments.first() {
        sex @ Value::String(_) => argument(sex),
        _ => Fake::Undefined,
    };
    safe(rendering, "person.prefix", &[sex])
}

fn hex_color(rendering: &mut Rendering<'_>, _: &Arguments<'_>) -> Outcome {
    let option = |name: &str, value: &str| (name.to_owned(), Fake::String(value.to_owned()));
    let options = Fake::Object(vec![option("format", "hex"), option("casing", "lower")]);
    rendering.fake("color.rgb", &[options]).map_err(failure)
}

fn lorem(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let words = match arguments.first() {
        words @ Value::Number(_) => argument(words),
        _ => Fake::Undefined,
    };
    safe(rendering, "lorem.sentence", &[words])
}

/// `date from to [format]`: a date by chance.
fn date(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let (Value::String(from), Value::String(to)) = (arguments.plain(0), arguments.plain(1)) else {
        return Ok(Value::EMPTY);
    };
    let made = between(rendering, &from, &to)?;
    match (arguments.params, &made) {
        ([_, _, Value::String(format)], Value::Date(date)) => rendering.formatted(date.millis, format),
        _ => Ok(Value::String(made.to_text())),
    }
}

/// `time [from to [format]]`: a time of the day by chance.
fn time(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let (from, to, format) = match arguments.params {
        [Value::String(from), Value::String(to), Value::String(format)] => {
            (from.as_str(), to.as_str(), format.as_str())
        }
        [Value::String(from), Value::String(to), ..] => (from.as_str(), to.as_str(), ""),
        _ => ("00:00:00", "23:59:00", ""),
    };
    let made = between(rendering, &format!("1970-01-01T{from}"), &format!("1970-01-01T{to}"))?;
    rendering.formatted(made.to_number(), if format.is_empty() { "HH:mm" } else { format })
}

fn between(rendering: &mut Rendering<'_>, from: &str, to: &str) -> Outcome {
    let mut limit = |name: &str, text: &str| {
        // A text that is no date stays one: the faker's message shows it.
        let date = Some(rendering.date_of(&Value::string(text))).filter(|millis| !millis.is_nan());
        (name.to_owned(), date.map_or_else(|| Fake::String(text.to_owned()), Fake::Date))
    };
    let options = Fake::Object(vec![limit("from", from), limit("to", to)]);
    rendering.fake("date.between", &[options]).map_err(failure)
}
