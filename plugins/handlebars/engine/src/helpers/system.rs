//! What outlives a request: the environment's variables and Mockoon's global ones.

use super::{Arguments, Helper, Outcome, Table};
use crate::{
    RenderError,
    host::BucketError,
    render::Rendering,
    value::{Text, Value, json, path},
};

pub(super) const TABLE: Table = &[
    ("getEnvVar", Helper::Live(get_env_var)),
    ("setGlobalVar", Helper::Live(set_global_var)),
    ("getGlobalVar", Helper::Live(get_global_var)),
];

/// `getEnvVar name [default]`: a variable of the process. The prefix that the operator chose may be left out.
fn get_env_var(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    if arguments.is_empty() {
        return Ok(Value::Undefined);
    }
    let (name, prefix) = (arguments.first().to_text(), rendering.host.env_prefix());
    let name = if name.starts_with(prefix.as_str()) { name } else { Text::from([prefix.as_str(), &name].concat()) };
    Ok(rendering.host.env(&name).map_or_else(|| arguments.default_value(1), Value::String))
}

/// `setGlobalVar name value`.
fn set_global_var(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    if arguments.len() >= 2 {
        // What has no JSON counts as not set.
        let json = match arguments.plain(1) {
            Value::Undefined => None,
            value => Some(json::to_compact(&value)),
        };
        rendering.host.global_set(&arguments.first().to_text(), json.as_deref()).map_err(failure)?;
    }
    Ok(Value::Undefined)
}

/// `getGlobalVar name [path] [default]`.
fn get_global_var(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    if arguments.is_empty() {
        return Ok(Value::Undefined);
    }
    let found = rendering.host.global_get(&arguments.first().to_text()).map_err(failure)?;
    let default = arguments.default_value(2);
    Ok(match found.and_then(|text| json::parse(&text)) {
        Some(value) => path::try_lookup(&value, &arguments.plain(1), default)?,
        None => default,
    })
}

fn failure(error: BucketError) -> RenderError {
    RenderError::new(match error {
        BucketError::NoSuchBucket => "global variables are not kept here".to_owned(),
        BucketError::DoesNotApply => "this global variable cannot be set".to_owned(),
        BucketError::Failed(message) => message,
    })
}
