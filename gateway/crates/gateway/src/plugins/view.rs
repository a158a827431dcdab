//! A plugin as the admin API shows it.

use ringback_model::environment::Instances;
use serde_json::{Value, json};

use super::{
    generation::Generation,
    offer::Source,
    slot::{Desk, Slot},
};
use crate::admin::views::milliseconds;

impl Slot {
    /// What the admin API shows. `routes` are those that it answers.
    pub fn view(&self, routes: &[String]) -> Value {
        let serving = self.serving();
        let desk = self.desk.lock();
        let state = match (&serving, &desk.loading, &desk.wrong) {
            (Some(_), ..) => "serving",
            (None, Some(_), _) => "loading",
            (None, None, Some(_)) => "failed",
            (None, None, None) => "missing",
        };
        let mut view = json!({
            "name": self.name(),
            "state": state,
            "loading": desk.loading.map(|loading| json!({
                "bytes": loading.bytes,
                "forMs": milliseconds(loading.since.elapsed()),
            })),
            "lastError": desk.wrong.as_ref().map(|wrong| json!({"message": wrong.message, "help": wrong.help})),
            "lookedFor": desk.places.iter().map(|place| place.display().to_string()).collect::<Vec<_>>(),
            "shadowed": desk.shadowed.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
            "kept": kept(&desk),
            "routes": routes,
        });
        if let (Some(serving), Some(members)) = (serving, view.as_object_mut())
            && let Value::Object(more) = generation(&serving)
        {
            members.extend(more);
        }
        view
    }
}

fn kept(desk: &Desk) -> Vec<Value> {
    let kept = desk.before.iter().rev();
    kept.map(|before| json!({"generation": before.number(), "sha256": before.plugin.sha256()})).collect()
}

fn generation(generation: &Generation) -> Value {
    let (plugin, hooks, health) = (&generation.plugin, generation.plugin.hooks(), &generation.health);
    let hooks: Vec<&str> = [
        (hooks.responder, "responder"),
        (hooks.renderer, "renderer"),
        (hooks.callback_policy, "callback-policy"),
        (hooks.configuration, "configuration"),
        (hooks.body_stream, "body-stream"),
    ]
    .into_iter()
    .filter_map(|(has, name)| has.then_some(name))
    .collect();
    json!({
        "generation": plugin.generation(),
        "bundled": generation.source == Source::Bundled,
        "source": generation.source.view(),
        "sha256": plugin.sha256(),
        "bytes": plugin.file_bytes(),
        "hooks": hooks,
        "imports": plugin.imports(),
        "grants": grants(generation),
        "instances": match generation.declaration.instances {
            Instances::Fresh => json!("fresh"),
            Instances::Warm { reuse, max } => json!({"reuse": reuse, "max": max}),
        },
        "manifest": generation.contribution.manifest.as_ref().map(|manifest| json!({
            "version": manifest.version,
            "description": manifest.description,
            "language": manifest.language.map(ringback_config::manifest::Language::word),
        })),
        "compiledMs": milliseconds(plugin.compiled_in()),
        "cached": plugin.is_cached(),
        "calls": health.calls(),
        "faults": health.faults(),
        "trialLeft": health.trial_left(),
        "breaker": health.breaker(),
    })
}

fn grants(generation: &Generation) -> Value {
    use ringback_model::environment::BucketGrant;
    let grants = &generation.declaration.grants;
    let hosts = |hosts: &[ringback_model::environment::HostPattern]| -> Vec<String> {
        hosts.iter().map(ToString::to_string).collect()
    };
    json!({
        "buckets": match &grants.buckets {
            BucketGrant::All => json!("*"),
            BucketGrant::Named(names) => json!(names),
        },
        "callback-hosts": hosts(&grants.callback_hosts),
        "hosts": hosts(&grants.hosts),
        "secrets": grants.secrets,
        "env": grants.env,
        "files": grants.files.as_ref().map(|folder| folder.display().to_string()),
    })
}
