//! The `renderer` hook as the model's port.
//!
//! Compiled templates live in the guest, so instances are warm by design: each compiles all templates of its generation when
//! it is made, and then renders until it traps, runs into a limit or has grown too large. There are as many as calls have
//! ever run at once.

use std::sync::Arc;

use ringback_model::{
    fault::{FaultKind, PluginFault},
    http_values::{self, field_text},
    ports::{self, BoxFuture, Call, CompileError, Purpose, Renderer, TemplateError},
};
use smallvec::SmallVec;

use crate::{
    bindings::{
        exports::ringback::gateway::renderer::{
            Context, Field, Guest, GuestIndices, Purpose as WitPurpose, Rendered, Rendering, Responded, Template,
        },
        ringback::gateway::types::{Diagnostic, Error},
    },
    budget::Budget,
    fault::Stop,
    imports::{RequestId, head, head_params},
    instance::{self, Idle, Live, within_wall},
    lane::{Laned, Pace},
    plugin::Plugin,
};

/// A plugin's renderer.
pub(crate) struct RendererHook {
    plugin: Arc<Plugin>,
    indices: GuestIndices,
}

/// The templates of one generation. A call of them that is not quick changes lanes, and so the first of its templates, which
/// stands for the call, has a pace of its own: a slow one delays no other.
struct Templates {
    compiled: Arc<Compiled>,
    paces: Box<[Arc<Pace>]>,
}

/// The templates, and the instances that hold them compiled.
struct Compiled {
    plugin: Arc<Plugin>,
    indices: GuestIndices,
    templates: Vec<ports::Template>,
    /// What the environment says that the templates are of.
    surroundings: Option<Arc<dyn ports::Surroundings>>,
    idle: Idle<Compiler>,
}

/// An instance's exports and its ids of the templates, in their order.
struct Compiler {
    guest: Guest,
    ids: Box<[u32]>,
}

/// Why an instance did not come to be.
enum NotCompiled {
    Templates(Vec<Diagnostic>),
    Fault(PluginFault),
}

impl RendererHook {
    /// Of a plugin that exports one.
    pub(crate) fn of(plugin: &Arc<Plugin>) -> Option<Self> {
        Some(Self { plugin: Arc::clone(plugin), indices: plugin.renderer.clone()? })
    }

    async fn compile_all(
        &self,
        templates: Vec<ports::Template>,
        surroundings: Option<Arc<dyn ports::Surroundings>>,
    ) -> Result<Arc<dyn ports::Templates>, CompileError> {
        let compiled = Compiled {
            plugin: Arc::clone(&self.plugin),
            indices: self.indices.clone(),
            templates,
            surroundings,
            idle: Idle::default(),
        };
        let first = {
            let _permit = self.plugin.permit().await.map_err(CompileError::Fault)?;
            compiled.instance().await
        };
        match first {
            Ok(live) => {
                compiled.idle.keep(live, None);
                let pace = |_: &ports::Template| Pace::new(&self.plugin.host.lanes);
                let paces = compiled.templates.iter().map(pace).collect();
                Ok(Arc::new(Templates { compiled: Arc::new(compiled), paces }))
            }
            Err(NotCompiled::Templates(found)) => {
                Err(CompileError::Templates(found.into_iter().map(problem).collect()))
            }
            Err(NotCompiled::Fault(fault)) => Err(CompileError::Fault(fault)),
        }
    }
}

impl Renderer for RendererHook {
    fn compile(
        &self,
        templates: Vec<ports::Template>,
        surroundings: Option<Arc<dyn ports::Surroundings>>,
    ) -> BoxFuture<'_, Result<Arc<dyn ports::Templates>, CompileError>> {
        Box::pin(self.compile_all(templates, surroundings))
    }
}

// === impl Compiled ===

