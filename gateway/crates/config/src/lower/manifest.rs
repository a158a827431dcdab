//! `plugin.toml`.

use std::ops::Range;

use http::{Method, StatusCode, Uri};
use ringback_diag::quoted;
use ringback_model::{
    ids::{BucketName, PluginName},
    secret::SecretName,
};

use super::{Lowering, Own, plugin::instances_of};
use crate::{
    document::{self, At},
    manifest::{Canary, Manifest, Needs, Overrides, Word},
    shadow,
};

impl Lowering<'_> {
    /// Lowers a whole manifest. Absent: it has no name, which was reported.
    pub(crate) fn manifest(
        &mut self,
        manifest: &document::Manifest,
        word: Word<'_>,
        is_named: bool,
    ) -> Option<Manifest> {
        let name = self.manifest_name(manifest.name.as_ref(), word, is_named);
        let overrides = match word {
            Word::Operator { plugin, .. } => self.overrides(manifest, plugin),
            Word::Author => {
                self.refuse_overrides(manifest);
                Overrides::default()
            }
        };
        let needs = self.needs(&manifest.needs);
        let buckets = self.buckets(&manifest.buckets);
        let callbacks = self.callbacks(&manifest.callback);
        self.own = Some(Own(name.clone()));
        let routes = self.routes(&manifest.route, &callbacks);
        shadow::report(&routes, self);
        Some(Manifest {
            description: self.line(manifest.description.as_ref()),
            version: self.line(manifest.version.as_ref()),
            language: manifest.language.as_ref().map(|language| language.value),
            needs,
            buckets,
            routes: routes.into_iter().map(|placed| placed.route).collect(),
            callbacks,
            canary: manifest.canary.as_ref().and_then(|canary| self.canary(canary)),
            overrides,
            name: name?,
        })
    }

    fn manifest_name(&mut self, name: Option<&At<String>>, word: Word<'_>, is_named: bool) -> Option<PluginName> {
        let Some(text) = name else {
            return match word {
                Word::Operator { plugin, .. } => Some(plugin.clone()),
                Word::Author => {
                    if !is_named {
                        self.wrong(&(0..0), "`name` is missing", "add `name = \"kyc\"`");
                    }
                    None
                }
            };
        };
        let name = self.name(text, PluginName::try_new)?;
        if name.is_bundled() {
            let message = format!("{} is the name of a bundled plugin", quoted(name.as_str()));
            self.wrong(&text.span, message, "choose another one");
        }
        if let Word::Operator { plugin, .. } = word
            && name != *plugin
        {
            let message = format!("this lies beside the component of `{plugin}`, which is not called `{name}`");
            self.wrong(&text.span, message, "take `name` out, or rename the files");
        }
        Some(name)
    }

    /// A text of one line: it is shown to people.
    fn line(&mut self, text: Option<&At<String>>) -> Option<String> {
        let text = text?;
        if text.value.contains(char::is_control) {
            self.wrong(&text.span, "this text holds control characters", "write it in one line, without them");
        }
        Some(text.value.clone())
    }

    fn needs(&mut self, needs: &document::Needs) -> Needs {
        Needs {
            buckets: needs.buckets.iter().filter_map(|bucket| self.name(bucket, BucketName::try_new)).collect(),
            secrets: needs.secrets.iter().filter_map(|secret| self.name(secret, SecretName::try_new)).collect(),
            callback_hosts: self.hosts(&needs.callback_hosts),
            hosts: self.hosts(&needs.hosts),
            env: self.variables(&needs.env),
            memory_bytes: self.memory(needs.memory.as_ref()),
        }
    }

    fn canary(&mut self, canary: &At<document::Canary>) -> Option<Canary> {
        let document::Canary { method, path, status } = &canary.value;
        let method = method.as_ref().map_or(Some(Method::GET), |method| self.method(method));
        let target = path.value.parse::<Uri>().ok();
        let target = target.filter(|_| path.value.starts_with('/') && !path.value.contains(['{', '}', '#']));
        if target.is_none() {
            let message = format!("{} is not the path of a request", self.written(&path.span));
            self.wrong(&path.span, message, "write it like `/kyc/applicants/nobody`");
        }
        let status = status.as_ref().and_then(|status| u16::try_from(status.value).ok());
        Some(Canary {
            method: method?,
            path: target?,
            status: status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::OK),
        })
    }

    fn overrides(&mut self, manifest: &document::Manifest, plugin: &PluginName) -> Overrides {
        let document::Manifest { grants, config, instances, memory_max, cpu_max, wall_max, sha256, .. } = manifest;
        let who = format!("plugin {} is", quoted(plugin.as_str()));
        Overrides {
            grants: grants.as_ref().map(|grants| (self.grants(&grants.value, &who), self.origin(&grants.span))),
            config: config.as_ref().map(|config| self.table(&config.value)),
            instances: instances.as_ref().map(instances_of),
            memory_max_bytes: self.memory(memory_max.as_ref()),
            cpu_max: self.cpu(cpu_max.as_ref(), wall_max.as_ref()),
            wall_max: self.call_time(wall_max.as_ref(), ringback_model::limits::CALL_WALL_CEILING),
            sha256: self.digest(sha256.as_ref()),
        }
    }

    /// Reports what an author says that is the operator's to say.
    fn refuse_overrides(&mut self, manifest: &document::Manifest) {
        for (key, span) in operators_keys(manifest) {
            let message = format!("`{key}` is for the operator to say");
            let help = match key {
                "grants" => "say under `[needs]` what the plugin asks for",
                _ => "it belongs in `[plugin.NAME]` of ringback.toml, or beside the dropped component",
            };
            self.wrong(&span, message, help);
        }
    }
}

fn operators_keys(manifest: &document::Manifest) -> impl Iterator<Item = (&'static str, Range<usize>)> {
    fn at<T>(key: &'static str, value: Option<&At<T>>) -> Option<(&'static str, Range<usize>)> {
        value.map(|value| (key, value.span.clone()))
    }
    let keys = [
        at("grants", manifest.grants.as_ref()),
        at("config", manifest.config.as_ref()),
        at("instances", manifest.instances.as_ref()),
        at("memory-max", manifest.memory_max.as_ref()),
        at("cpu-max", manifest.cpu_max.as_ref()),
        at("wall-max", manifest.wall_max.as_ref()),
        at("sha256", manifest.sha256.as_ref()),
    ];
    keys.into_iter().flatten()
}
