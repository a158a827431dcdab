//! Runs compiled templates: walks the program, evaluates arguments, calls helpers, prints into one buffer.

mod partial;

use std::sync::Arc;

use smallvec::SmallVec;

use crate::{
    RenderError, Template,
    date::Zone,
    escape,
    helpers::{Arguments, Helper},
    host::Host,
    limits,
    program::{Block, Call, Expression, Node, Path, Program, Start, ValueBlock},
    request::Request,
    response::Response,
    scope::{Context, Frame, Params, Scope},
    value::{self, Object, Text, Value},
};

/// One request's renders. What a template asked of the request stays for the next ones.
pub struct Rendering<'h> {
    pub(crate) host: &'h mut dyn Host,
    pub(crate) request: Request,
    pub(crate) response: Response,
    pub(crate) out: String,
    /// The time zone, once a template has asked for it.
    pub(crate) zone: Option<Arc<Zone>>,
    pub(crate) faker_locale: Option<Text>,
    /// What templates begin in: an object, empty unless somebody gives one.
    root: Value,
    status: Option<u16>,
    nesting: u32,
    steps: usize,
}

// === impl Rendering ===

impl<'h> Rendering<'h> {
    /// Begins the renders of one request.
    pub fn new(host: &'h mut dyn Host) -> Self {
        let (request, response) = (Request::default(), Response::default());
        let root = Value::Object(Object::default().into());
        Self {
            host,
            request,
            response,
            out: String::new(),
            zone: None,
            faker_locale: None,
            root,
            status: None,
            nesting: 0,
            steps: 0,
        }
    }

    /// Gives the templates an object to begin in, as JSON: `{{name}}` is its member `name`, unless a helper has that
    /// name, and `{{this.name}}` always is.
    ///
    /// # Errors
    ///
    /// When the text is no JSON object.
    pub fn with_data(mut self, json: &str) -> Result<Self, RenderError> {
        match value::json::parse(&Text::from(json)) {
            Some(data @ Value::Object(_)) => self.root = data,
            _ => return Err(RenderError::new("the data is no JSON object")),
        }
        Ok(self)
    }

    /// Renders one template.
    ///
    /// # Errors
    ///
    /// What a helper said, or the limit that was reached. Changes that the template made to buckets up to there are the
    /// host's to keep or to drop.
    pub fn render(&mut self, template: &Template) -> Result<String, RenderError> {
        self.out = String::with_capacity(template.expected());
        self.nesting = 0;
        let context = Context { value: self.root.clone(), up: None };
        let frame = Frame::root();
        let scope = Scope { context: &context, frame: &frame, params: None, partials: None };
        self.run(&template.program, scope, None)?;
        template.expect(self.out.len());
        Ok(std::mem::take(&mut self.out))
    }

