//! Handlebars' own helpers and Mockoon's blocks: `if each with switch repeat`, variables, `log`.

use smallvec::{SmallVec, smallvec};

use super::{Arguments, Helper, Outcome, Table};
use crate::{
    RenderError, limits,
    program::Program,
    render::Rendering,
    scope::{Frame, PassKind, Scope},
    value::{Object, Text, Value, is_space},
};

pub(super) const TABLE: Table = &[
    ("if", Helper::Live(if_)),
    ("unless", Helper::Live(unless)),
    ("each", Helper::Live(each_)),
    ("with", Helper::Live(with)),
    ("lookup", Helper::Pure(lookup)),
    ("log", Helper::Live(log)),
    ("repeat", Helper::Live(repeat)),
    ("switch", Helper::Live(switch)),
    ("case", Helper::Live(case)),
    ("default", Helper::Live(default)),
    ("setVar", Helper::Pure(set_var)),
    ("getVar", Helper::Pure(get_var)),
    // Handlebars' hooks, which templates may not call since 4.3.
    ("helperMissing", Helper::Pure(hook)),
    ("blockHelperMissing", Helper::Pure(hook)),
];

impl Arguments<'_> {
    fn program(&self) -> Option<&Program> {
        self.block?.program.as_ref()
    }

    fn inverse(&self) -> Option<&Program> {
        self.block?.inverse.as_ref()
    }

    /// An arm of the block that the helper heads. A helper that is no block's head has none, which is an error once it
    /// asks: `name` is what Mockoon's source calls the function.
    fn arm(&self, choose: fn(&Self) -> Option<&Program>, name: &str) -> Result<Option<&Program>, RenderError> {
        match self.block {
            Some(_) => Ok(choose(self)),
            None => Err(RenderError::new(format!("{name} is not a function"))),
        }
    }

    fn main_arm(&self) -> Result<Option<&Program>, RenderError> {
        self.arm(Self::program, "options.fn")
    }

    fn other_arm(&self) -> Result<Option<&Program>, RenderError> {
        self.arm(Self::inverse, "options.inverse")
    }

    fn exactly_one(&self, helper: &str) -> Result<&Value, RenderError> {
        match self.params {
            [value] => Ok(value),
            _ => Err(RenderError::new(format!("#{helper} requires exactly one argument"))),
        }
    }

    fn holds(&self, helper: &str) -> Result<bool, RenderError> {
        let value = self.exactly_one(helper)?;
        let includes_zero = self.named("includeZero").is_some_and(Value::is_truthy);
        Ok(!value.is_empty() && (includes_zero || value.is_truthy()))
    }
}

fn if_(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let arm = if arguments.holds("if")? { arguments.main_arm() } else { arguments.other_arm() }?;
    rendering.stay(arm, arguments.scope)?;
    Ok(Value::Undefined)
}

fn unless(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    // Handlebars hands its arms to `if` in each other's place, and so are they called.
    let arm = if arguments.holds("unless")? {
        arguments.arm(Arguments::inverse, "options.fn")
    } else {
        arguments.arm(Arguments::program, "options.inverse")
    }?;
    rendering.stay(arm, arguments.scope)?;
    Ok(Value::Undefined)
}

fn with(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let value = arguments.exactly_one("with")?;
    if value.is_empty() {
        rendering.stay(arguments.other_arm()?, arguments.scope)?;
    } else {
        rendering.enter(
            arguments.arm(Arguments::program, "fn")?,
            arguments.scope,
            value.clone(),
            smallvec![value.clone()],
        )?;
    }
    Ok(Value::Undefined)
}

fn each_(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let Some(value) = arguments.params.first() else { return Err(RenderError::new("Must pass iterator to #each")) };
    let passes = match value {
        Value::Array(items) => items.len(),
        Value::Object(object) => object.len(),
        Value::Safe(_) => 1,
        _ => 0,
    };
    let name = if passes == 0 { "inverse" } else { "fn" };
    if arguments.len() > 1 {
        // The second stands where Handlebars passes its own, which has the arms.
        return Err(RenderError::new(format!("{name} is not a function")));
    }
    let arm =
        if passes == 0 { arguments.arm(Arguments::inverse, name) } else { arguments.arm(Arguments::program, name) }?;
    if passes == 0 {
        rendering.stay(arm, arguments.scope)?;
    } else {
        each(rendering, value.clone(), arm, arguments.scope)?;
    }
    Ok(Value::Undefined)
}

/// Runs a program for each item or member. One frame serves all passes: a variable set in one is there in the next.
pub(crate) fn each(
    rendering: &mut Rendering<'_>,
    value: Value,
    program: Option<&Program>,
    scope: Scope<'_>,
) -> Result<(), RenderError> {
    let frame = Frame::of_loop(scope.frame, PassKind::Each, 0.0);
    let scope = Scope { frame: &frame, ..scope };
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                rendering.pass()?;
                let key = Value::Number(index as f64);
                frame.begin_pass(index, index + 1 == items.len(), key.clone());
                rendering.enter(program, scope, item.clone(), smallvec![item.clone(), key])?;
            }
        }
        Value::Object(object) => {
            for (index, (name, value)) in object.iter().enumerate() {
                rendering.pass()?;
                let key = Value::String(name.clone());
                frame.begin_pass(index, index + 1 == object.len(), key.clone());
                rendering.enter(program, scope, value.clone(), smallvec![value.clone(), key])?;
            }
        }
        // A safe string is an object with one member in JavaScript.
        Value::Safe(text) => {
            let (item, key) = (Value::String(text), Value::string(Text::fixed("string")));
            frame.begin_pass(0, true, key.clone());
            rendering.enter(program, scope, item.clone(), smallvec![item, key])?;
        }
        _ => {}
    }
    Ok(())
}

