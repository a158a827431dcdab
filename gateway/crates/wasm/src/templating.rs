//! A plugin's own templates, rendered by another plugin within its call: the renderer works on the caller's unit with the
//! caller's grants, time, random numbers and budget, in an instance that only this caller's generation uses.
//!
//! A renderer compiles templates for as long as its instance lives, so what is kept of compiled templates is the instance: it
//! takes them one by one, and once it has [`TEMPLATES_KEPT`] of them it is dropped and the next call begins anew. Nothing
//! waits here: who renders has a permit already, and the pool has room for one renderer beside each call.

use std::{
    fmt,
    sync::{Arc, Weak},
    time::Instant,
};

use parking_lot::Mutex;
use ringback_model::ids::PluginName;
use wasmtime::component::Resource;

use crate::{
    bindings::{
        exports::ringback::gateway::renderer::{Context, Guest, Purpose, Rendered, Rendering, Template},
        ringback::gateway::types::{Diagnostic, Error},
    },
    cost::burned,
    fault::Stop,
    imports::{LinesPerSecond, RequestId, head, head_params},
    instance::{Live, fuel},
    plugin::Plugin,
    state::{Identity, State},
};

/// Compiled templates that one instance holds: what a plugin has in its source, several times over.
const TEMPLATES_KEPT: usize = 64;
/// Instances that wait, of one caller and all its renderers together.
const INSTANCES_KEPT: usize = 8;
/// A template that a plugin gives: as long as one that an operator would write, several times over.
const SOURCE_MAX_BYTES: usize = 256 << 10;

/// Finds the gateway's renderers by name, when a plugin asks for one. Whoever makes one must not hold the plugins that it is
/// given to, or they are never freed: a `Weak` of whatever knows them all will do.
#[derive(Clone, Default)]
pub struct Renderers(Option<Arc<Find>>);

type Find = dyn Fn(&PluginName) -> Option<Arc<Plugin>> + Send + Sync;

/// A caller's instances of renderers. The one that was used last goes first.
#[derive(Default)]
pub(crate) struct Templating(Mutex<Vec<Live<Templates>>>);

/// A renderer's instance, and the templates that it holds compiled.
pub(crate) struct Templates {
    guest: Guest,
    /// Which generation of which plugin it is of.
    renderer: Weak<Plugin>,
    compiled: Vec<(Box<str>, u32)>,
}

/// Why there is no text.
enum NotRendered {
    /// The template does not parse.
    Template(Diagnostic),
    /// The renderer says so.
    Error(Error),
    /// The renderer does not keep to the contract.
    Broken(String),
    /// The renderer was stopped.
    Stopped(Stop),
}

// === impl Renderers ===

impl Renderers {
    /// Renderers as a function finds them.
    pub fn new(find: impl Fn(&PluginName) -> Option<Arc<Plugin>> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(find)))
    }

    fn find(&self, name: &str) -> Option<Arc<Plugin>> {
        self.0.as_ref()?(&PluginName::try_new(name).ok()?)
    }
}

impl fmt::Debug for Renderers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Renderers" } else { "no renderers" })
    }
}

// === impl Templating ===

impl Templating {
    fn take(&self, renderer: &Arc<Plugin>) -> Option<Live<Templates>> {
        let mut idle = self.0.lock();
        // Those of a generation that is gone will never be asked for.
        idle.retain(|live| live.guest.renderer.strong_count() > 0);
        let at = idle.iter().rposition(|live| std::ptr::eq(live.guest.renderer.as_ptr(), Arc::as_ptr(renderer)))?;
        Some(idle.remove(at))
    }

    fn keep(&self, live: Live<Templates>) {
        let mut idle = self.0.lock();
        if live.may_stay() && live.guest.compiled.len() < TEMPLATES_KEPT && idle.len() < INSTANCES_KEPT {
            idle.push(live);
        }
    }
}

// === impl State ===

impl State {
    /// Renders a template on this call's behalf. When the renderer fails, the call's work is as it was before.
    pub(crate) async fn render(&mut self, renderer: &str, source: &str, data: &str) -> Result<String, Error> {
        let said = |message: String| Error { message, detail: None };
        let found = self.identity.renderers.find(renderer).filter(|plugin| plugin.renderer.is_some());
        let Some(plugin) = found else {
            return Err(said(format!("there is no renderer `{}`", renderer.escape_debug())));
        };
        if source.len() > SOURCE_MAX_BYTES {
            let (got, most) = (source.len(), SOURCE_MAX_BYTES >> 10);
            return Err(said(format!("the template has {got} bytes, {most} KiB are the most")));
        }
        if serde_json::from_str::<serde_json::Map<_, _>>(data).is_err() {
            return Err(said("the data is no JSON object".into()));
        }
        let caller = Arc::clone(&self.identity);
        let mut live = match caller.templating.take(&plugin) {
            Some(live) => live,
            None => self.new_renderer(&plugin).await?,
        };
        let before = self.unit.clone();
        let began = Instant::now();
        let handle = live.store.data_mut().begin_for(self).map(Resource::new_own);
        fuel(&mut live.store);
        let rendered = live.render(source, data, handle).await;
        let broken = matches!(rendered, Err(NotRendered::Stopped(_) | NotRendered::Broken(_)));
        self.lent_instructions += burned(&live.store);
        let lent = live.store.data_mut();
        self.budget.take_back(&lent.budget, began.elapsed());
        // What the call has read before may have been changed.
        self.reads.forget();
        let rendered = rendered.map_err(|why| explain(why, renderer, lent));
        let unit = lent.end();
        if rendered.is_err() {
            self.unit = before;
        } else {
            (self.unit, self.random, self.staged_bytes) = (unit, lent.random.clone(), lent.staged_bytes);
        }
        if !broken {
            caller.templating.keep(live);
        }
        rendered
    }

