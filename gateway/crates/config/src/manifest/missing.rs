//! What a plugin needs and was not granted, and what it was granted and is not there.

use std::fmt;

use ringback_diag::{Diagnostic, Diagnostics};
use ringback_model::{
    environment::{BucketGrant, Environment, Grants, HostPattern, PluginDeclaration},
    limits::INSTANCE_MEMORY_MAX_BYTES,
};

use super::Needs;
use crate::{check::quoted_key, quantity::size_text};

/// Something that a plugin needs and was not granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingGrant {
    /// What: `` bucket `applicants` ``.
    pub what: String,
    /// The line of `[plugin.NAME]` that grants it, beside all else that is missing or was granted.
    pub line: String,
}

/// All that a plugin needs and was not granted. `memory_max_bytes` is what one of its instances may have; absent: what all
/// have.
pub fn missing(needs: &Needs, grants: &Grants, memory_max_bytes: Option<usize>) -> Vec<MissingGrant> {
    let mut whole = grants.clone();
    let mut what = vec![];
    if let BucketGrant::Named(granted) = &mut whole.buckets {
        add(&needs.buckets, granted, "bucket", |one, other| one == other, &mut what);
    }
    add(&needs.secrets, &mut whole.secrets, "secret", |one, other| one == other, &mut what);
    add(&needs.callback_hosts, &mut whole.callback_hosts, "callback host", HostPattern::covers, &mut what);
    add(&needs.hosts, &mut whole.hosts, "host", HostPattern::covers, &mut what);
    add(&needs.env, &mut whole.env, "environment variable", |one, other| one == other, &mut what);
    let line = line(&whole);
    let mut missing: Vec<_> = what.into_iter().map(|what| MissingGrant { what, line: line.clone() }).collect();
    let most = memory_max_bytes.unwrap_or(INSTANCE_MEMORY_MAX_BYTES);
    if let Some(bytes) = needs.memory_bytes.filter(|bytes| *bytes > most) {
        let size = size_text(bytes);
        missing.push(MissingGrant { what: format!("{size} of memory"), line: format!("memory-max = \"{size}\"") });
    }
    missing
}

/// Buckets that a plugin is granted and that are not there, once what its component brings has been added to the
/// environment: nobody declares them.
pub fn unbacked(environment: &Environment, plugin: &PluginDeclaration) -> Diagnostics {
    let BucketGrant::Named(granted) = &plugin.grants.buckets else { return Diagnostics::default() };
    let strangers = granted.iter().filter(|name| !environment.buckets.iter().any(|bucket| bucket.name == **name));
    let told = strangers.map(|bucket| {
        let message = format!("plugin `{}` is granted bucket `{bucket}`, which is not declared", plugin.name);
        let diagnostic = super::at(Diagnostic::error(message), &plugin.origin);
        diagnostic.help(format!("add `{} = []` to `[buckets]`", quoted_key(bucket.as_str())))
    });
    told.collect()
}

/// Adds what is needed and not covered by what was granted.
fn add<T: Clone + fmt::Display>(
    needed: &[T],
    granted: &mut Vec<T>,
    kind: &str,
    covers: impl Fn(&T, &T) -> bool,
    what: &mut Vec<String>,
) {
    for need in needed {
        if !granted.iter().any(|grant| covers(grant, need)) {
            granted.push(need.clone());
            what.push(format!("{kind} `{need}`"));
        }
    }
}

/// Grants as they are written.
fn line(grants: &Grants) -> String {
    fn texts<T: fmt::Display>(key: &str, values: &[T]) -> Option<String> {
        let values: Vec<_> = values.iter().map(|value| text(&value.to_string())).collect();
        (!values.is_empty()).then(|| format!("{key} = [{}]", values.join(", ")))
    }
    let buckets = match &grants.buckets {
        BucketGrant::Named(names) => names.as_slice(),
        BucketGrant::All => &[],
    };
    let keys = [
        texts("buckets", buckets),
        texts("callback-hosts", &grants.callback_hosts),
        texts("hosts", &grants.hosts),
        texts("secrets", &grants.secrets),
        texts("env", &grants.env),
        grants.files.as_ref().map(|folder| format!("files = {}", text(&folder.to_string_lossy()))),
    ];
    let keys: Vec<_> = keys.into_iter().flatten().collect();
    format!("grants = {{ {} }}", keys.join(", "))
}

/// A string of TOML. Its escapes are those of JSON.
fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl fmt::Display for MissingGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is needed and was not granted", self.what)
    }
}

#[cfg(test)]
mod tests {
    use ringback_model::{ids::BucketName, secret::SecretName};

    use super::*;

    fn host(text: &str) -> HostPattern {
        HostPattern::try_new(text).unwrap()
    }

    #[test]
    fn what_is_missing_comes_with_the_line_that_grants_all_of_it() {
        let needs = Needs {
            buckets: vec![BucketName::try_new("applicants").unwrap()],
            secrets: vec![SecretName::try_new("kyc-webhook").unwrap()],
            callback_hosts: vec![host("api.example.com:443")],
            memory_bytes: Some(128 << 20),
            ..Needs::default()
        };
        let granted = Grants {
            buckets: BucketGrant::Named(vec![BucketName::try_new("a\"b").unwrap()]),
            callback_hosts: vec![host("*.example.com")],
            files: Some("fixtures".into()),
            ..Grants::default()
        };
        let found = missing(&needs, &granted, None);
        let what: Vec<_> = found.iter().map(|missing| missing.what.as_str()).collect();
        assert_eq!(what, ["bucket `applicants`", "secret `kyc-webhook`", "128 MiB of memory"]);
        let line = r#"grants = { buckets = ["a\"b", "applicants"], callback-hosts = ["*.example.com"], secrets = ["kyc-webhook"], files = "fixtures" }"#;
        assert_eq!((&*found[0].line, &*found[1].line, &*found[2].line), (line, line, "memory-max = \"128 MiB\""));
        assert_eq!(found[0].to_string(), "bucket `applicants` is needed and was not granted");
        assert!(toml::from_str::<toml::Table>(line).is_ok());

        let all = Grants { buckets: BucketGrant::All, secrets: needs.secrets.clone(), ..granted };
        assert_eq!(missing(&needs, &all, Some(128 << 20)), []);
    }
}
