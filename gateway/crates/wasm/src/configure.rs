//! The last step of loading: `configure`, where a component exports it, in a store of its own with nothing to change. A
//! component that does not is instantiated once all the same, so that one whose start traps never serves.

use crate::{
    bindings::ringback::gateway::types::Diagnostic as Found,
    budget::Budget,
    error::{Diagnostic, Refusal},
    instance::within_wall,
    plugin::Plugin,
};

/// Instantiates a plugin and lets it check its configuration.
///
/// # Errors
/// What the plugin found, or what stopped it.
pub(crate) fn try_out(plugin: &Plugin) -> Result<(), Refusal> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(|error| Refusal::Internal(error.to_string()))?;
    let found = runtime.block_on(configure(plugin))?;
    if found.is_empty() { Ok(()) } else { Err(Refusal::Configuration(found.into_iter().map(Into::into).collect())) }
}

async fn configure(plugin: &Plugin) -> Result<Vec<Found>, Refusal> {
    let _permit = plugin.permit().await.map_err(Refusal::Configure)?;
    let mut store = plugin.store(Budget::setup(&plugin.identity.bounds));
    let bounds = plugin.identity.bounds.setup();
    let returned = within_wall(&bounds, async {
        let instance = plugin.instantiate(&mut store).await?;
        let Some(indices) = &plugin.configuration else { return Ok(Ok(())) };
        let guest = indices.load(&mut store, &instance)?;
        guest.call_configure(&mut store, &plugin.identity.config).await
    });
    match returned.await {
        Ok(Ok(())) => Ok(vec![]),
        Ok(Err(found)) if found.is_empty() => Ok(vec![Found::unexplained()]),
        Ok(Err(found)) => Ok(found),
        Err(stop) => Err(Refusal::Configure(plugin.identity.stopped(stop, store.data_mut()))),
    }
}

impl Found {
    /// For a guest that refuses without a word.
    fn unexplained() -> Self {
        Self { message: "it does not say why".into(), path: None, span: None, help: None }
    }
}

impl From<Found> for Diagnostic {
    fn from(found: Found) -> Self {
        Self { message: found.message, pointer: found.path, help: found.help }
    }
}
