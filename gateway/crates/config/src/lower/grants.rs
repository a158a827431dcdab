//! `grants`: what plugins may use.

use ringback_diag::{quoted, suggest};
use ringback_model::{
    environment::{BucketGrant, Grants},
    ids::BucketName,
    secret::SecretName,
};

use super::{Lowering, quoted_key};
use crate::document::{self, At};

impl Lowering<'_> {
    /// What is granted; `who` begins a message: `` plugin `kyc` is ``.
    pub(super) fn grants(&mut self, grants: &document::Grants, who: &str) -> Grants {
        let document::Grants { buckets, callback_hosts, hosts, secrets, env, files } = grants;
        Grants {
            buckets: BucketGrant::Named(buckets.iter().filter_map(|bucket| self.granted_bucket(bucket, who)).collect()),
            callback_hosts: self.hosts(callback_hosts),
            hosts: self.hosts(hosts),
            secrets: secrets.iter().filter_map(|secret| self.granted_secret(secret, who)).collect(),
            env: self.variables(env),
            files: files.as_ref().map(|folder| {
                if folder.value.is_empty() {
                    self.wrong(&folder.span, "the folder of files is empty", "name one: `fixtures`");
                }
                self.folder.join(&folder.value)
            }),
        }
    }

    /// A bucket that is not declared comes with the component, unless its name is nearly that of one that is. Whether it
    /// came is known once the component is read ([`unbacked`](crate::manifest::unbacked)).
    fn granted_bucket(&mut self, bucket: &At<String>, who: &str) -> Option<BucketName> {
        let declared = || self.declared.buckets.iter().map(String::as_str);
        if declared().any(|name| name == bucket.value) {
            // What is wrong with the name was said where it is declared.
            return BucketName::try_new(&bucket.value).ok();
        }
        let Some(near) = suggest(&bucket.value, declared()) else { return self.name(bucket, BucketName::try_new) };
        let message = format!("{who} granted bucket {}, which is not declared", quoted(&bucket.value));
        let help =
            format!("did you mean {}? else add `{} = []` to `[buckets]`", quoted(near), quoted_key(&bucket.value));
        self.wrong(&bucket.span, message, help);
        None
    }

    fn granted_secret(&mut self, secret: &At<String>, who: &str) -> Option<SecretName> {
        let Some(declared) = &self.declared.secrets else { return self.name(secret, SecretName::try_new) };
        if declared.contains(&secret.value) {
            return SecretName::try_new(&secret.value).ok();
        }
        let message = format!("{who} granted secret {}, which is not declared", quoted(&secret.value));
        let variable = secret.value.to_ascii_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        let add = format!("add `{} = \"${{env:{variable}}}\"` to `[secrets]`", quoted_key(&secret.value));
        let help = Self::undeclared(&secret.value, declared, &add);
        self.wrong(&secret.span, message, help);
        None
    }

    /// Names of environment variables.
    pub(super) fn variables(&mut self, names: &[At<String>]) -> Vec<String> {
        let mut variables = vec![];
        for name in names {
            if name.value.is_empty() || name.value.contains(|c: char| c == '=' || c.is_control()) {
                let message = format!("{} is not the name of an environment variable", self.written(&name.span));
                self.wrong(&name.span, message, "write it like `TZ`");
                continue;
            }
            variables.push(name.value.clone());
        }
        variables
    }
}