impl Compiled {
    /// A new instance with all templates in it.
    async fn instance(&self) -> Result<Live<Compiler>, NotCompiled> {
        let templates: Vec<_> = self
            .templates
            .iter()
            .map(|template| Template { source: &template.source, purpose: purpose(template.purpose) })
            .collect();
        let mut store = self.plugin.store(Budget::setup(&self.plugin.identity.bounds));
        store.data_mut().surroundings = self.surroundings.clone();
        let bounds = self.plugin.identity.bounds.setup();
        let returned = within_wall(&bounds, async {
            let instance = self.plugin.instantiate(&mut store).await?;
            let guest = self.indices.load(&mut store, &instance)?;
            let ids = guest.call_compile(&mut store, &templates).await?;
            Ok((guest, ids))
        });
        let identity = &self.plugin.identity;
        let (guest, ids) = match returned.await {
            Ok((guest, Ok(ids))) => (guest, ids.into_boxed_slice()),
            Ok((_, Err(found))) => return Err(NotCompiled::Templates(found)),
            Err(stop) => return Err(NotCompiled::Fault(identity.stopped(stop, store.data_mut()))),
        };
        if ids.len() != templates.len() {
            let message = format!("compiled {} of {} templates", ids.len(), templates.len());
            return Err(NotCompiled::Fault(identity.fault(FaultKind::Invalid, message, None)));
        }
        Ok(Live::warm(store, Compiler { guest, ids }, &self.plugin, u32::MAX))
    }

    /// An instance that waits, or a new one.
    async fn take(&self) -> Result<Live<Compiler>, PluginFault> {
        if let Some(live) = self.idle.take() {
            return Ok(live);
        }
        self.instance().await.map_err(|why| match why {
            NotCompiled::Fault(fault) => fault,
            NotCompiled::Templates(found) => {
                let first = found.into_iter().next().map(|diagnostic| diagnostic.message);
                let message = "did not compile templates that it had compiled before";
                self.plugin.identity.fault(FaultKind::Invalid, message, first)
            }
        })
    }

    async fn render_all(
        &self,
        templates: &[usize],
        context: Owned,
        call: Call,
    ) -> Result<ports::Rendering, PluginFault> {
        let identity = &self.plugin.identity;
        let _permit = self.plugin.permit().await?;
        let mut live = self.take().await?;
        let ids: Option<SmallVec<[u32; 8]>> = templates.iter().map(|at| live.guest.ids.get(*at).copied()).collect();
        let Some(ids) = ids else {
            self.idle.keep(live, None);
            return Err(identity.fault(FaultKind::Error, "was asked for a template that it does not have", None));
        };
        let returned = render(&mut live, &ids, context, call).await;
        let returned = returned.map_err(|stop| identity.stopped(stop, live.store.data_mut()))?;
        let unit = live.store.data_mut().end();
        self.idle.keep(live, None);
        let rendering = returned.map_err(|error| identity.failed(error))?;
        let Checked { outputs, status, values } = self.check(rendering, templates.len())?;
        let unit = unit.ok_or_else(|| identity.fault(FaultKind::Error, "lost its unit of work", None))?;
        Ok(ports::Rendering { outputs, status, values, unit })
    }

    /// What the guest returned, as the model has it.
    fn check(&self, rendering: Rendering, asked: usize) -> Result<Checked, PluginFault> {
        let identity = &self.plugin.identity;
        if rendering.outputs.len() != asked {
            let message = format!("rendered {} of {asked} templates", rendering.outputs.len());
            return Err(identity.fault(FaultKind::Invalid, message, None));
        }
        // Which of them can end an answer is for those to say whose conventions hold.
        let status = |code| {
            let none = |_| identity.fault(FaultKind::Invalid, format!("asked for status {code}, which is none"), None);
            http::StatusCode::from_u16(code).map_err(none)
        };
        let status = rendering.status.map(status).transpose()?;
        let output = |rendered| match rendered {
            Rendered::Text(text) => Ok(text),
            Rendered::Failed(error) => {
                tracing::debug!(plugin = %identity.name, detail = error.detail, "template failed: {}", error.message);
                Err(error.message)
            }
        };
        let values = rendering.values;
        if values.as_deref().is_some_and(|text| serde_json::from_str::<serde_json::Map<_, _>>(text).is_err()) {
            let message = "put aside values that are no JSON object";
            return Err(identity.fault(FaultKind::Invalid, message, None));
        }
        Ok(Checked { outputs: rendering.outputs.into_iter().map(output).collect(), status, values })
    }
}

