//! The templates of a site: gathered while it is built, compiled in one call, and how a broken one fails.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use ringback_diag::{Diagnostic, Diagnostics, Severity};
use ringback_model::{
    environment::{Bucket, Environment, Origin, PathSyntax, Seeding, Text},
    fault::PluginFault,
    ids::BucketName,
    ports::{
        self, BoxFuture, Call, CompileError, Context, Purpose, Renderer, Rendering, Template, TemplateError, Templates,
    },
};

use super::placed;
use crate::site::{Piece, Surroundings, names};

/// The templates of a site while it is built, each with where it was written.
#[derive(Default)]
pub struct Gathering {
    templates: Vec<Template>,
    numbers: HashMap<Template, usize>,
    origins: Vec<(Origin, String)>,
}

/// What compiling came to.
#[derive(Default)]
pub(super) struct Compiled {
    /// Absent: there are no templates.
    pub(super) templates: Option<Arc<dyn Templates>>,
    /// Those that do not parse, where that is no error: they fail when they are rendered.
    pub(super) broken: Diagnostics,
}

/// Templates some of which do not parse: those fail each time, the others are rendered.
struct Tolerant {
    /// With an empty template in the place of each broken one.
    inner: Arc<dyn Templates>,
    /// Why, by number.
    broken: HashMap<usize, String>,
}

// === impl Gathering ===

impl Gathering {
    /// Names of buckets that there are not: what can't be meant, and what another tool's document does as that tool does.
    pub(super) fn strangers(&self, environment: &Environment) -> (Diagnostics, Diagnostics) {
        let buckets: Vec<&BucketName> = environment.buckets.iter().map(|bucket| &bucket.name).collect();
        let (mut errors, mut warnings) = (Diagnostics::default(), Diagnostics::default());
        for (template, (origin, whose)) in self.templates.iter().zip(&self.origins) {
            let is_id = |name: &str| environment.buckets.iter().any(|bucket| bucket.id.as_deref() == Some(name));
            for (span, name) in names::unknown(&template.source, &buckets).into_iter().filter(|(_, name)| !is_id(name))
            {
                let diagnostic =
                    placed(Diagnostic::error(format!("{whose} names bucket `{name}`, which is not declared")), origin)
                        .within(&template.source, span)
                        .help(declared(&buckets));
                match environment.paths.syntax {
                    PathSyntax::Template => errors.push(diagnostic),
                    PathSyntax::Express => warnings.push(Diagnostic { severity: Severity::Warning, ..diagnostic }),
                }
            }
        }
        (errors, warnings)
    }

    /// Makes a bucket's template ready. Absent: its content is given as it is.
    pub(super) fn seed(&mut self, bucket: &Bucket) -> Option<Piece> {
        match &bucket.seed {
            Seeding::Value(_) => None,
            Seeding::Template(text) | Seeding::AtFirstUse(text) => {
                Some(self.piece(text, Purpose::Bucket, || format!("bucket `{}`", bucket.name)))
            }
        }
    }

    /// Makes a text ready: a fixed one as it is, a template by the number under which it will be compiled.
    pub fn piece(&mut self, text: &Text, purpose: Purpose, whose: impl FnOnce() -> String) -> Piece {
        if !text.templated {
            return Piece::Fixed(Bytes::copy_from_slice(text.source.as_bytes()));
        }
        let template = Template { source: text.source.clone(), purpose };
        if let Some(number) = self.numbers.get(&template) {
            return Piece::Template(*number);
        }
        let number = self.templates.len();
        self.numbers.insert(template.clone(), number);
        self.templates.push(template);
        self.origins.push((text.origin.clone(), whose()));
        Piece::Template(number)
    }
}

fn declared(buckets: &[&BucketName]) -> String {
    match ringback_diag::listed(buckets.iter().map(|bucket| bucket.as_str())) {
        Some(names) => format!("declared: {names}"),
        None => "no bucket is declared: add it to `[buckets]`".into(),
    }
}