    /// An instance of a renderer for this caller alone, made from what is left of the call's budget.
    async fn new_renderer(&mut self, plugin: &Arc<Plugin>) -> Result<Live<Templates>, Error> {
        let identity = Arc::new(lent_identity(&self.identity, &plugin.identity));
        let began = Instant::now();
        let mut store = plugin.store_of(identity, self.budget.lend());
        let made = async {
            let instance = plugin.instantiate(&mut store).await?;
            let indices = plugin.renderer.as_ref().ok_or_else(|| wasmtime::Error::msg("exports no renderer"))?;
            indices.load(&mut store, &instance)
        };
        let made = made.await;
        self.budget.take_back(&store.data().budget, began.elapsed());
        match made {
            Ok(guest) => {
                let templates = Templates { guest, renderer: Arc::downgrade(plugin), compiled: vec![] };
                Ok(Live::warm(store, templates, plugin, u32::MAX))
            }
            Err(error) => {
                let why = NotRendered::Stopped(Stop::Failed(error));
                Err(explain(why, plugin.identity.name.as_str(), store.data_mut()))
            }
        }
    }
}

/// Who a renderer is while it works for a caller: itself by name and table, the caller by what it may use. It asks no
/// renderer in turn.
fn lent_identity(caller: &Identity, renderer: &Identity) -> Identity {
    Identity {
        name: renderer.name.clone(),
        generation: renderer.generation,
        grants: caller.grants.clone(),
        bounds: renderer.bounds,
        config: renderer.config.clone(),
        env: vec![],
        keys: Arc::clone(&caller.keys),
        store: caller.store.clone(),
        fetcher: caller.fetcher.clone(),
        renderers: Renderers::default(),
        templating: Templating::default(),
        lines: LinesPerSecond::new(),
    }
}

// === impl Live ===

impl Live<Templates> {
    async fn render(
        &mut self,
        source: &str,
        data: &str,
        handle: Option<Resource<crate::imports::RequestHandle>>,
    ) -> Result<String, NotRendered> {
        let template = self.compiled(source).await?;
        let request = self.store.data().request.clone();
        let id = request.as_ref().map(|request| RequestId::of(request.id));
        let params = request.as_deref().map(head_params).unwrap_or_default();
        let head = request.as_deref().zip(id.as_ref()).map(|(request, id)| head(request, id, &params));
        let context = Context { head, response: None, data: Some(data) };
        let rendered = self.guest.guest.call_render(&mut self.store, &[template], context, handle).await;
        let rendered = rendered.map_err(|error| NotRendered::Stopped(Stop::Failed(error)))?;
        let Rendering { outputs, .. } = rendered.map_err(NotRendered::Error)?;
        match <[Rendered; 1]>::try_from(outputs) {
            Ok([Rendered::Text(text)]) => Ok(text),
            Ok([Rendered::Failed(error)]) => Err(NotRendered::Error(error)),
            Err(outputs) => Err(NotRendered::Broken(format!("rendered {} of 1 template", outputs.len()))),
        }
    }

    /// The id of a template, compiled if it is new.
    async fn compiled(&mut self, source: &str) -> Result<u32, NotRendered> {
        if let Some((_, id)) = self.guest.compiled.iter().find(|(known, _)| &**known == source) {
            return Ok(*id);
        }
        let templates = [Template { source, purpose: Purpose::Value }];
        let compiled = self.guest.guest.call_compile(&mut self.store, &templates).await;
        match compiled.map_err(|error| NotRendered::Stopped(Stop::Failed(error)))? {
            Ok(ids) => match <[u32; 1]>::try_from(ids) {
                Ok([id]) => {
                    self.guest.compiled.push((source.into(), id));
                    Ok(id)
                }
                Err(ids) => Err(NotRendered::Broken(format!("compiled {} of 1 template", ids.len()))),
            },
            Err(found) => {
                let unexplained =
                    || Diagnostic { message: "it does not say why".into(), path: None, span: None, help: None };
                Err(NotRendered::Template(found.into_iter().next().unwrap_or_else(unexplained)))
            }
        }
    }
}

/// Why there is no text, as the plugin that asked is told.
fn explain(why: NotRendered, renderer: &str, lent: &mut State) -> Error {
    match why {
        NotRendered::Template(found) => {
            let place = found.span.map(|(from, to)| format!("bytes {from} to {to} of the template"));
            let detail = [place, found.help].into_iter().flatten().collect::<Vec<_>>().join("; ");
            let detail = Some(detail).filter(|detail| !detail.is_empty());
            Error { message: format!("the template does not parse: {}", found.message), detail }
        }
        NotRendered::Error(error) => error,
        NotRendered::Broken(why) => Error { message: format!("renderer `{renderer}` {why}"), detail: None },
        NotRendered::Stopped(stop) => {
            let identity = Arc::clone(&lent.identity);
            let fault = identity.stopped(stop, lent);
            Error { message: format!("renderer `{renderer}` {}", fault.message), detail: fault.detail }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renderers_are_found_by_name_or_not_at_all() {
        assert!(Renderers::default().find("handlebars").is_none());
        assert!(Renderers::new(|_| None).find("not a name").is_none());
        assert_eq!(format!("{:?}", Renderers::default()), "no renderers");
    }
}
