//! Operations made ready: their dispatchers, constraints and examples.

use http::{HeaderName, header};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use ringback_diag::Diagnostic;
use ringback_matching::{Constraints, Contents, Dispatcher};
use ringback_model::environment::{Dispatch, Example, Operation, Response, Route, Script, ScriptLanguage};
use ringback_scripts::Language;

use super::{Ingredients, Making, placed};
use crate::site::{ExamplePlan, OperationPlan, ScriptPlan};

/// What a URL can't hold as it is, and `+`, which would be a blank.
const ENCODED: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'^').add(b'?').add(b'#').add(b'+');

/// Fields that the connection decides, whatever an example says (`microcks.md`, section 2.3).
const FRAMING: [HeaderName; 3] = [header::TRANSFER_ENCODING, header::CONTENT_LENGTH, header::CONNECTION];

impl Making<'_> {
    /// Makes an operation ready. What of it can't be as it is written is warned of: the rest is served.
    pub(super) fn operation(&mut self, route: &Route, operation: &Operation, with: &Ingredients<'_>) -> OperationPlan {
        let (dispatcher, problems) = Dispatcher::new(operation);
        let (constraints, more) = Constraints::new(&operation.constraints);
        let (contents, strange) = Contents::new(&operation.contents);
        for why in problems.into_iter().chain(more).chain(strange) {
            let warning = Diagnostic::warning(format!("operation `{}`: {why}", operation.name));
            self.wrong.push(placed(warning, &route.origin));
        }
        OperationPlan {
            slot: match &operation.dispatch {
                Dispatch::Plugin(plugin) => Some((with.slot)(plugin)),
                Dispatch::Script(script) => Some((with.slot)(&script.plugin)),
                _ => None,
            },
            script: match &operation.dispatch {
                Dispatch::Script(script) => Some(self.script(operation, script)),
                _ => None,
            },
            forward: operation.forward.clone(),
            delay: operation.delay,
            base: utf8_percent_encode(&operation.base, ENCODED).to_string(),
            examples: operation.examples.iter().map(|example| self.example(route, example, &constraints)).collect(),
            dispatcher,
            constraints,
            contents,
        }
    }

    /// Reads a script. One that can't be read is warned of: a plugin may take its place.
    fn script(&mut self, operation: &Operation, written: &Script) -> ScriptPlan {
        let language = match written.language {
            ScriptLanguage::Groovy => Language::Groovy,
            ScriptLanguage::JavaScript => Language::JavaScript,
        };
        let script = ringback_scripts::Script::parse(language, &written.source);
        if let Err(error) = &script {
            let (line, column) = error.place(&written.source);
            let message = format!(
                "the script of operation `{}` can't be read: {error} (line {line}, column {column} of the script)",
                operation.name
            );
            let help = format!("a responder plugin called `{}` can take its place", written.plugin);
            self.wrong.push(placed(Diagnostic::warning(message), &written.origin).help(help));
        }
        ScriptPlan { source: written.source.clone(), script }
    }

    fn example(&mut self, route: &Route, example: &Example, constraints: &Constraints) -> ExamplePlan {
        let mut response: Response = example.response.clone();
        response.headers.retain(|header| !FRAMING.contains(&header.name));
        let located = response.headers.iter().any(|header| header.name == header::LOCATION);
        let adjusted = located || !constraints.recopied().is_empty();
        ExamplePlan { name: example.name.clone(), response: self.response(route, &response, None), adjusted }
    }
}