/// Compiles all templates in one call. Where `tolerant`, one that does not parse is only warned of.
///
/// # Errors
/// Every template that does not parse, or that the renderer is missing or failed.
pub(super) async fn compile(
    gathering: Gathering,
    renderer: Option<&dyn Renderer>,
    surroundings: &Arc<Surroundings>,
    tolerant: bool,
) -> Result<Compiled, Vec<Diagnostic>> {
    let Gathering { templates, origins, .. } = gathering;
    if templates.is_empty() {
        return Ok(Compiled::default());
    }
    let Some(renderer) = renderer else {
        return Err(vec![Diagnostic::error("there are templates, but no renderer for them")]);
    };
    // A renderer that is told of Mockoon's conventions may leave what does not parse until it is rendered, with Mockoon's
    // words for it; what to warn of is asked without them.
    let told: Option<Arc<dyn ports::Surroundings>> = Some(surroundings.clone());
    let errors = match renderer.compile(templates.clone(), told.clone().filter(|_| !tolerant)).await {
        Ok(templates) if !tolerant => {
            return Ok(Compiled { templates: Some(templates), broken: Diagnostics::default() });
        }
        Ok(_) => vec![],
        Err(CompileError::Fault(fault)) => return Err(vec![Diagnostic::error(fault.to_string())]),
        Err(CompileError::Templates(errors)) => errors,
    };
    let found = errors.iter().filter_map(|error| {
        let ((origin, whose), template) = (origins.get(error.template)?, templates.get(error.template)?);
        Some(unparsed(error, origin, whose, &template.source))
    });
    if !tolerant {
        return Err(found.collect());
    }
    let broken = found.map(|found| Diagnostic { severity: Severity::Warning, ..found }).collect();
    match renderer.compile(templates.clone(), told.clone()).await {
        Ok(templates) => Ok(Compiled { templates: Some(templates), broken }),
        Err(CompileError::Fault(fault)) => Err(vec![Diagnostic::error(fault.to_string())]),
        Err(CompileError::Templates(_)) => {
            let templates = without(renderer, templates, errors, told).await?;
            Ok(Compiled { templates: Some(templates), broken })
        }
    }
}

/// Compiles all but those that do not parse.
async fn without(
    renderer: &dyn Renderer,
    mut templates: Vec<Template>,
    errors: Vec<TemplateError>,
    surroundings: Option<Arc<dyn ports::Surroundings>>,
) -> Result<Arc<dyn Templates>, Vec<Diagnostic>> {
    for error in &errors {
        if let Some(template) = templates.get_mut(error.template) {
            template.source = "".into();
        }
    }
    let broken = errors.into_iter().map(|error| (error.template, error.message)).collect();
    let inner = renderer.compile(templates, surroundings).await.map_err(|error| match error {
        CompileError::Fault(fault) => vec![Diagnostic::error(fault.to_string())],
        CompileError::Templates(_) => vec![Diagnostic::error("the renderer does not compile an empty template")],
    })?;
    Ok(Arc::new(Tolerant { inner, broken }))
}

fn unparsed(error: &TemplateError, origin: &Origin, whose: &str, source: &Arc<str>) -> Diagnostic {
    let diagnostic = placed(Diagnostic::error(format!("{whose} does not parse: {}", error.message)), origin);
    let (start, end) = error.span.unwrap_or((0, source.len()));
    let diagnostic = diagnostic.within(source, start..end);
    match &error.help {
        Some(help) => diagnostic.help(help.clone()),
        None => diagnostic,
    }
}

// === impl Tolerant ===

impl Templates for Tolerant {
    fn render<'a>(
        &'a self,
        templates: &'a [usize],
        context: Context<'a>,
        call: Call,
    ) -> BoxFuture<'a, Result<Rendering, PluginFault>> {
        Box::pin(async move {
            let mut rendering = self.inner.render(templates, context, call).await?;
            for (output, number) in rendering.outputs.iter_mut().zip(templates) {
                if let Some(why) = self.broken.get(number) {
                    *output = Err(why.clone());
                }
            }
            Ok(rendering)
        })
    }
}
