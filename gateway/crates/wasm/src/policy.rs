//! The `callback-policy` hook as the model's port. A policy has no unit of work: what it wants changed it says in what it
//! returns, and the gateway commits that with the attempt.

use std::{borrow::Cow, sync::Arc, time::Duration};

use bytes::Bytes;
use ringback_model::{
    callback::{Callback, Decision, Outcome, Outgoing},
    fault::{FaultKind, PluginFault},
    http_values::field_text,
    limits,
    ports::{BoxFuture, CallbackPolicy},
    unit::{Cause, Schedule},
};

use crate::{
    bindings::{
        exports::ringback::gateway::callback_policy as wit,
        ringback::gateway::types::{
            AnswerParam, BodyParam, BodyResult, FieldParam, Options, OutgoingParam, OutgoingResult,
        },
    },
    budget::Budget,
    imports::{schedule, target},
    instance::{Live, fuel, within_wall},
    lane::Laned,
    plugin::Plugin,
};

/// A plugin's callback policy.
#[derive(Clone)]
pub(crate) struct PolicyHook {
    plugin: Arc<Plugin>,
    indices: wit::GuestIndices,
}

/// Names and values of header fields as text.
type Fields<'a> = Vec<(&'a str, Cow<'a, str>)>;

impl PolicyHook {
    /// Of a plugin that exports one.
    pub(crate) fn of(plugin: &Arc<Plugin>) -> Option<Self> {
        Some(Self { plugin: Arc::clone(plugin), indices: plugin.policy.clone()? })
    }

    /// An instance at the beginning of a call about an attempt.
    async fn live(&self, callback: &Callback, attempt: u32) -> Result<Live<wit::Guest>, PluginFault> {
        let plugin = &self.plugin;
        let mut live = match plugin.idle_policies.take() {
            Some(live) => live,
            None => {
                let mut store = plugin.store(Budget::call(&plugin.identity.bounds));
                let loaded = within_wall(&plugin.identity.bounds, async {
                    let instance = plugin.instantiate(&mut store).await?;
                    self.indices.load(&mut store, &instance)
                });
                match loaded.await {
                    Ok(guest) => Live::of(store, guest, plugin),
                    Err(stop) => return Err(plugin.identity.stopped(stop, store.data_mut())),
                }
            }
        };
        let options = &plugin.host.options;
        let now = options.clock.as_ref().map_or(callback.due, |clock| clock.now());
        live.store.data_mut().begin_alone(
            &callback.scope.environment,
            now,
            options.seed.stream(draw(callback, attempt)),
        );
        live.store.set_epoch_deadline(1);
        fuel(&mut live.store);
        Ok(live)
    }

    async fn plan_one(&self, callback: &Callback, attempt: u32) -> Result<Outgoing, PluginFault> {
        let identity = &self.plugin.identity;
        let _permit = self.plugin.permit().await?;
        let mut live = self.live(callback, attempt).await?;
        let crossing = Crossing::of(callback);
        let fields = wire(&crossing.fields);
        let planned = live.guest.call_plan(&mut live.store, crossing.callback(callback, &fields), attempt);
        let planned = within_wall(&identity.bounds, planned);
        let planned = planned.await.map_err(|stop| identity.stopped(stop, live.store.data_mut()))?;
        live.store.data_mut().end();
        self.plugin.idle_policies.keep(live, self.plugin.idle_max());
        let planned = planned.map_err(|error| identity.failed(error))?;
        let planned = outgoing(planned).and_then(|planned| self.check_target(callback, planned));
        planned.map_err(|why| identity.fault(FaultKind::Invalid, format!("planned what can't be sent: {why}"), None))
    }

    async fn decide_one(&self, callback: &Callback, attempt: u32, outcome: &Outcome) -> Result<Decision, PluginFault> {
        let identity = &self.plugin.identity;
        let _permit = self.plugin.permit().await?;
        let mut live = self.live(callback, attempt).await?;
        let crossing = Crossing::of(callback);
        let fields = wire(&crossing.fields);
        let answered = match outcome {
            Outcome::Answered { headers, .. } => {
                headers.iter().map(|(name, value)| (name.as_str(), field_text(value.as_bytes()))).collect()
            }
            _ => vec![],
        };
        let answered = wire(&answered);
        let about = crossing.callback(callback, &fields);
        let decided = live.guest.call_decide(&mut live.store, about, attempt, wire_outcome(outcome, &answered));
        let decided = within_wall(&identity.bounds, decided)
            .await
            .map_err(|stop| identity.stopped(stop, live.store.data_mut()))?;
        live.store.data_mut().end();
        self.plugin.idle_policies.keep(live, self.plugin.idle_max());
        let decided = self.decision(callback, decided);
        decided.map_err(|why| identity.fault(FaultKind::Invalid, format!("decided what can't be done: {why}"), None))
    }

