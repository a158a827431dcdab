//! The `responder` hook as the model's port.

use std::sync::Arc;

use ringback_model::{
    fault::{FaultKind, PluginFault},
    http_values::{Answer, Request},
    ports::{BoxFuture, Call, Responder},
    unit::Unit,
};

use crate::{
    answer,
    bindings::{
        exports::ringback::gateway::responder::{Guest, GuestIndices, Response},
        ringback::gateway::types::Error,
    },
    budget::Budget,
    imports::{head, head_params},
    instance::{self, Live, within_wall},
    plugin::Plugin,
};

/// A plugin's responder.
pub(crate) struct ResponderHook {
    plugin: Arc<Plugin>,
    indices: GuestIndices,
}

impl ResponderHook {
    /// Of a plugin that exports one.
    pub(crate) fn of(plugin: &Arc<Plugin>) -> Option<Self> {
        Some(Self { plugin: Arc::clone(plugin), indices: plugin.responder.clone()? })
    }

    async fn answer(&self, call: Call) -> Result<(Answer, Unit), PluginFault> {
        let identity = &self.plugin.identity;
        let request = call.request.clone().ok_or_else(|| self.without_request())?;
        let _permit = self.plugin.permit().await?;
        let (mut live, returned) = self.run(&request, call).await?;
        let unit = live.store.data_mut().end();
        self.plugin.idle_responders.keep(live);
        let response = returned.map_err(|error| identity.failed(error))?;
        let answer = answer::check(response).map_err(|(kind, why)| identity.fault(kind, why, None))?;
        let unit = unit.ok_or_else(|| identity.fault(FaultKind::Error, "lost its unit of work", None))?;
        Ok((answer, unit))
    }

    fn without_request(&self) -> PluginFault {
        self.plugin.identity.fault(FaultKind::Error, "was called without a request", None)
    }

    /// One call, on a warm instance if there is one. A call that does not return takes its instance with it.
    async fn run(&self, request: &Request, call: Call) -> Result<(Live<Guest>, Result<Response, Error>), PluginFault> {
        let id = request.id.to_string();
        let params = head_params(request);
        let head = head(request, &id, &params);
        if let Some(mut live) = self.plugin.idle_responders.take() {
            let handle = instance::begin(&mut live.store, call).ok_or_else(|| self.without_request())?;
            let returned = within_wall(live.guest.call_respond(&mut live.store, head, handle)).await;
            return match returned {
                Ok(returned) => Ok((live, returned)),
                Err(stop) => Err(self.plugin.identity.stopped(stop, live.store.data_mut())),
            };
        }
        let mut store = self.plugin.store(Budget::call());
        let handle = instance::begin(&mut store, call).ok_or_else(|| self.without_request())?;
        let returned = within_wall(async {
            let instance = self.plugin.instantiate(&mut store).await?;
            let guest = self.indices.load(&mut store, &instance)?;
            let returned = guest.call_respond(&mut store, head, handle).await?;
            Ok((guest, returned))
        });
        match returned.await {
            Ok((guest, returned)) => Ok((Live::of(store, guest, &self.plugin), returned)),
            Err(stop) => Err(self.plugin.identity.stopped(stop, store.data_mut())),
        }
    }
}

impl Responder for ResponderHook {
    fn respond(&self, call: Call) -> BoxFuture<'_, Result<(Answer, Unit), PluginFault>> {
        Box::pin(self.answer(call))
    }
}
