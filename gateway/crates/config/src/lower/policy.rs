//! A callback's use of a policy plugin.

use ringback_diag::quoted;
use ringback_model::{callback::PolicyUse, ids::PluginName};

use super::Lowering;
use crate::document::{At, Policy};

impl Lowering<'_> {
    /// Reads a policy; `callback` is whose it is, for messages. Absent: none was given, or it is none, which was reported.
    pub(super) fn policy(&mut self, policy: Option<&At<Policy>>, callback: &str) -> Option<PolicyUse> {
        let policy = policy?;
        let (plugin, settings) = match &policy.value {
            Policy::Name(name) => (policy.with(name.clone()), "{}".into()),
            Policy::Table(table) => (table.plugin.clone()?, self.table(&table.settings).to_string().into()),
        };
        let whose = format!("callback {} is delivered", quoted(callback));
        let plugin = self.used_plugin(&plugin, &whose)?;
        Some(PolicyUse { plugin, settings })
    }

    /// The name of a plugin that is declared, or that may be dropped in. Absent: it can't be, which was reported; `whose`
    /// begins the message: `` route `/kyc` is answered ``.
    pub(super) fn used_plugin(&mut self, plugin: &At<String>, whose: &str) -> Option<PluginName> {
        if self.declared.plugins.contains(&plugin.value) {
            // What is wrong with the name was said where it is declared.
            return PluginName::try_new(&plugin.value).ok();
        }
        if self.declared.open {
            return self.name(plugin, PluginName::try_new);
        }
        let message = format!("{whose} by plugin {}, which is not declared", self.written(&plugin.span));
        let add = format!("add `[plugin.{}]`", super::quoted_key(&plugin.value));
        self.wrong(&plugin.span, message, Self::undeclared(&plugin.value, &self.declared.plugins, &add));
        None
    }
}
