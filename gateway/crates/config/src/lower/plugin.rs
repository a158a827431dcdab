//! `[plugin.NAME]`.

use std::{path::PathBuf, time::Duration};

use ringback_diag::quoted;
use ringback_model::{
    environment::{Instances, PluginDeclaration, Sha256},
    ids::PluginName,
    limits,
};
use serde_json::Value;

use super::{Lowering, quoted_key};
use crate::document::{self, At, DurationText, Entries, InstancesTable, Plugin, Seed, SizeText};

impl Lowering<'_> {
    /// The plugins, in the order of the file.
    pub(super) fn plugins(&mut self, entries: &Entries<At<Plugin>>) -> Vec<PluginDeclaration> {
        entries.0.iter().filter_map(|(key, plugin)| self.plugin(key, plugin)).collect()
    }

    fn plugin(&mut self, key: &At<String>, plugin: &At<Plugin>) -> Option<PluginDeclaration> {
        let name = self.name(key, PluginName::try_new);
        if name.as_ref().is_some_and(PluginName::is_bundled) {
            let message = format!("{} is the name of a bundled plugin", quoted(&key.value));
            self.wrong(&key.span, message, "choose another one");
        }
        let Plugin { path: _, grants, config, instances, memory_max, cpu_max, wall_max, sha256 } = &plugin.value;
        Some(PluginDeclaration {
            path: self.component(key, plugin),
            grants: self.grants(grants, &format!("plugin {} is", quoted(&key.value))),
            config: self.table(config),
            instances: instances.as_ref().map_or(Instances::Fresh, instances_of),
            memory_max_bytes: self.memory(memory_max.as_ref()),
            cpu_max: self.cpu(cpu_max.as_ref(), wall_max.as_ref()),
            wall_max: self.call_time(wall_max.as_ref(), limits::CALL_WALL_CEILING),
            sha256: self.digest(sha256.as_ref()),
            origin: self.origin(&plugin.span),
            name: name?,
        })
    }

    /// A component's file: the one that is named, or the plugin's own in the folder of dropped ones.
    fn component(&mut self, key: &At<String>, plugin: &At<Plugin>) -> PathBuf {
        match (&plugin.value.path, &self.plugins_folder) {
            (Some(path), _) => {
                if path.value.is_empty() {
                    let help = "name the component's file: `plugins/kyc.wasm`";
                    self.wrong(&path.span, "the path of a plugin is empty", help);
                }
                self.folder.join(&path.value)
            }
            (None, Some(folder)) => folder.join(format!("{}.wasm", key.value)),
            (None, None) => {
                if !self.broken.contains(&plugin.span.start) {
                    let message = format!("`path` is missing in `[plugin.{}]`", quoted_key(&key.value));
                    let help = "add `path = \"plugins/kyc.wasm\"`, or `folder = \"plugins\"` to `[plugins]`";
                    self.wrong(&plugin.span, message, help);
                }
                PathBuf::new()
            }
        }
    }

    /// A table of the operator's own making, as a JSON object.
    pub(super) fn table(&mut self, entries: &Entries<At<Seed>>) -> Value {
        let members = entries.0.iter().filter_map(|(key, seed)| Some((key.value.clone(), self.json(seed)?)));
        Value::Object(members.collect())
    }

    /// The most memory that an instance may have.
    pub(super) fn memory(&mut self, size: Option<&At<SizeText>>) -> Option<usize> {
        let bytes = self.size(size)?;
        let (least, most) = (1 << 20, limits::INSTANCE_MEMORY_CEILING_BYTES);
        if !(least..=most).contains(&bytes)
            && let Some(size) = size
        {
            let message = format!("{} is out of range", self.written(&size.span));
            self.wrong(&size.span, message, format!("write a size from `1 MiB` to `{} MiB`", most >> 20));
        }
        Some(bytes)
    }

    /// The most CPU time that a call may take, which is some of the time that it may take at all.
    pub(super) fn cpu(&mut self, cpu: Option<&At<DurationText>>, wall: Option<&At<DurationText>>) -> Option<Duration> {
        let read = self.call_time(cpu, limits::CALL_CPU_CEILING)?;
        let wall = wall.and_then(|wall| crate::quantity::duration(&wall.value.0)).unwrap_or(limits::CALL_WALL_MAX);
        if let Some(cpu) = cpu.filter(|_| (wall..=limits::CALL_CPU_CEILING).contains(&read) && read > wall) {
            let message = format!("{} is longer than a call may take, which is `{wall:?}`", self.written(&cpu.span));
            self.doubt(&cpu.span, message, "raise `wall-max` too");
        }
        Some(read)
    }

    /// Reads how long a call may take.
    pub(super) fn call_time(&mut self, text: Option<&At<DurationText>>, most: Duration) -> Option<Duration> {
        let read = self.duration(text)?;
        if !(limits::CALL_TIME_FLOOR..=most).contains(&read)
            && let Some(text) = text
        {
            let message = format!("{} is out of range", self.written(&text.span));
            let help = format!("write a time from `{:?}` to `{most:?}`", limits::CALL_TIME_FLOOR);
            self.wrong(&text.span, message, help);
        }
        Some(read)
    }

    /// Reads the digest of a component.
    pub(super) fn digest(&mut self, text: Option<&At<String>>) -> Option<Sha256> {
        let text = text?;
        let read = Sha256::try_new(&text.value).ok();
        if read.is_none() {
            let message = format!("{} is not a SHA-256 digest", self.written(&text.span));
            self.wrong(&text.span, message, "write the 64 hexadecimal digits that `sha256sum` prints");
        }
        read
    }
}

/// How instances live.
pub(super) fn instances_of(instances: &At<document::Instances>) -> Instances {
    match &instances.value {
        document::Instances::Fresh => Instances::Fresh,
        document::Instances::Table(InstancesTable { reuse, max }) => {
            Instances::Warm { reuse: reuse.value, max: max.as_ref().map(|max| max.value) }
        }
    }
}
