//! `[plugin.NAME]`.

use ringback_diag::quoted;
use ringback_model::{
    environment::{BucketGrant, Grants, Instances, PluginDeclaration},
    ids::{BucketName, PluginName},
    limits,
};
use serde_json::Value;

use super::{Lowering, quoted_key};
use crate::document::{self, At, Entries, InstancesTable, Plugin};

impl Lowering<'_> {
    /// The plugins, in the order of the file.
    pub(super) fn plugins(&mut self, entries: &Entries<At<Plugin>>) -> Vec<PluginDeclaration> {
        entries.0.iter().filter_map(|(key, plugin)| self.plugin(key, plugin)).collect()
    }

    fn plugin(&mut self, key: &At<String>, plugin: &At<Plugin>) -> Option<PluginDeclaration> {
        let name = self.name(key, PluginName::try_new);
        if name.as_ref() == Some(&PluginName::handlebars()) {
            let message = format!("{} is the name of a bundled plugin", quoted(&key.value));
            self.wrong(&key.span, message, "choose another one");
        }
        let Plugin { path, grants, config, instances, memory_max } = &plugin.value;
        if path.value.is_empty() {
            self.wrong(&path.span, "the path of a plugin is empty", "name the component's file: `plugins/kyc.wasm`");
        }
        let config = config.0.iter().filter_map(|(key, seed)| Some((key.value.clone(), self.json(seed)?)));
        Some(PluginDeclaration {
            config: Value::Object(config.collect()),
            path: self.folder.join(&path.value),
            grants: self.grants(grants, &key.value),
            instances: self.instances(instances.as_ref()),
            memory_max_bytes: self.memory(memory_max.as_ref()),
            cpu_max: None,
            wall_max: None,
            sha256: None,
            origin: self.origin(&plugin.span),
            name: name?,
        })
    }

    fn grants(&mut self, grants: &document::Grants, plugin: &str) -> Grants {
        let mut names = vec![];
        for bucket in &grants.buckets {
            if self.declared.buckets.contains(&bucket.value) {
                names.extend(BucketName::try_new(&bucket.value));
                continue;
            }
            let message =
                format!("plugin {} is granted bucket {}, which is not declared", quoted(plugin), quoted(&bucket.value));
            let add = format!("add `{} = []` to `[buckets]`", quoted_key(&bucket.value));
            self.wrong(&bucket.span, message, Self::undeclared(&bucket.value, &self.declared.buckets, &add));
        }
        Grants {
            buckets: BucketGrant::Named(names),
            callback_hosts: self.hosts(&grants.callback_hosts),
            ..Grants::default()
        }
    }

    fn instances(&mut self, instances: Option<&At<document::Instances>>) -> Instances {
        match instances.map(|instances| &instances.value) {
            None | Some(document::Instances::Fresh) => Instances::Fresh,
            Some(document::Instances::Table(InstancesTable { reuse })) => {
                Instances::Warm { reuse: reuse.value, max: None }
            }
        }
    }

    fn memory(&mut self, size: Option<&At<document::SizeText>>) -> Option<usize> {
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
}
