//! Content that a plugin makes piece by piece: its `body-stream` hook, on the instance that answered. Instance and permit
//! live until the stream has ended or is dropped; each piece has a call's limits.

use std::sync::Arc;

use bytes::Bytes;
use ringback_model::{
    fault::{FaultKind, PluginFault},
    http_values::Content,
    limits,
    ports::{BodyStream, BoxFuture},
    unit::Unit,
};

use crate::{
    bindings::exports::ringback::gateway::{body_stream, responder},
    error,
    fault::Stop,
    instance::{Live, fuel, within_wall},
    lane::Laned,
    permits::{HeldPermit, Permit},
    plugin::Plugin,
};

/// Pieces without a byte in them, one after the other, after which a stream is taken for one that never ends.
const EMPTY_PIECES_MAX: u32 = 1_000;

/// A stream that has not ended.
struct Stream {
    plugin: Arc<Plugin>,
    /// Absent: it has ended, or a call has not come back.
    live: Option<Live<responder::Guest>>,
    hook: body_stream::Guest,
    number: u32,
    /// What the call that answered saw of the buckets.
    seen: Unit,
    sent: u64,
    empty: u32,
    _permit: HeldPermit,
}

/// The content behind a number that a plugin answered with.
///
/// # Errors
/// When the plugin has no such hook.
pub(crate) async fn content(
    plugin: &Arc<Plugin>,
    mut live: Live<responder::Guest>,
    number: u32,
    seen: Unit,
    permit: Permit<'_>,
) -> Result<Content, PluginFault> {
    let identity = &plugin.identity;
    let missing = || {
        let why = "answered with a stream, and exports no `body-stream`";
        identity.fault(FaultKind::Invalid, why, None)
    };
    let indices = plugin.body_stream.as_ref().ok_or_else(missing)?;
    let instance = live.instance.ok_or_else(missing)?;
    let hook = indices.load(&mut live.store, &instance);
    let hook = hook.map_err(|error| identity.stopped(Stop::Failed(error), live.store.data_mut()))?;
    Ok(Content::Streamed(Box::new(Stream {
        hook,
        number,
        seen,
        live: Some(live),
        plugin: Arc::clone(plugin),
        sent: 0,
        empty: 0,
        _permit: permit.hold(plugin),
    })))
}

// === impl Stream ===

impl Stream {
    async fn piece(&mut self) -> Result<Option<Bytes>, PluginFault> {
        // It is put back once the guest has: a call that is given up in the middle takes the instance with it.
        let Some(mut live) = self.live.take() else { return Ok(None) };
        let identity = Arc::clone(&self.plugin.identity);
        live.store.set_epoch_deadline(1);
        fuel(&mut live.store);
        live.store.data_mut().begin_piece(self.seen.clone());
        let (hook, number, bounds) = (self.hook.clone(), self.number, identity.bounds);
        let call = async move {
            let made = within_wall(&bounds, hook.call_next(&mut live.store, number)).await;
            (live, made)
        };
        let (mut live, made) = Laned::new(Box::pin(call), &self.plugin.pace).await;
        let made = made.map_err(|stop| identity.stopped(stop, live.store.data_mut()))?;
        // What the guest changed in it was for itself.
        live.store.data_mut().unit = None;
        match made {
            Ok(Some(piece)) => {
                self.count(piece.len())?;
                self.live = Some(live);
                Ok(Some(piece.into()))
            }
            Ok(None) => {
                live.store.data_mut().end();
                self.plugin.idle_responders.keep(live, self.plugin.idle_max());
                Ok(None)
            }
            Err(error) => Err(identity.failed(error)),
        }
    }

    fn count(&mut self, bytes: usize) -> Result<(), PluginFault> {
        self.sent = self.sent.saturating_add(bytes as u64);
        self.empty = if bytes == 0 { self.empty + 1 } else { 0 };
        let why = if self.sent > limits::RESPONSE_BODY_STREAM_MAX_BYTES {
            let most = usize::try_from(limits::RESPONSE_BODY_STREAM_MAX_BYTES).unwrap_or(usize::MAX);
            format!("streamed more than {}", error::Bytes(most))
        } else if self.empty > EMPTY_PIECES_MAX {
            format!("streamed {} empty pieces one after the other", self.empty)
        } else {
            return Ok(());
        };
        Err(self.plugin.identity.fault(FaultKind::Output, why, None))
    }
}

impl BodyStream for Stream {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, PluginFault>> {
        Box::pin(self.piece())
    }
}