    /// The status that the templates asked for, the last one's.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    pub(crate) fn set_status(&mut self, status: u16) {
        self.status = Some(status);
    }

    /// Runs a program. `outside` is the scope that it was written in, without what it opened itself.
    fn run(&mut self, program: &Program, scope: Scope<'_>, outside: Option<Scope<'_>>) -> Result<(), RenderError> {
        if program.inlines.is_empty() {
            return self.nodes(program, scope);
        }
        self.with_inlines(program, scope, outside)
    }

    fn nodes(&mut self, program: &Program, scope: Scope<'_>) -> Result<(), RenderError> {
        self.take_steps(program.nodes.len())?;
        for node in &program.nodes {
            match node {
                Node::Text(text) => self.out.push_str(text),
                Node::Emit { value, escaped } => self.emit(value, *escaped, scope)?,
                Node::Block(block) => self.block(block, scope)?,
                Node::ValueBlock(block) => self.value_block(block, scope)?,
                Node::Partial(partial) => self.partial(partial, scope)?,
            }
        }
        if self.out.len() > limits::OUTPUT_BYTES {
            return Err(RenderError::new(format!("the template prints more than {} bytes", limits::OUTPUT_BYTES)));
        }
        Ok(())
    }

    fn emit(&mut self, value: &Expression, escaped: bool, scope: Scope<'_>) -> Result<(), RenderError> {
        match self.evaluate(value, scope)? {
            Value::Undefined | Value::Null => {}
            Value::Safe(text) => self.out.push_str(&text),
            Value::String(text) if escaped => escape::write(&mut self.out, &text),
            value @ Value::Array(_) if escaped => escape::write(&mut self.out, &value.to_text()),
            value => value.write(&mut self.out),
        }
        Ok(())
    }

    fn block(&mut self, block: &Block, scope: Scope<'_>) -> Result<(), RenderError> {
        let value = self.call(&block.call, Some(block), scope)?;
        if !value.is_nullish() {
            value.write(&mut self.out);
        }
        Ok(())
    }

    /// Handlebars' `blockHelperMissing`.
    fn value_block(&mut self, block: &ValueBlock, scope: Scope<'_>) -> Result<(), RenderError> {
        let value = self.evaluate(&block.value, scope)?;
        match value {
            Value::Bool(true) => self.stay(block.program.as_ref(), scope),
            Value::Undefined | Value::Null | Value::Bool(false) => self.stay(block.inverse.as_ref(), scope),
            Value::Array(items) if items.is_empty() => self.stay(block.inverse.as_ref(), scope),
            Value::Array(_) => crate::helpers::each(self, value, block.program.as_ref(), scope),
            value => self.enter(block.program.as_ref(), scope, value, SmallVec::new()),
        }
    }

    /// Runs an arm in the same context.
    pub(crate) fn stay(&mut self, program: Option<&Program>, scope: Scope<'_>) -> Result<(), RenderError> {
        let Some(program) = program else { return Ok(()) };
        if scope.context.value.is_nullish() {
            return self.stay_in_nothing(program, scope);
        }
        self.nest(|rendering| {
            if program.params == 0 {
                return rendering.run(program, scope, Some(scope));
            }
            let params = Params { values: SmallVec::new(), up: scope.params };
            rendering.run(program, Scope { params: Some(&params), ..scope }, Some(scope))
        })
    }

    /// Runs an arm where `this` is nothing: helpers see an empty object there, which is a level of its own unless it
    /// stands for `null`.
    #[inline(never)]
    fn stay_in_nothing(&mut self, program: &Program, scope: Scope<'_>) -> Result<(), RenderError> {
        let up = if matches!(scope.context.value, Value::Null) { scope.context.up } else { Some(scope.context) };
        let context = Context { value: Value::Object(Object::default().into()), up };
        self.stay(Some(program), Scope { context: &context, ..scope })
    }

    /// Runs an arm in another context, which `../` leads out of, unless it is the same value.
    pub(crate) fn enter(
        &mut self,
        program: Option<&Program>,
        scope: Scope<'_>,
        value: Value,
        params: SmallVec<[Value; 2]>,
    ) -> Result<(), RenderError> {
        let Some(program) = program else { return Ok(()) };
        let is_same = value.loose_eq(&scope.context.value);
        let up = if is_same { scope.context.up } else { Some(scope.context) };
        let context = Context { value, up };
        let params = Params { values: params, up: scope.params };
        let params = if program.params == 0 { scope.params } else { Some(&params) };
        self.nest(|rendering| rendering.run(program, Scope { context: &context, params, ..scope }, Some(scope)))
    }

    /// Runs something that may run itself.
    fn nest(&mut self, run: impl FnOnce(&mut Self) -> Result<(), RenderError>) -> Result<(), RenderError> {
        if self.nesting == limits::NESTING {
            return Err(RenderError::new(format!(
                "more than {} blocks or partials run in each other",
                limits::NESTING
            )));
        }
        self.nesting += 1;
        let result = run(self);
        self.nesting -= 1;
        result
    }

    /// Counts a loop's pass.
    pub(crate) fn pass(&mut self) -> Result<(), RenderError> {
        self.take_steps(1)
    }

    fn take_steps(&mut self, steps: usize) -> Result<(), RenderError> {
        self.steps += steps;
        if self.steps > limits::STEPS {
            return Err(RenderError::new(format!("the templates take more than {} steps", limits::STEPS)));
        }
        Ok(())
    }

    /// What a program prints, as a text of its own.
    pub(crate) fn capture(
        &mut self,
        program: Option<&Program>,
        scope: Scope<'_>,
        context: Value,
    ) -> Result<Text, RenderError> {
        let start = self.out.len();
        self.enter(program, scope, context, SmallVec::new())?;
        let text = Text::from(self.out.get(start..).unwrap_or_default());
        self.out.truncate(start);
        Ok(text)
    }

    pub(crate) fn evaluate(&mut self, expression: &Expression, scope: Scope<'_>) -> Result<Value, RenderError> {
        match expression {
            Expression::Literal(value) => Ok(value.clone()),
            Expression::Path(path) => Ok(resolve(path, scope)),
            Expression::Call(call) => self.call(call, None, scope),
        }
    }

    fn call(&mut self, call: &Call, block: Option<&Block>, scope: Scope<'_>) -> Result<Value, RenderError> {
        let mut params = SmallVec::<[Value; 4]>::new();
        for param in &call.params {
            params.push(self.evaluate(param, scope)?);
        }
        let mut hash = Vec::new();
        for (key, value) in &call.hash {
            hash.push((key.clone(), self.evaluate(value, scope)?));
        }
        let arguments = Arguments { params: &params, hash: &hash, scope, line: call.line, block };
        let value = match call.helper {
            Helper::Pure(run) => run(&arguments)?,
            Helper::Live(run) => run(self, &arguments)?,
        };
        match &value {
            Value::String(text) | Value::Safe(text) if text.len() > limits::OUTPUT_BYTES => {
                Err(RenderError::new(format!("a helper's text is longer than {} bytes", limits::OUTPUT_BYTES)))
            }
            _ => Ok(value),
        }
    }
}

/// The value of a path. A step from nothing leads nowhere.
fn resolve(path: &Path, scope: Scope<'_>) -> Value {
    let mut names = path.names.iter();
    let start = match path.start {
        Start::Context { up } => scope.context.ancestor(up).map(|context| context.value.clone()),
        Start::Param { up, index } => scope.params.and_then(|params| params.value(up, index)).cloned(),
        Start::Data { up } => scope.frame.outer(up).and_then(|frame| Some(variable(names.next()?, frame, scope))),
    };
    let mut value = start.unwrap_or_default();
    // Handlebars walks `@` paths with `&&`, which stays at a 0 or an empty string, and others with `!= null`.
    let stays_at_false = matches!(path.start, Start::Data { .. });
    for name in names {
        if value.is_nullish() || (stays_at_false && !value.is_truthy()) {
            break;
        }
        value = value.property(name);
    }
    value
}

/// The value of `@name` as seen from a frame.
pub(crate) fn variable(name: &str, frame: &Frame<'_>, scope: Scope<'_>) -> Value {
    match frame.get(name) {
        Value::Undefined if name == "root" => root(scope),
        value => value,
    }
}

fn root(scope: Scope<'_>) -> Value {
    let mut context = scope.context;
    while let Some(up) = context.up {
        context = up;
    }
    context.value.clone()
}
