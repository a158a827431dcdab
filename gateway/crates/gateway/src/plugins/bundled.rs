//! The plugins that come with the gateway: compiled into the binary as components and loaded like all others, once
//! something needs them.

use std::sync::Arc;

use bytes::Bytes;
use ringback_model::{
    environment::{BucketGrant, Grants, Instances, Origin, PluginDeclaration},
    ids::PluginName,
    limits,
};
use serde_json::json;

use super::offer::{Offer, Source};

/// Their names and components.
const BUNDLED: [(&str, &[u8]); 2] = [
    (
        "expressions",
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../plugins/expressions/expressions.wasm")),
    ),
    ("handlebars", include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../plugins/handlebars/handlebars.wasm"))),
];

/// A bundled plugin. Absent: there is none of that name.
pub(super) fn offer(name: &PluginName) -> Option<Offer> {
    let (_, component) = BUNDLED.iter().find(|(bundled, _)| *bundled == name.as_str())?;
    let declaration = PluginDeclaration {
        name: name.clone(),
        path: std::path::PathBuf::new(),
        grants: Grants { buckets: BucketGrant::All, ..Grants::default() },
        config: json!({}),
        instances: Instances::Fresh,
        memory_max_bytes: None,
        cpu_max: Some(limits::BUNDLED_CPU_MAX),
        wall_max: Some(limits::BUNDLED_WALL_MAX),
        sha256: None,
        origin: Origin::default(),
    };
    Some(Offer {
        declaration,
        source: Source::Bundled,
        component: Bytes::from_static(component),
        signature: None,
        side: None,
        secrets: Arc::default(),
    })
}
