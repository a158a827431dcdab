//! `ringback plugin inspect`: what a file is, before anything runs it.

use std::fmt::Write;

use ringback_authoring::sha256;
use ringback_config::manifest::{self, Manifest, Parsed, Word};
use ringback_diag::Sources;
use ringback_model::ids::PluginName;
use ringback_wasm::{Grant, Hooks, Inspection, LoadError, Refusal, Tool};
use serde_json::{Value, json};

use super::{Failure, declaration, out, project};
use crate::cli::InspectArgs;

/// What every responder of the contract's own needs no word for.
const OWN: &str = "ringback:gateway/";

pub(super) fn run(args: &InspectArgs) -> Result<(), Failure> {
    let file = args.file.display();
    let bytes = std::fs::read(&args.file).map_err(|error| Failure::run(format!("`{file}` can't be read: {error}")))?;
    let inspected = ringback_wasm::inspect(&bytes).map_err(|refusal| refused(args, refusal))?;
    let manifest = match &inspected.manifest {
        None => None,
        Some(text) => {
            let mut sources = Sources::default();
            let name = format!("the manifest in {file}");
            let parsed = manifest::parse(&name, text, Word::Author, &mut sources);
            let Parsed { manifest, .. } = parsed.map_err(|wrong| project::refused(&wrong, &sources))?;
            Some(manifest)
        }
    };
    let seen = Seen { args, digest: sha256(&bytes), inspected, manifest };
    out(&if args.json { seen.json() } else { seen.text() })
}

/// Why a file is no plugin, in the gate's words, with what to do.
fn refused(args: &InspectArgs, reason: Refusal) -> Failure {
    let message = format!("`{}` {reason}", args.file.display());
    let stem = args.file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let help = PluginName::try_new(&stem).ok().and_then(|plugin| LoadError { plugin, reason }.help());
    match help {
        Some(help) => Failure::help(message, help),
        None => Failure::run(message),
    }
}

/// A file that was looked at.
struct Seen<'a> {
    args: &'a InspectArgs,
    digest: String,
    inspected: Inspection,
    /// Absent: it carries none.
    manifest: Option<Manifest>,
}

// === impl Seen ===

impl Seen<'_> {
    /// Its own name, or else the file's.
    fn name(&self) -> String {
        let stem = || self.args.file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        self.manifest.as_ref().map_or_else(stem, |manifest| manifest.name.to_string())
    }

    fn text(&self) -> String {
        let Self { inspected, manifest, .. } = self;
        let mut text = String::new();
        let version = manifest.as_ref().and_then(|manifest| manifest.version.as_deref());
        let _ = writeln!(text, "{}{}", self.name(), version.map(|version| format!(" {version}")).unwrap_or_default());
        if let Some(description) = manifest.as_ref().and_then(|manifest| manifest.description.as_deref()) {
            let _ = writeln!(text, "{description}");
        }
        let kind = if inspected.is_component { "component" } else { "core module, which the gateway wraps" };
        let contract = inspected.contract.as_deref().map(|version| format!("ringback:gateway@{version}"));
        let rows = [
            ("file", format!("{}, a {kind}", declaration::size(inspected.file_bytes))),
            ("sha256", self.digest.clone()),
            ("contract", contract.unwrap_or_else(|| "none".into())),
            ("languages", tools(&inspected.languages)),
            ("made by", tools(&inspected.tools)),
            ("hooks", hooks(inspected.hooks).join(", ")),
            ("imports", names(&inspected.imports)),
            ("unknown", inspected.unknown.join(", ")),
            (
                "routes",
                self.routes().iter().map(|(method, path)| format!("{method} {path}")).collect::<Vec<_>>().join(", "),
            ),
            ("buckets", self.buckets().join(", ")),
        ];
        for (label, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
            let _ = writeln!(text, "  {label:<10} {value}");
        }
        if !inspected.unknown.is_empty() {
            let _ = writeln!(text, "\nno gateway of this version loads it: it does not offer what is unknown above");
        }
        let declared = declaration::toml(&self.name(), &self.args.file, inspected, manifest.as_ref());
        let _ = write!(text, "\nIn ringback.toml:\n\n{declared}");
        text
    }

    fn json(&self) -> String {
        let Self { args, digest, inspected, manifest } = self;
        let tools = |tools: &[Tool]| -> Vec<Value> {
            tools.iter().map(|tool| json!({"name": tool.name, "version": tool.version})).collect()
        };
        let needs: Vec<&str> = inspected.needs.iter().filter_map(grant).collect();
        let about = manifest.as_ref().map(|manifest| {
            json!({
                "name": manifest.name,
                "description": manifest.description,
                "version": manifest.version,
                "language": manifest.language,
            })
        });
        let routes: Vec<Value> =
            self.routes().into_iter().map(|(method, path)| json!({"method": method, "path": path})).collect();
        let value = json!({
            "file": args.file,
            "bytes": inspected.file_bytes,
            "sha256": digest,
            "component": inspected.is_component,
            "contract": inspected.contract,
            "hooks": hooks(inspected.hooks),
            "imports": inspected.imports,
            "exports": inspected.exports,
            "unknown": inspected.unknown,
            "languages": tools(&inspected.languages),
            "tools": tools(&inspected.tools),
            "needs": needs,
            "manifest": about,
            "routes": routes,
            "buckets": self.buckets(),
            "toml": declaration::toml(&self.name(), &args.file, inspected, manifest.as_ref()),
        });
        format!("{value:#}\n")
    }

    /// The routes that it brings: methods and path.
    fn routes(&self) -> Vec<(String, String)> {
        let routes = self.manifest.iter().flat_map(|manifest| &manifest.routes);
        routes
            .map(|route| {
                let methods: Vec<String> = route.methods.iter().map(ToString::to_string).collect();
                let methods = if methods.is_empty() { "ANY".into() } else { methods.join(",") };
                (methods, route.path.to_string())
            })
            .collect()
    }

    /// The buckets that it brings.
    fn buckets(&self) -> Vec<String> {
        self.manifest.iter().flat_map(|manifest| &manifest.buckets).map(|bucket| bucket.name.to_string()).collect()
    }
}

/// The key of `grants` for it. Absent: one that this version has no word for.
fn grant(grant: &Grant) -> Option<&'static str> {
    match grant {
        Grant::Buckets => Some("buckets"),
        Grant::CallbackHosts => Some("callback-hosts"),
        Grant::Secrets => Some("secrets"),
        Grant::Hosts => Some("hosts"),
        _ => None,
    }
}

fn hooks(hooks: Hooks) -> Vec<&'static str> {
    let all = [
        (hooks.responder, "responder"),
        (hooks.renderer, "renderer"),
        (hooks.callback_policy, "callback-policy"),
        (hooks.configuration, "configuration"),
        (hooks.body_stream, "body-stream"),
    ];
    all.into_iter().filter_map(|(has, name)| has.then_some(name)).collect()
}

/// Imports, those of the contract without its name and version, which stand elsewhere.
fn names(imports: &[String]) -> String {
    let shown = imports.iter().map(|import| match import.strip_prefix(OWN) {
        Some(own) => own.split('@').next().unwrap_or(own),
        None => import,
    });
    shown.collect::<Vec<_>>().join(", ")
}

fn tools(tools: &[Tool]) -> String {
    let shown = tools.iter().map(|tool| format!("{} {}", tool.name, tool.version).trim_end().to_owned());
    shown.collect::<Vec<_>>().join(", ")
}
