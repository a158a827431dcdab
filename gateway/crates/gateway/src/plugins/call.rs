//! A call of a plugin: through its breaker, counted, with what follows when it went wrong.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use ringback_model::{
    callback::{Callback, Decision, Outcome, Outgoing},
    fault::PluginFault,
    http_values::{Answer, Content},
    ports::{BodyStream, BoxFuture, Call, CallbackPolicy, Responder},
    unit::Unit,
};

use super::{generation::Generation, health::Consequence, slot::Slot};
use crate::http::refusal::{Kind, Refusal};

/// A responder to call: what served when the request came, for as long as the request takes.
pub struct Turn {
    slot: Arc<Slot>,
    generation: Arc<Generation>,
    responder: Arc<dyn Responder>,
}

/// A policy to call.
struct Judge {
    slot: Arc<Slot>,
    generation: Arc<Generation>,
    policy: Arc<dyn CallbackPolicy>,
}

/// A stream whose faults are counted.
struct Watched {
    slot: Arc<Slot>,
    generation: Arc<Generation>,
    stream: Box<dyn BodyStream>,
}

// === impl Turn ===

impl Turn {
    /// Takes what serves.
    ///
    /// # Errors
    /// Nothing does, or it answers no requests.
    pub fn take(slot: &Arc<Slot>) -> Result<Self, Refusal> {
        let Some(generation) = slot.serving() else {
            let absence = slot.absence();
            let mut refusal = Refusal::new(Kind::PluginUnavailable, absence.text.clone());
            refusal.hints.clone_from(&absence.hints);
            return Err(refusal);
        };
        let Some(responder) = generation.responder().cloned() else {
            let public = format!("plugin `{}` is no responder", slot.name());
            return Err(Refusal::new(Kind::PluginUnavailable, public));
        };
        Ok(Self { slot: slot.clone(), generation, responder })
    }

    /// Calls it.
    ///
    /// # Errors
    /// Its breaker is open, or the call came to nothing.
    pub async fn respond(&self, call: Call) -> Result<(Answer, Unit), Refusal> {
        let ticket = self.generation.health.admit().map_err(|pause| self.is_open(pause))?;
        let responded = self.responder.clone().respond(call).await;
        let fault = responded.as_ref().err();
        let consequence = ticket.end(fault);
        react(&self.slot, &self.generation, consequence, fault);
        let (mut answer, unit) = responded?;
        if let Content::Streamed(stream) = answer.body {
            let (slot, generation) = (self.slot.clone(), self.generation.clone());
            answer.body = Content::Streamed(Box::new(Watched { slot, generation, stream }));
        }
        Ok((answer, unit))
    }

    fn is_open(&self, pause: Duration) -> Refusal {
        let public = format!("plugin `{}` has failed too often, its calls are refused for a while", self.slot.name());
        let mut refusal = Refusal::new(Kind::PluginUnavailable, public);
        // Never too early.
        refusal.retry_after_s = u32::try_from(pause.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX).max(1);
        refusal
    }
}

/// Does what a call that went wrong leads to.
fn react(slot: &Arc<Slot>, generation: &Arc<Generation>, consequence: Consequence, fault: Option<&PluginFault>) {
    let Some(fault) = fault else { return };
    let why = || format!("the last call {}", fault.message);
    if consequence.failed_trial {
        let why = format!("too many of its first calls failed, {}", why());
        if slot.roll_back(Some(generation), &why).is_some() {
            return;
        }
    }
    if consequence.opened {
        slot.opened(generation, &why());
    }
}

// === policies ===

/// The callback policy that serves. Absent: none does.
pub fn policy(slot: &Arc<Slot>) -> Option<Arc<dyn CallbackPolicy>> {
    let generation = slot.serving()?;
    let policy = generation.policy()?.clone();
    Some(Arc::new(Judge { slot: slot.clone(), generation, policy }))
}

impl Judge {
    /// Counts a call. No breaker stands before it: a callback that it refused would be parked for an operator, and calls
    /// about callbacks come one at a time and pause by themselves.
    fn counted<T>(&self, result: Result<T, PluginFault>) -> Result<T, PluginFault> {
        let fault = result.as_ref().err();
        react(&self.slot, &self.generation, self.generation.health.count(fault), fault);
        result
    }
}

impl CallbackPolicy for Judge {
    fn plan<'a>(&'a self, callback: &'a Callback, attempt: u32) -> BoxFuture<'a, Result<Outgoing, PluginFault>> {
        Box::pin(async move { self.counted(self.policy.plan(callback, attempt).await) })
    }

    fn decide<'a>(
        &'a self,
        callback: &'a Callback,
        attempt: u32,
        outcome: &'a Outcome,
    ) -> BoxFuture<'a, Result<Decision, PluginFault>> {
        Box::pin(async move { self.counted(self.policy.decide(callback, attempt, outcome).await) })
    }
}

// === streams ===

impl BodyStream for Watched {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, PluginFault>> {
        Box::pin(async move {
            let piece = self.stream.next().await;
            if let Err(fault) = &piece {
                react(&self.slot, &self.generation, self.generation.health.count(Some(fault)), Some(fault));
            }
            piece
        })
    }
}