fn lookup(arguments: &Arguments<'_>) -> Outcome {
    let value = arguments.first();
    // Handlebars looks up with its own argument, which is the third.
    let problem = match arguments.get(2) {
        _ if !arguments.is_empty() && !value.is_truthy() => None,
        _ if arguments.len() == 2 => None,
        nothing if nothing.is_nullish() => {
            Some(format!("Cannot read properties of {} (reading 'lookupProperty')", nothing.to_text().as_str()))
        }
        _ => Some("options.lookupProperty is not a function".to_owned()),
    };
    if let Some(problem) = problem {
        return Err(RenderError::new(problem));
    }
    Ok(if value.is_truthy() { value.property(&arguments.get(1).to_text()) } else { value.clone() })
}

fn log(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let mut message = String::new();
    for (index, value) in arguments.params.iter().enumerate() {
        if index > 0 {
            message.push(' ');
        }
        value.write(&mut message);
    }
    rendering.host.log(&message);
    Ok(Value::Undefined)
}

/// Prints its block so many times, or a random number of times between two. Unless `comma=false` each pass loses the
/// white space at its end, gets a comma when another follows, and a line break.
fn repeat(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let count = match arguments.params {
        [count] => count.to_number(),
        [least, most] => rendering.random_between(least.to_number(), most.to_number()),
        _ => return Err(RenderError::new("The repeat helper requires a numeric param")),
    };
    let commas = !matches!(arguments.named("comma"), Some(Value::Bool(false)));
    let frame = Frame::of_loop(arguments.scope.frame, PassKind::Repeat, count);
    let scope = Scope { frame: &frame, ..arguments.scope };
    let start = rendering.out.len();
    let mut index = 0;
    while (index as f64) < count {
        rendering.pass()?;
        let is_last = index as f64 == count - 1.0;
        frame.begin_pass(index, is_last, Value::Undefined);
        rendering.stay(arguments.main_arm()?, scope)?;
        if commas {
            finish_pass(&mut rendering.out, start, is_last, (index as f64) < count - 1.0);
        }
        if rendering.out.len() > limits::OUTPUT_BYTES {
            return Err(RenderError::new(format!("the template prints more than {} bytes", limits::OUTPUT_BYTES)));
        }
        index += 1;
    }
    Ok(Value::Undefined)
}

fn finish_pass(out: &mut String, start: usize, is_last: bool, is_followed: bool) {
    let printed = out.get(start..).unwrap_or_default();
    let kept = printed.trim_end_matches(is_space);
    let has_comma = kept.ends_with(',');
    let kept = start + kept.len() - usize::from(has_comma && is_last);
    out.truncate(kept);
    if is_followed && !has_comma {
        out.push(',');
    }
    out.push('\n');
}

/// `switch` keeps its state in variables of the frame, as Mockoon does, and gives its blocks a context of their own:
/// what was `this` outside is `../` inside.
fn switch(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    match arguments.params {
        [_] => {}
        [] => return Err(no_options("data")),
        _ => return Err(RenderError::new("Cannot set properties of undefined (setting 'found')")),
    }
    let frame = arguments.scope.frame;
    frame.set(FOUND, Value::Bool(false));
    frame.set(SWITCH_VALUE, arguments.plain(0));
    enter_options(rendering, arguments)
}

fn case(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let frame = arguments.scope.frame;
    let Some(value) = arguments.params.first() else { return Err(no_options("data")) };
    if !value.strict_eq(&frame.get(&SWITCH_VALUE)) || frame.get(&FOUND).is_truthy() {
        return Ok(Value::Undefined);
    }
    frame.set(FOUND, Value::Bool(true));
    enter_options(rendering, arguments)
}

fn default(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    if !arguments.is_empty() {
        return Err(no_options("found"));
    }
    let frame = arguments.scope.frame;
    if frame.get(&FOUND).is_truthy() {
        return Ok(Value::Undefined);
    }
    frame.set(SWITCH_VALUE, Value::Undefined);
    enter_options(rendering, arguments)
}

/// An argument too many or too few stands where Handlebars passes its own.
fn no_options(member: &str) -> RenderError {
    RenderError::new(format!("Cannot read properties of undefined (reading '{member}')"))
}

const FOUND: Text = Text::fixed("found");
const SWITCH_VALUE: Text = Text::fixed("switchValue");

fn enter_options(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    rendering.enter(arguments.main_arm()?, arguments.scope, options(), SmallVec::new())?;
    Ok(Value::Undefined)
}

/// The context that Mockoon's own blocks run in: an object that is none of the template's.
pub(super) fn options() -> Value {
    Value::Object(Object::default().into())
}

fn set_var(arguments: &Arguments<'_>) -> Outcome {
    if arguments.len() < 2 {
        return Ok(Value::Undefined);
    }
    let value = arguments.plain(1);
    if !value.is_within_depth(limits::VALUE_DEPTH) {
        return Err(RenderError::new(format!("more than {} arrays or objects lie in each other", limits::VALUE_DEPTH)));
    }
    arguments.scope.frame.set(arguments.first().to_text(), value);
    Ok(Value::Undefined)
}

fn get_var(arguments: &Arguments<'_>) -> Outcome {
    if arguments.is_empty() {
        return Ok(Value::Undefined);
    }
    Ok(crate::render::variable(&arguments.first().to_text(), arguments.scope.frame, arguments.scope))
}

fn hook(_: &Arguments<'_>) -> Outcome {
    Err(RenderError::new("Cannot read properties of undefined (reading 'call')"))
}