    fn decision(&self, callback: &Callback, decided: wit::Decision) -> Result<Decision, String> {
        Ok(match decided {
            wit::Decision::Done => Decision::Done,
            wit::Decision::Retry(micros) => Decision::Retry(Duration::from_micros(micros)),
            wit::Decision::GiveUp(why) => Decision::GiveUp(why),
            wit::Decision::Then(follow) if follow.len() > limits::CALL_CALLBACKS_MAX => {
                return Err(format!("{} callbacks follow, {} are the most", follow.len(), limits::CALL_CALLBACKS_MAX));
            }
            wit::Decision::Then(follow) => {
                let follow = follow.into_iter().map(|following| self.following(callback, following));
                Decision::Then(follow.collect::<Result<_, _>>()?)
            }
        })
    }

    fn following(
        &self,
        callback: &Callback,
        (request, options): (OutgoingResult, Options),
    ) -> Result<Schedule, String> {
        let outgoing = self.check_target(callback, outgoing(request)?)?;
        schedule(&self.plugin.identity, outgoing, options)
    }

    /// A policy sends to where the operator's callback goes, or to where it was granted.
    fn check_target(&self, callback: &Callback, outgoing: Outgoing) -> Result<Outgoing, String> {
        if target(&outgoing.url) != target(&callback.outgoing.url) {
            self.plugin.identity.check_host(&outgoing.url)?;
        }
        Ok(outgoing)
    }
}

impl CallbackPolicy for PolicyHook {
    fn plan<'a>(&'a self, callback: &'a Callback, attempt: u32) -> BoxFuture<'a, Result<Outgoing, PluginFault>> {
        let (hook, callback) = (self.clone(), callback.clone());
        let planned = async move { hook.plan_one(&callback, attempt).await };
        Box::pin(Laned::new(Box::pin(planned), &self.plugin.pace))
    }

    fn decide<'a>(
        &'a self,
        callback: &'a Callback,
        attempt: u32,
        outcome: &'a Outcome,
    ) -> BoxFuture<'a, Result<Decision, PluginFault>> {
        let (hook, callback, outcome) = (self.clone(), callback.clone(), outcome.clone());
        let decided = async move { hook.decide_one(&callback, attempt, &outcome).await };
        Box::pin(Laned::new(Box::pin(decided), &self.plugin.pace))
    }
}

/// The parts of a callback that have to be written out to cross.
struct Crossing<'a> {
    url: String,
    cause: String,
    fields: Fields<'a>,
}

impl<'a> Crossing<'a> {
    fn of(callback: &'a Callback) -> Self {
        let headers = &callback.outgoing.headers;
        Self {
            url: callback.outgoing.url.to_string(),
            cause: match &callback.cause {
                Cause::Request(id) | Cause::Webhook(id) => id.to_string(),
                Cause::Callback(id) => id.to_string(),
            },
            fields: headers.iter().map(|(name, value)| (name.as_str(), field_text(value.as_bytes()))).collect(),
        }
    }

    fn callback(&'a self, callback: &'a Callback, fields: &'a [FieldParam<'a>]) -> wit::Callback<'a> {
        let body = &callback.outgoing.body;
        wit::Callback {
            id: callback.id.as_str(),
            name: callback.name.as_str(),
            request: OutgoingParam {
                method: callback.outgoing.method.as_str(),
                url: &self.url,
                headers: fields,
                body: match std::str::from_utf8(body) {
                    Ok("") => BodyParam::Empty,
                    Ok(text) => BodyParam::Text(text),
                    Err(_) => BodyParam::Bytes(body),
                },
            },
            due: callback.due.as_micros(),
            cause: &self.cause,
            depth: callback.depth,
            settings: callback.policy.as_ref().map_or("{}", |used| &used.settings),
        }
    }
}

fn wire<'a>(fields: &'a Fields<'_>) -> Vec<FieldParam<'a>> {
    fields.iter().map(|(name, value)| FieldParam { name, value }).collect()
}

fn wire_outcome<'a>(outcome: &'a Outcome, headers: &'a [FieldParam<'a>]) -> wit::Outcome<'a> {
    match outcome {
        Outcome::Answered { status, body, .. } => {
            wit::Outcome::Answered(AnswerParam { status: status.as_u16(), headers, body })
        }
        Outcome::TimedOut => wit::Outcome::TimedOut,
        Outcome::Refused(why) | Outcome::Failed(why) => wit::Outcome::Failed(why),
    }
}

fn outgoing(planned: OutgoingResult) -> Result<Outgoing, String> {
    let body: Bytes = match planned.body {
        BodyResult::Empty => Bytes::new(),
        BodyResult::Text(text) => text.into(),
        BodyResult::Bytes(bytes) => bytes.into(),
    };
    let headers = planned.headers.iter().map(|field| (field.name.as_str(), field.value.as_str()));
    Outgoing::try_new(&planned.method, &planned.url, headers, body).map_err(|error| error.to_string())
}

/// What a call about an attempt draws its random numbers from: the callback's id and the attempt (FNV-1a), so that a call
/// that is made again draws the same.
fn draw(callback: &Callback, attempt: u32) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let id = callback.id.as_str().bytes().chain(attempt.to_le_bytes());
    id.fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}
