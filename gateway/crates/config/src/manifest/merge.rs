//! A manifest's part of an environment.

use std::collections::HashSet;

use ringback_diag::{Diagnostic, Diagnostics, quoted};
use ringback_model::{
    environment::{Answering, CallbackDefinition, Environment, OnError, PathSyntax, Response, Route},
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
    let mut found = Diagnostics::default();
    if let Some((grants, origin)) = &manifest.overrides.grants {
        let strangers =
            grants.secrets.iter().filter(|name| !environment.secrets.iter().any(|(known, _)| known == *name));
        found.extend(strangers.map(|secret| {
            let message = format!("plugin `{plugin}` is granted secret `{secret}`, which is not declared");
            at(Diagnostic::error(message), origin).help("add it to `[secrets]` of ringback.toml")
        }));
    }
    for bucket in manifest.buckets {
        if !environment.buckets.iter().any(|known| known.name == bucket.name) {
            environment.buckets.push(bucket);
        }
    }
    let callbacks: Vec<usize> =
        manifest.callbacks.into_iter().map(|callback| callback_index(environment, callback)).collect();
    let mut names: HashSet<String> = environment.routes.iter().map(|route| route.name.to_string()).collect();
    for mut route in manifest.routes {
        if let Some(warning) = unreachable(environment, plugin, &route) {
            found.extend(warning);
            continue;
        }
        let Some(path) = path(&route.path, environment.paths.syntax) else {
            let message = format!("route {} can't be written in Mockoon's paths", quoted(route.name.as_str()));
            found.push(
                at(Diagnostic::warning(message), &route.origin).help("it is left out; write it into the environment"),
            );
            continue;
        };
        route.path = path;
        let Some(name) = unique(&format!("{plugin}: {}", route.name), &mut names) else { continue };
        route.name = name;
        for response in responses(&mut route) {
            for attachment in &mut response.callbacks {
                attachment.callback = callbacks.get(attachment.callback).copied().unwrap_or(usize::MAX);
            }
        }
        environment.routes.push(route);
    }
    found
}

/// The index of a callback: of the one that is there by its name, or where it is added.
fn callback_index(environment: &mut Environment, callback: CallbackDefinition) -> usize {
    let known = environment.callbacks.iter().position(|known| known.name == callback.name);
    known.unwrap_or_else(|| {
        environment.callbacks.push(callback);
        environment.callbacks.len() - 1
    })
}

/// Why a route can never answer: absent, it can; within, nothing where there is no need to tell.
fn unreachable(environment: &Environment, plugin: &PluginName, route: &Route) -> Option<Option<Diagnostic>> {
    if environment.paths.syntax == PathSyntax::Express {
        // Seen when its routes are indexed.
        return None;
    }
    let later = Path::parse(&route.path).ok()?;
    let earlier = environment.routes.iter().filter_map(|route| Some((route, Path::parse(&route.path).ok()?)));
    let earlier: Vec<_> = earlier.collect();
    let taker = shadow::taker(earlier.iter().map(|(route, path)| (*route, path)), route, &later)?;
    if matches!(&taker.answer, Answering::Responder(responder) if responder == plugin) {
        return Some(None);
    }
    let (mine, theirs) = (quoted(route.name.as_str()), quoted(taker.name.as_str()));
    let message = format!("route {mine} of plugin `{plugin}` can never answer: route {theirs} takes all its requests");
    Some(Some(
        at(Diagnostic::warning(message), &route.origin).help("it is left out; move it into ringback.toml to have it"),
    ))
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
    let own = match &mut route.answer {
        Answering::Responses { responses, .. } => responses.as_mut_slice(),
        Answering::Responder(_) | Answering::Upstream => &mut [],
    };
    let fallback = match &mut route.on_error {
        OnError::Fallback(response) => Some(&mut **response),
        OnError::Error | OnError::Passthrough => None,
    };
    own.iter_mut().chain(fallback)
}
