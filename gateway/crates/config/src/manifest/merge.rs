//! A manifest's part of an environment.

use std::collections::HashSet;

use ringback_diag::{Diagnostic, Diagnostics, quoted};
use ringback_model::{
    environment::{Answering, CallbackDefinition, Environment, Example, OnError, PathSyntax, Response, Route},
    ids::{NAME_MAX_BYTES, PluginName, RouteName},
};

use super::{Manifest, at};
use crate::{path::Path, shadow};

/// Room for the number that makes a name unique.
const SUFFIX_MAX_BYTES: usize = 8;

/// Adds what a plugin brings to an environment, once: its routes after those that are there, named after the plugin
/// (`kyc: POST /kyc/applicants`); buckets and callbacks where none of their name is. Returns what is perhaps not meant, and
/// what can't run.
///
/// A route that others take all requests of is left out, and told, unless this very plugin answers those others: then the
/// operator has only said the same.
pub fn merge(environment: &mut Environment, plugin: &PluginName, manifest: &Manifest) -> Diagnostics {
    let mut manifest = manifest.clone();
    manifest.rename(plugin);
    let mut found = strangers(environment, plugin, &manifest);
    for bucket in manifest.buckets {
        if !environment.buckets.iter().any(|known| known.name == bucket.name) {
            environment.buckets.push(bucket);
        }
    }
    let callbacks = manifest.callbacks.into_iter().map(|callback| callback_index(environment, callback)).collect();
    let mut merging = Merging::of(environment, plugin, callbacks);
    for route in manifest.routes {
        found.extend(merging.add(route));
    }
    found
}

/// Secrets that the operator grants beside the component, and that no document declares.
fn strangers(environment: &Environment, plugin: &PluginName, manifest: &Manifest) -> Diagnostics {
    let Some((grants, origin)) = &manifest.overrides.grants else { return Diagnostics::default() };
    let strangers = grants.secrets.iter().filter(|name| !environment.secrets.iter().any(|(known, _)| known == *name));
    let told = strangers.map(|secret| {
        let message = format!("plugin `{plugin}` is granted secret `{secret}`, which is not declared");
        at(Diagnostic::error(message), origin).help("add it to `[secrets]` of ringback.toml")
    });
    told.collect()
}

/// The index of a callback: of the one that is there by its name, or where it is added.
fn callback_index(environment: &mut Environment, callback: CallbackDefinition) -> usize {
    let known = environment.callbacks.iter().position(|known| known.name == callback.name);
    known.unwrap_or_else(|| {
        environment.callbacks.push(callback);
        environment.callbacks.len() - 1
    })
}

/// An environment that gets a plugin's routes.
struct Merging<'a> {
    environment: &'a mut Environment,
    plugin: &'a PluginName,
    /// Where the callbacks of the manifest are in the environment.
    callbacks: Vec<usize>,
    /// Names of routes that are taken.
    names: HashSet<String>,
    /// The paths of the environment's routes. Absent: not in this syntax.
    paths: Vec<Option<Path>>,
}

// === impl Merging ===

impl<'a> Merging<'a> {
    fn of(environment: &'a mut Environment, plugin: &'a PluginName, callbacks: Vec<usize>) -> Self {
        let names = environment.routes.iter().map(|route| route.name.to_string()).collect();
        let syntax = environment.paths.syntax;
        let paths = environment.routes.iter().map(|route| parsed(&route.path, syntax)).collect();
        Self { environment, plugin, callbacks, names, paths }
    }

    /// Adds a route. Returns why it is left out, where there is something to tell.
    fn add(&mut self, mut route: Route) -> Option<Diagnostic> {
        let syntax = self.environment.paths.syntax;
        let read = parsed(&route.path, syntax);
        if let Some(taker) = read.as_ref().and_then(|path| self.taker(&route, path)) {
            return self.left_out(&route, taker);
        }
        let Some(path) = path(&route.path, syntax) else {
            let message = format!("route {} can't be written in Mockoon's paths", quoted(route.name.as_str()));
            let help = "it is left out; write it into the environment";
            return Some(at(Diagnostic::warning(message), &route.origin).help(help));
        };
        route.path = path;
        route.name = unique(&format!("{}: {}", self.plugin, route.name), &mut self.names)?;
        for attachment in responses(&mut route).flat_map(|response| &mut response.callbacks) {
            // The index of a manifest that was parsed is one of its callbacks.
            attachment.callback = self.callbacks.get(attachment.callback).copied().unwrap_or(usize::MAX);
        }
        self.environment.routes.push(route);
        self.paths.push(read);
        None
    }

    /// The route of the environment that takes the last of a new one's requests. Absent: some are left to it.
    fn taker(&self, route: &Route, path: &Path) -> Option<&Route> {
        let before = self.environment.routes.iter().zip(&self.paths);
        shadow::taker(before.filter_map(|(route, path)| Some((route, path.as_ref()?))), route, path)
    }

    fn left_out(&self, route: &Route, taker: &Route) -> Option<Diagnostic> {
        if matches!(&taker.answer, Answering::Responder(responder) if responder == self.plugin) {
            return None;
        }
        let (mine, theirs) = (quoted(route.name.as_str()), quoted(taker.name.as_str()));
        let plugin = self.plugin;
        let message =
            format!("route {mine} of plugin `{plugin}` can never answer: route {theirs} takes all its requests");
        let help = "it is left out; move it into ringback.toml to have it";
        Some(at(Diagnostic::warning(message), &route.origin).help(help))
    }
}

/// A path as far as another one's shadow depends on it. Absent: it is Mockoon's, whose shadows are seen when its routes are
/// indexed.
fn parsed(path: &str, syntax: PathSyntax) -> Option<Path> {
    match syntax {
        PathSyntax::Template => Path::parse(path).ok(),
        PathSyntax::Express => None,
    }
}

/// A path in an environment's own syntax. Absent: it has no word for it.
fn path(path: &str, syntax: PathSyntax) -> Option<String> {
    if syntax == PathSyntax::Template {
        return Some(path.into());
    }
    let segments = path.split('/').map(|segment| {
        let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let word = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        match name {
            Some(name) => word(name).then(|| format!(":{name}")),
            None => segment.split(['-', '.', '~']).all(word).then(|| segment.to_owned()),
        }
    });
    segments.collect::<Option<Vec<_>>>().map(|segments| segments.join("/"))
}

/// A name that no route has, and takes it.
fn unique(wanted: &str, names: &mut HashSet<String>) -> Option<RouteName> {
    let cut = wanted.get(..wanted.floor_char_boundary(NAME_MAX_BYTES - SUFFIX_MAX_BYTES)).unwrap_or(wanted);
    let mut numbered = std::iter::once(cut.to_owned()).chain((2..).map(|number| format!("{cut} ({number})")));
    let name = numbered.find(|name| !names.contains(name))?;
    names.insert(name.clone());
    RouteName::try_new(&name).ok()
}

fn responses(route: &mut Route) -> impl Iterator<Item = &mut Response> {
    let (own, examples): (&mut [Response], &mut [Example]) = match &mut route.answer {
        Answering::Responses { responses, .. }
        | Answering::Collection { responses, .. }
        | Answering::Socket { responses, .. } => (responses, &mut []),
        Answering::Examples(operation) => (&mut [], &mut operation.examples),
        Answering::Responder(_) | Answering::Upstream => (&mut [], &mut []),
    };
    let fallback = match &mut route.on_error {
        OnError::Fallback(response) => Some(&mut **response),
        OnError::Error | OnError::Passthrough => None,
    };
    own.iter_mut().chain(examples.iter_mut().map(|example| &mut example.response)).chain(fallback)
}
