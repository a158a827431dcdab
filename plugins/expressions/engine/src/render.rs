//! Program to text: one rendering asks its host for each part of the request once, whatever its templates name.

mod bodies;
mod calls;
mod references;
mod variables;

pub use bodies::Bodies;

use crate::{
    Template,
    host::Host,
    limits::OUTPUT_BYTES,
    problem::RenderError,
    program::{Argument, Expression, Operand, Part, Put},
};
use bodies::{Content, Request};
use variables::Variables;

/// The rendering of the templates of one response, in order. What one puts aside, the next ones see.
pub struct Rendering<'r> {
    host: &'r mut dyn Host,
    request: Request<'r>,
    response: Content<'r>,
    variables: Variables,
    /// Bytes that are printed already.
    printed: usize,
}

/// What an operand came to; its text has been appended.
enum Found {
    Something,
    /// There is nothing to look into: an alternative is taken, or the template fails.
    NoBody(&'static str),
}

// === impl Rendering ===

impl<'r> Rendering<'r> {
    /// A rendering for what a host knows. `bodies` keep the texts that are looked into.
    #[must_use]
    pub fn new(host: &'r mut dyn Host, bodies: &'r Bodies) -> Self {
        Self {
            host,
            request: Request::new(bodies),
            response: Content::response(bodies),
            variables: Variables::default(),
            printed: 0,
        }
    }

    /// Renders a template.
    ///
    /// # Errors
    ///
    /// When an expression can't be worked out.
    pub fn render(&mut self, template: &Template) -> Result<String, RenderError> {
        let mut out = String::with_capacity(template.source.len() + 64);
        for part in &template.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Expression(expression) => self.expression(expression, &mut out)?,
            }
            if self.printed + out.len() > OUTPUT_BYTES {
                return Err(RenderError(format!("the templates print more than {} MiB", OUTPUT_BYTES >> 20)));
            }
        }
        self.printed += out.len();
        Ok(out)
    }

    /// What templates have put aside, by name: the text of a JSON object. Absent: nothing.
    #[must_use]
    pub fn values(&self) -> Option<String> {
        self.variables.to_json()
    }

    fn expression(&mut self, expression: &Expression, out: &mut String) -> Result<(), RenderError> {
        let start = out.len();
        let mut found = Found::Something;
        for alternative in &expression.alternatives {
            out.truncate(start);
            found = self.operand(alternative, out)?;
            let text = out.get(start..).unwrap_or_default();
            if matches!(found, Found::Something) && !text.is_empty() && text != "null" {
                break;
            }
        }
        if let Found::NoBody(whose) = found {
            return Err(RenderError(format!("`{whose}.body` is looked into, and the {whose} has no body")));
        }
        for put in &expression.puts {
            let value = out.get(start..).unwrap_or_default().to_owned();
            self.put(put, value)?;
        }
        Ok(())
    }

    fn put(&mut self, put: &Put, value: String) -> Result<(), RenderError> {
        let name = self.argument(&put.name)?;
        let value = match &put.value {
            Some(own) => self.argument(own)?,
            None => value,
        };
        self.variables.put(name, value)
    }

    fn argument(&mut self, argument: &Argument) -> Result<String, RenderError> {
        match argument {
            Argument::Text(text) => Ok(text.to_string()),
            Argument::Operand(operand) => {
                let mut out = String::new();
                // Where there is no body, the argument is empty.
                self.operand(operand, &mut out)?;
                Ok(out)
            }
        }
    }

    /// Appends what an operand gives.
    fn operand(&mut self, operand: &Operand, out: &mut String) -> Result<Found, RenderError> {
        match operand {
            Operand::Literal(text) => out.push_str(text),
            Operand::Variable { name, path } => self.variables.write(self.host, name, path.as_ref(), out),
            Operand::Request(reference) => return Ok(self.request(reference, out)),
            Operand::Response(reference) => return Ok(self.response(reference, out)),
            Operand::Call(call) => self.call(call, out)?,
        }
        Ok(Found::Something)
    }
}
