//! Templates that are known only while a request is answered: the content of files, which their users change while the
//! gateway runs. Each text is compiled once and kept, up to [`KEPT`] of them.

use std::sync::Arc;

use parking_lot::Mutex;
use ringback_model::{
    fault::PluginFault,
    ports::{Call, CompileError, Context, Purpose, Renderer, Surroundings, Template, Templates},
    unit::Unit,
};

/// Compiled texts that are kept, since each holds an instance of the renderer: those of a folder of fixtures.
const KEPT: usize = 16;

/// Compiles templates of files.
#[derive(Default)]
pub struct LateTemplates {
    /// Absent: the environment has no templates.
    renderer: Option<Arc<dyn Renderer>>,
    /// What the environment says to its templates.
    surroundings: Option<Arc<dyn Surroundings>>,
    /// The one that was used last comes last.
    compiled: Mutex<Vec<Known>>,
}

/// A text, and the template that it is.
type Known = (Arc<str>, Arc<dyn Templates>);

// === impl LateTemplates ===

impl LateTemplates {
    /// Compiles with a renderer.
    pub fn new(renderer: Option<Arc<dyn Renderer>>, surroundings: Arc<dyn Surroundings>) -> Self {
        Self { renderer, surroundings: Some(surroundings), compiled: Mutex::default() }
    }

    /// The template that a text is, alone, as number 0.
    ///
    /// # Errors
    /// That it does not parse, or that the renderer is missing or failed.
    pub async fn compile(&self, source: &str) -> Result<Arc<dyn Templates>, String> {
        if let Some(known) = self.known(source) {
            return Ok(known);
        }
        let renderer = self.renderer.as_ref().ok_or("there is no renderer for its templates")?;
        let source: Arc<str> = source.into();
        let template = Template { source: source.clone(), purpose: Purpose::ResponseBody };
        let compiled =
            renderer.compile(vec![template], self.surroundings.clone()).await.map_err(|error| match error {
                CompileError::Templates(found) => found.into_iter().map(|e| e.message).next().unwrap_or_default(),
                CompileError::Fault(fault) => fault.to_string(),
            })?;
        let mut kept = self.compiled.lock();
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((source, compiled.clone()));
        Ok(compiled)
    }

    /// Renders a text that may hold templates, alone. Absent within: why it can't be.
    ///
    /// # Errors
    /// When the renderer failed.
    pub async fn render(&self, source: &str, call: Call) -> Result<(Result<String, String>, Unit), PluginFault> {
        if !source.contains("{{") {
            return Ok((Ok(source.to_owned()), call.unit));
        }
        let templates = match self.compile(source).await {
            Ok(templates) => templates,
            Err(why) => return Ok((Err(why), call.unit)),
        };
        let rendering = templates.render(&[0], Context::default(), call).await?;
        let missing = || Err("the renderer gave fewer texts than it was asked for".into());
        Ok((rendering.outputs.into_iter().next().unwrap_or_else(missing), rendering.unit))
    }

    fn known(&self, source: &str) -> Option<Arc<dyn Templates>> {
        let mut kept = self.compiled.lock();
        let at = kept.iter().position(|(known, _)| &**known == source)?;
        let used = kept.remove(at);
        let templates = used.1.clone();
        kept.push(used);
        Some(templates)
    }
}
