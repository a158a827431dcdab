//! Methods of numbers, and texts as numbers.

use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{
    operators::{exact, float},
    value::Value,
};

/// Calls a number's method. Absent: it has none of that name.
pub(crate) fn call(number: &Value, name: &str, arguments: &[Value]) -> Option<Value> {
    let digits = || arguments.first().and_then(float).and_then(|digits| digits.to_u32()).unwrap_or(0).min(28);
    match name {
        "intValue" | "longValue" | "toInteger" | "toLong" => whole(number),
        "doubleValue" | "floatValue" | "toDouble" | "toFloat" => float(number).map(Value::Double),
        "toBigDecimal" => exact(number).map(Value::Decimal),
        "abs" => Some(match number {
            Value::Int(number) => Value::Int(number.saturating_abs()),
            Value::Decimal(number) => Value::Decimal(number.abs()),
            _ => Value::Double(float(number)?.abs()),
        }),
        "toFixed" => Some(Value::text(format!("{:.*}", digits() as usize, float(number)?))),
        "round" | "setScale" => Some(match number {
            Value::Decimal(number) => {
                let strategy = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
                let mut rounded = number.round_dp_with_strategy(digits(), strategy);
                rounded.rescale(digits());
                Value::Decimal(rounded)
            }
            Value::Double(number) => {
                let scale = 10_f64.powi(i32::try_from(digits()).unwrap_or(0));
                Value::Double((number * scale).round() / scale)
            }
            _ => number.clone(),
        }),
        _ => None,
    }
}

/// The whole number that a number is cut to.
pub(crate) fn whole(number: &Value) -> Option<Value> {
    match number {
        Value::Int(number) => Some(Value::Int(*number)),
        Value::Decimal(number) => number.trunc().to_i64().map(Value::Int),
        Value::Double(number) => number.trunc().to_i64().map(Value::Int),
        _ => None,
    }
}

/// A value as a number: a text is read as one. Absent: it is none.
pub(crate) fn number(value: &Value) -> Option<Value> {
    match value {
        Value::Int(_) | Value::Decimal(_) | Value::Double(_) => Some(value.clone()),
        Value::Bool(value) => Some(Value::Int(i64::from(*value))),
        Value::Text(text) => read(text.trim()),
        _ => None,
    }
}

fn read(text: &str) -> Option<Value> {
    let whole = text.parse::<i64>().ok().map(Value::Int);
    let exact = || text.parse::<Decimal>().ok().map(Value::Decimal);
    whole.or_else(exact).or_else(|| text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::Double))
}
