//! The handlebars renderer as a component: hands templates to the engine and the engine's questions to the gateway.
//!
//! Compiled templates live as long as the instance. A render asks the gateway only for what its templates name.

mod gateway;
mod globals;
mod settings;

use std::cell::RefCell;

use handlebars_engine::{RenderError, Rendering as Renders, SyntaxError, Template};

mod bindings {
    //! What `wit-bindgen` makes of the contract.
    #![allow(missing_docs, unsafe_code, reason = "generated")]

    wit_bindgen::generate!({
        path: "../../../wit",
        world: "renderer-plugin",
        generate_all,
    });
}

use bindings::{
    exports::ringback::gateway::renderer::{self, Context, Rendered, Rendering},
    ringback::gateway::{
        requests::Request,
        types::{Diagnostic, Error},
    },
};
use settings::Settings;

thread_local! {
    /// Templates by id.
    static TEMPLATES: RefCell<Vec<Compiled>> = const { RefCell::new(Vec::new()) };
}

/// A template, or what is told to who asks for it.
type Compiled = Result<Template, String>;

struct Handlebars;

impl renderer::Guest for Handlebars {
    fn compile(templates: Vec<renderer::Template>) -> Result<Vec<u32>, Vec<Diagnostic>> {
        let mut compiled = Vec::with_capacity(templates.len());
        let fails_late = settings::with(Settings::is_mockoon);
        let mut problems = Vec::new();
        for (index, template) in templates.iter().enumerate() {
            match Template::compile(&template.source) {
                Ok(template) => compiled.push(Ok(template)),
                Err(error) if fails_late => compiled.push(Err(error.thrown(&template.source))),
                Err(error) => problems.push(diagnostic(index, error)),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(TEMPLATES.with_borrow_mut(|templates| {
            let first = templates.len();
            templates.extend(compiled);
            // No gateway has four billion templates.
            (first..templates.len()).map(|id| id as u32).collect()
        }))
    }

    fn render(templates: Vec<u32>, context: Context, request: Option<Request>) -> Result<Rendering, Error> {
        let mut gateway = gateway::Gateway::new(&context, request.as_ref());
        let mut renders = Renders::new(&mut gateway);
        if let Some(data) = &context.data {
            renders = renders.with_data(data).map_err(|error| failure(&error))?;
        }
        let outputs = TEMPLATES.with_borrow(|known| {
            templates.iter().map(|id| render_one(&mut renders, known.get(*id as usize))).collect()
        });
        Ok(Rendering { outputs, status: renders.status(), values: None })
    }
}

fn render_one(renders: &mut Renders<'_>, template: Option<&Compiled>) -> Rendered {
    let told = |message: &str| Rendered::Failed(Error { message: message.into(), detail: None });
    let template = match template {
        Some(Ok(template)) => template,
        Some(Err(message)) => return told(message),
        None => return told("no template of this id was compiled"),
    };
    match renders.render(template) {
        Ok(text) => Rendered::Text(text),
        Err(error) => Rendered::Failed(failure(&error)),
    }
}

fn failure(error: &RenderError) -> Error {
    Error { message: error.message().into(), detail: None }
}

fn diagnostic(index: usize, error: SyntaxError) -> Diagnostic {
    // A template is far below 4 GiB.
    let span = (error.span.start as u32, error.span.end as u32);
    Diagnostic { message: error.message, path: Some(index.to_string()), span: Some(span), help: error.help }
}

bindings::export!(Handlebars with_types_in bindings);
