//! The expressions renderer as a component: hands templates to the engine and the engine's questions to the gateway.
//!
//! Compiled templates live as long as the instance. A render asks the gateway only for what its templates name.
//!
//! In an environment with Microcks' conventions a template renders as Microcks renders it: what has no meaning prints nothing,
//! and a template that does not parse or can't be worked out is sent as it is. Elsewhere both are errors. The gateway learns
//! what to warn of by compiling without the environment's settings first.

mod gateway;
mod settings;

use std::cell::RefCell;

use expressions_engine::{Bodies, Problem, Rendering as Renders, Template};

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
        log,
        requests::Request,
        types::{Diagnostic, Error},
    },
};
use settings::Settings;

thread_local! {
    /// Templates by id.
    static TEMPLATES: RefCell<Vec<Template>> = const { RefCell::new(Vec::new()) };
}

struct Expressions;

impl renderer::Guest for Expressions {
    fn compile(templates: Vec<renderer::Template>) -> Result<Vec<u32>, Vec<Diagnostic>> {
        let mut compiled = Vec::with_capacity(templates.len());
        let is_lenient = settings::with(Settings::is_microcks);
        let mut problems = Vec::new();
        for (index, template) in templates.iter().enumerate() {
            if is_lenient {
                compiled.push(Template::compile_leniently(&template.source));
                continue;
            }
            match Template::compile(&template.source) {
                Ok(template) => compiled.push(template),
                Err(found) => problems.extend(found.into_iter().map(|problem| diagnostic(index, problem))),
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
        let bodies = Bodies::default();
        let mut renders = Renders::new(&mut gateway, &bodies);
        let outputs = TEMPLATES.with_borrow(|known| {
            templates.iter().map(|id| render_one(&mut renders, known.get(*id as usize))).collect()
        });
        Ok(Rendering { outputs, status: None, values: renders.values() })
    }
}

fn render_one(renders: &mut Renders<'_>, template: Option<&Template>) -> Rendered {
    let told = |message: &str| Rendered::Failed(Error { message: message.into(), detail: None });
    let Some(template) = template else { return told("no template of this id was compiled") };
    match renders.render(template) {
        Ok(text) => Rendered::Text(text),
        Err(error) if settings::with(Settings::is_microcks) => {
            log::write(log::Level::Warn, &format!("a template is sent as it is: {}", error.message()), &[]);
            Rendered::Text(template.source().to_owned())
        }
        Err(error) => told(error.message()),
    }
}

fn diagnostic(index: usize, problem: Problem) -> Diagnostic {
    // A template is far below 4 GiB.
    let span = (problem.span.start as u32, problem.span.end as u32);
    Diagnostic { message: problem.message, path: Some(index.to_string()), span: Some(span), help: problem.help }
}

bindings::export!(Expressions with_types_in bindings);
