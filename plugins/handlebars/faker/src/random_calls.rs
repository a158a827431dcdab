//! Calls with whatever a template may pass: nothing panics, and no answer is longer than it may be.

use proptest::prelude::*;

use crate::{Call, Error, Source, Value, call, helper, limits, names};

/// Numbers of a plain generator, at a time that a test chooses.
struct Plain(u64);

impl Source for Plain {
    fn next_u32(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32
    }

    fn now_ms(&self) -> f64 {
        self.0 as f64
    }
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "\\PC{0,12}",
        "[-{}\\[\\]()a-c0-9.,*+?^#!?L:'\" ]{0,16}",
        "\\{\\{[a-z.(){}\"\\[\\]:0-9]{0,24}\\}\\}",
        prop::sample::select(vec![
            "1e308",
            "-1",
            "female",
            "2020-01-01",
            "css",
            "binary",
            "closest",
            "longest",
            "visa"
        ])
        .prop_map(str::to_owned),
    ]
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Undefined),
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<f64>().prop_map(Value::Number),
        (-5..2000_i32).prop_map(|number| Value::Number(f64::from(number))),
        prop::sample::select(vec![0.0, -0.0, 0.1, 5e9, 1e300, f64::NAN, f64::INFINITY]).prop_map(Value::Number),
        any::<f64>().prop_map(Value::Date),
        any::<i64>().prop_map(|number| Value::BigInt(number.to_string())),
        texts().prop_map(Value::String),
        texts().prop_map(Value::Safe),
    ];
    let names = prop::sample::select(vec![
        "min",
        "max",
        "length",
        "count",
        "multipleOf",
        "fractionDigits",
        "format",
        "casing",
        "exclude",
        "prefix",
        "refDate",
        "from",
        "to",
        "years",
        "days",
        "mode",
        "weight",
        "value",
        "strategy",
        "origin",
        "radius",
        "firstName",
        "lastName",
        "types",
        "cidrBlock",
        "pattern",
        "memorable",
        "dec",
        "symbol",
        "autoFormat",
        "variant",
        "separator",
        "width",
        "text",
        "header",
        "payload",
        "extensionCount",
        "0",
        "state",
        "style",
        "sex",
        "probability",
        "countryCode",
    ]);
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn no_call_panics_or_answers_too_much(
        index in 0..265_usize,
        args in prop::collection::vec(values(), 0..3),
        locale in prop::sample::select(vec!["en", "base", "ja", "he", "th", "xx"]),
        seed in any::<u64>(),
    ) {
        let name = names().nth(index).unwrap_or_default();
        if let Ok(value) = call(&mut Plain(seed), locale, &name, &args) {
            prop_assert!(limits::check(&value).is_ok());
            let _printed = value.to_text();
        }
    }

    #[test]
    fn no_template_panics(name in texts(), args in prop::collection::vec(values(), 0..3), pattern in texts()) {
        let mut passed = vec![Value::String(name)];
        passed.extend(args);
        let template = Call { locale: "en", args: &passed, named: &[], line: 1 };
        let _result = helper(&mut Plain(1), &template);
        let _filled = call(&mut Plain(1), "en", "helpers.fake", &[Value::String(pattern)]);
    }
}

#[test]
fn what_would_be_too_long_is_refused() {
    let refused = |name: &str, args: &[Value]| matches!(call(&mut Plain(1), "en", name, args), Err(Error::Limit(_)));
    let many = [Value::Number(1e9)];
    for name in ["lorem.words", "string.alpha", "word.words"] {
        assert!(refused(name, &many), "{name}");
    }
    assert!(refused("helpers.multiple", &[Value::Undefined, Value::object([("count", Value::Number(1e9))])]));
    assert!(refused("helpers.fromRegExp", &[Value::from("a{999999999}")]));
    assert!(refused("internet.password", &[Value::object([("length", Value::from("x"))])]));
    assert!(call(&mut Plain(1), "en", "string.alpha", &[Value::Number(1e5)]).is_ok());
}
