//! The `responder` hook as the model's port.

use std::{sync::Arc, time::Instant};

use ringback_model::{
    fault::{FaultKind, PluginFault},
    http_values::{Answer, Request},
    ports::{BoxFuture, Call, Responder},
    unit::Unit,
};
use wasmtime::Store;

use crate::{
    answer::{self, Body},
    bindings::{
        exports::ringback::gateway::responder::{Guest, GuestIndices, Response},
        ringback::gateway::types::Error,
    },
    budget::Budget,
    cost::Cost,
    files,
    imports::{RequestId, head, head_params},
    instance::{self, Live, within_wall},
    lane::Laned,
    permits::Permit,
    plugin::Plugin,
    state::State,
    stream,
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

    /// Answers a request, and takes note of what that cost where somebody wants to know.
    pub(crate) async fn answer(&self, call: Call, cost: Option<&mut Cost>) -> Result<(Answer, Unit), PluginFault> {
        let identity = &self.plugin.identity;
        let request = call.request.clone().ok_or_else(|| self.without_request())?;
        let permit = self.plugin.permit().await?;
        let (mut live, returned) = self.run(&request, call, cost).await?;
        let response = match returned {
            Ok(response) => response,
            Err(error) => {
                live.store.data_mut().end();
                self.plugin.idle_responders.keep(live, self.plugin.idle_max());
                return Err(identity.failed(error));
            }
        };
        let checked = answer::check(response);
        if let Ok(checked) = &checked
            && let Body::Streamed(number) = checked.body
        {
            let (content, unit) = Box::pin(self.stream(live, number, permit)).await?;
            return Ok((Answer { status: checked.status, headers: checked.headers.clone(), body: content }, unit));
        }
        let unit = live.store.data_mut().end();
        self.plugin.idle_responders.keep(live, self.plugin.idle_max());
        let checked = checked.map_err(|(kind, why)| identity.fault(kind, why, None))?;
        let unit = unit.ok_or_else(|| self.lost_unit())?;
        let body = match checked.body {
            Body::Bytes(bytes) => bytes.into(),
            Body::File(name) => Box::pin(files::find(identity, name)).await?,
            Body::Streamed(_) => return Err(self.lost_unit()),
        };
        Ok((Answer { status: checked.status, headers: checked.headers, body }, unit))
    }

    /// Content that the instance goes on to make, with its permit.
    async fn stream(
        &self,
        mut live: Live<Guest>,
        number: u32,
        permit: Permit<'_>,
    ) -> Result<(ringback_model::http_values::Content, Unit), PluginFault> {
        let unit = live.store.data_mut().unit.take().ok_or_else(|| self.lost_unit())?;
        let content = stream::content(&self.plugin, live, number, unit.clone(), permit).await?;
        Ok((content, unit))
    }

    /// Answers a request, and tells the host's meter, where there is one, what that cost.
    async fn metered(&self, call: Call) -> Result<(Answer, Unit), PluginFault> {
        let Some(meter) = &self.plugin.host.options.meter else { return self.answer(call, None).await };
        let mut cost = Cost::default();
        let answered = self.answer(call, Some(&mut cost)).await;
        meter(cost);
        answered
    }

    fn without_request(&self) -> PluginFault {
        self.plugin.identity.fault(FaultKind::Error, "was called without a request", None)
    }

    fn lost_unit(&self) -> PluginFault {
        self.plugin.identity.fault(FaultKind::Error, "lost its unit of work", None)
    }

    /// One call, on a warm instance if there is one. A call that does not return takes its instance with it.
    async fn run(
        &self,
        request: &Request,
        call: Call,
        cost: Option<&mut Cost>,
    ) -> Result<(Live<Guest>, Result<Response, Error>), PluginFault> {
        let identity = &self.plugin.identity;
        let began = cost.as_ref().map(|_| Instant::now());
        let measure = |store: &Store<State>| {
            if let (Some(cost), Some(began)) = (cost, began) {
                *cost = Cost::since(began, store);
            }
        };
        let id = RequestId::of(request.id);
        let params = head_params(request);
        let head = head(request, &id, &params);
        if let Some(mut live) = self.plugin.idle_responders.take() {
            let handle = instance::begin(&mut live.store, call).ok_or_else(|| self.without_request())?;
            let returned = within_wall(&identity.bounds, live.guest.call_respond(&mut live.store, head, handle)).await;
            measure(&live.store);
            return match returned {
                Ok(returned) => Ok((live, returned)),
                Err(stop) => Err(identity.stopped(stop, live.store.data_mut())),
            };
        }
        let mut store = self.plugin.store(Budget::call(&identity.bounds));
        let handle = instance::begin(&mut store, call).ok_or_else(|| self.without_request())?;
        let returned = within_wall(&identity.bounds, async {
            let instance = self.plugin.instantiate(&mut store).await?;
            let guest = self.indices.load(&mut store, &instance)?;
            let returned = guest.call_respond(&mut store, head, handle).await?;
            Ok((guest, instance, returned))
        });
        let returned = returned.await;
        measure(&store);
        match returned {
            Ok((guest, instance, returned)) => {
                let mut live = Live::of(store, guest, &self.plugin);
                live.instance = Some(instance);
                Ok((live, returned))
            }
            Err(stop) => Err(identity.stopped(stop, store.data_mut())),
        }
    }
}

impl Responder for ResponderHook {
    fn respond(self: Arc<Self>, call: Call) -> BoxFuture<'static, Result<(Answer, Unit), PluginFault>> {
        let pace = Arc::clone(&self.plugin.pace);
        let request = call.request.as_ref().map(|request| request.id);
        let answered = async move { self.metered(call).await.map_err(|fault| fault.of_request(request)) };
        Box::pin(Laned::new(Box::pin(answered), &pace))
    }
}
