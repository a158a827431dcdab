//! Compares with what Faker itself gives: `data/golden.mjs` wrote it and says how.

use crate::{Error, Mersenne, Source, Value, call, json, names};

const GOLDEN: &str = include_str!("../tests/golden.tsv");
const NOW_MS: f64 = 1_795_248_104_123.0;

struct Seeded(Mersenne);

impl Source for Seeded {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn now_ms(&self) -> f64 {
        NOW_MS
    }
}

/// The lines of a file that do not hold here, as what was wanted and what came.
fn differences(golden: &str) -> Vec<String> {
    let (mut locale, mut seed) = ("", 0);
    let mut found = Vec::new();
    for line in golden.lines() {
        if let Some(head) = line.strip_prefix("# ") {
            let (name, number) = head.split_once(' ').unwrap();
            (locale, seed) = (name, number.parse().unwrap());
            continue;
        }
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, args, wanted, next] = fields[..] else { panic!("{line}") };
        let Some(Value::Array(args)) = json::read(args) else { panic!("{line}") };
        let mut source = Seeded(Mersenne::from_u32(seed));
        let result = encoded_result(call(&mut source, locale, name, &args));
        let after = call(&mut source, "en", "number.int", &[Value::Number(999.0)]).unwrap();
        if result != wanted || after.to_text() != next {
            found.push(format!(
                "{locale} {seed} {name} {}\n  want {wanted} {next}\n  came {result} {}",
                fields[1],
                after.to_text()
            ));
        }
    }
    found
}

fn encoded_result(result: Result<Value, Error>) -> String {
    match result {
        Ok(value) => encoded(&value),
        Err(Error::Faker(_)) => "!".to_owned(),
        Err(Error::Thrown(message) | Error::Limit(message)) => format!("!{message}"),
    }
}

fn encoded(value: &Value) -> String {
    match value {
        Value::Date(ms) => format!("@{}", Value::Number(*ms).to_text()),
        Value::BigInt(digits) => format!("{digits}n"),
        Value::Undefined | Value::Null | Value::Bool(_) | Value::Number(_) => value.to_text().into_owned(),
        Value::String(_) | Value::Safe(_) => json::write(value).unwrap(),
        Value::Array(items) => format!("[{}]", items.iter().map(encoded).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let members = members.iter().map(|(key, member)| {
                format!("{}:{}", json::write(&Value::from(key.as_str())).unwrap(), encoded(member))
            });
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
    }
}

#[test]
fn every_method_gives_what_faker_gives() {
    let differences = differences(GOLDEN);
    assert!(
        differences.is_empty(),
        "{} differ:\n{}",
        differences.len(),
        differences[..differences.len().min(40)].join("\n")
    );
}

#[test]
fn every_method_is_compared() {
    let compared: std::collections::HashSet<&str> = GOLDEN.lines().filter_map(|line| line.split('\t').next()).collect();
    let missing: Vec<String> = names().filter(|name| !compared.contains(name.as_str())).collect();
    assert_eq!((missing, names().count()), (Vec::new(), 265));
}
