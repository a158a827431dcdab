//! Inline partials: where they are declared and how they are called.

use std::sync::Arc;

use super::Rendering;
use crate::{
    RenderError,
    program::{PartialCall, Program},
    scope::{Context, Frame, Known, Partials, Scope},
    value::{Object, Text, Value},
};

impl Rendering<'_> {
    /// Runs a program that declares partials: they hold in all of it, before their declaration too.
    #[inline(never)]
    pub(super) fn with_inlines(
        &mut self,
        program: &Program,
        scope: Scope<'_>,
        outside: Option<Scope<'_>>,
    ) -> Result<(), RenderError> {
        let mut names = smallvec::SmallVec::new();
        for inline in &program.inlines {
            names.push(self.evaluate(&inline.name, scope)?.to_text());
        }
        let known = Known::Inlines { names, inlines: &program.inlines };
        let home = outside.map(|outside| Scope { params: scope.params, ..outside });
        let partials = Partials { known, home, up: scope.partials };
        self.nodes(program, Scope { partials: Some(&partials), ..scope })
    }

    #[inline(never)]
    pub(super) fn partial(&mut self, call: &PartialCall, scope: Scope<'_>) -> Result<(), RenderError> {
        let name = self.evaluate(&call.name, scope)?.to_text();
        let context = self.partial_context(call, scope)?;
        let start = self.out.len();
        match (scope.partials.and_then(|partials| partials.find(&name)), &call.block) {
            (Some((program, partials)), None) => self.run_partial(program, partials, context, scope)?,
            (Some((program, partials)), Some(block)) => {
                let frame = Frame::of_partial(scope.frame);
                let block = Partials { known: Known::Block(block), home: Some(scope), up: scope.partials };
                self.run_partial(program, partials, context, Scope { frame: &frame, partials: Some(&block), ..scope })?;
            }
            (None, Some(block)) => {
                // Handlebars opens one for the call, and one for the block that stands in.
                let call = Frame::of_partial(scope.frame);
                let frame = Frame::of_partial(&call);
                self.enter(Some(block), Scope { frame: &frame, ..scope }, context, smallvec::SmallVec::new())?;
            }
            (None, None) => return Err(RenderError::new(format!("The partial {} could not be found", name.as_str()))),
        }
        if !call.indent.is_empty() {
            self.indent_from(start, &call.indent);
        }
        Ok(())
    }

    /// Runs a partial: its levels and block parameters are those of where it was written, its variables and partials
    /// those of where it is called.
    fn run_partial(
        &mut self,
        program: &Program,
        partials: &Partials<'_>,
        value: Value,
        caller: Scope<'_>,
    ) -> Result<(), RenderError> {
        let up = match partials.home {
            Some(home) if value.loose_eq(&home.context.value) => home.context.up,
            Some(home) => Some(home.context),
            None => None,
        };
        let within = Frame::of_partial(caller.frame);
        let (visible, frame) = match partials.known {
            // What a partial was given to wrap sees the partials of its own place, not itself.
            Known::Block(_) => (partials.up, &within),
            Known::Inlines { .. } => (caller.partials, caller.frame),
        };
        let context = Context { value, up };
        let params = partials.home.and_then(|home| home.params);
        let scope = Scope { context: &context, frame, params, partials: visible };
        self.nest(|rendering| rendering.run(program, scope, partials.home))
    }

    /// The context that a partial gets: the one given or the current one, with the call's named arguments over it.
    fn partial_context(&mut self, call: &PartialCall, scope: Scope<'_>) -> Result<Value, RenderError> {
        let context = match &call.context {
            Some(context) => self.evaluate(context, scope)?,
            None => scope.context.value.clone(),
        };
        if call.hash.is_empty() {
            return Ok(context);
        }
        let mut object = match &context {
            Value::Object(object) => Object::clone(object),
            // JavaScript copies items and letters as members.
            Value::Array(items) => members(items.iter().cloned()),
            Value::String(text) => members(text.chars().map(|c| Value::string(c.encode_utf8(&mut [0; 4]) as &str))),
            _ => Object::default(),
        };
        for (key, value) in &call.hash {
            object.insert(key.clone(), self.evaluate(value, scope)?);
        }
        Ok(Value::Object(Arc::new(object)))
    }

    /// Indents every line that was printed since a place, but for an empty last one.
    fn indent_from(&mut self, start: usize, indent: &Text) {
        let printed = self.out.split_off(start);
        for line in printed.split_inclusive('\n') {
            self.out.push_str(indent);
            self.out.push_str(line);
        }
    }
}

fn members(values: impl Iterator<Item = Value>) -> Object {
    Object::from_members(values.enumerate().map(|(at, value)| (Text::from(at.to_string()), value)).collect())
}