/// What a guest returned, as far as it can be used.
struct Checked {
    outputs: Vec<Result<String, String>>,
    status: Option<http::StatusCode>,
    values: Option<String>,
}

/// One crossing.
async fn render(
    live: &mut Live<Compiler>,
    ids: &[u32],
    context: Owned,
    call: Call,
) -> Result<Result<Rendering, Error>, Stop> {
    let request = call.request.clone();
    let handle = instance::begin(&mut live.store, call);
    let id = request.as_ref().map(|request| RequestId::of(request.id));
    let params = request.as_deref().map(head_params).unwrap_or_default();
    let fields = context.response.iter().flat_map(Texts::fields).collect::<Vec<_>>();
    let context = Context {
        head: request.as_deref().zip(id.as_ref()).map(|(request, id)| head(request, id, &params)),
        response: context.response.as_ref().map(|texts| Responded {
            status: texts.status,
            headers: &fields,
            body: &texts.body,
        }),
        data: context.data.as_deref(),
    };
    let bounds = live.store.data().identity.bounds;
    within_wall(&bounds, live.guest.guest.call_render(&mut live.store, ids, context, handle)).await
}

/// What templates can speak of beside the request, for a call that may go on on another thread.
struct Owned {
    response: Option<Texts>,
    data: Option<String>,
}

/// An answer as text, as callback templates see it.
struct Texts {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Owned {
    fn of(context: ports::Context<'_>) -> Self {
        Self { response: context.response.map(Texts::of), data: context.data.map(str::to_owned) }
    }
}

impl Texts {
    fn of(answer: http_values::Responded<'_>) -> Self {
        let field = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            (name.as_str().to_owned(), field_text(value.as_bytes()).into_owned())
        };
        Self {
            status: answer.status.as_u16(),
            headers: answer.headers.iter().map(field).collect(),
            body: String::from_utf8_lossy(answer.body).into_owned(),
        }
    }

    fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        self.headers.iter().map(|(name, value)| Field { name, value })
    }
}

fn purpose(purpose: Purpose) -> WitPurpose {
    match purpose {
        Purpose::ResponseBody => WitPurpose::ResponseBody,
        Purpose::Header => WitPurpose::Header,
        Purpose::Callback => WitPurpose::Callback,
        Purpose::CallbackBody => WitPurpose::CallbackBody,
        Purpose::Bucket => WitPurpose::Bucket,
        Purpose::Value => WitPurpose::Value,
    }
}

/// A guest's diagnostic as the model's: its path is the template's index.
fn problem(found: Diagnostic) -> TemplateError {
    TemplateError {
        template: found.path.and_then(|path| path.parse().ok()).unwrap_or(0),
        message: found.message,
        span: found.span.map(|(from, to)| (from as usize, to as usize)),
        help: found.help,
    }
}

impl ports::Templates for Templates {
    fn render<'a>(
        &'a self,
        templates: &'a [usize],
        context: ports::Context<'a>,
        call: Call,
    ) -> BoxFuture<'a, Result<ports::Rendering, PluginFault>> {
        let request = call.request.as_ref().map(|request| request.id);
        let (compiled, context) = (Arc::clone(&self.compiled), Owned::of(context));
        let wanted: SmallVec<[usize; 8]> = templates.into();
        let rendered = async move {
            let rendered = compiled.render_all(&wanted, context, call).await;
            rendered.map_err(|fault| fault.of_request(request))
        };
        match templates.first().and_then(|first| self.paces.get(*first)) {
            Some(pace) => Box::pin(Laned::new(Box::pin(rendered), pace)),
            None => Box::pin(rendered),
        }
    }
}
