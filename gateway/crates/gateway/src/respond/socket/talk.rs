//! A WebSocket that is open: what comes in, what goes out, and how it ends.

use std::{pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _, stream::FuturesUnordered};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use ringback_model::{
    environment::Streaming,
    http_values::Request,
    ports::BoxFuture,
    time::{Clock as _, Timestamp},
};
use tokio::{
    sync::{MutexGuard, broadcast},
    time::{Instant, Sleep, sleep, timeout},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};
use tokio_util::sync::CancellationToken;

use super::{
    broadcast::Program,
    turn::{Said, Turn},
};
use crate::{
    gateway::Door,
    http::refusal::Refusal,
    respond::{exchange::request_body_max, log},
    site::{AnswerPlan, RoutePlan, Site, SocketPlan},
};

/// Shortest time between two messages that nobody asked for (Mockoon).
const INTERVAL_MIN: Duration = Duration::from_millis(10);
/// Messages of one client that wait for their latency at once; further ones are read when one has been answered.
const WAITING_MAX: usize = 256;
/// How long a client may take to take a message, in real time.
const TAKING_MAX: Duration = Duration::from_secs(30);
/// How long a client may take to say good-bye, in real time: less than a drain.
const GOODBYE_MAX: Duration = Duration::from_secs(1);

/// An open WebSocket.
pub(super) struct Talk {
    door: Arc<Door>,
    site: Arc<Site>,
    route: usize,
    /// The request that opened it.
    request: Arc<Request>,
}

type Stream = WebSocketStream<TokioIo<Upgraded>>;

/// What happens next.
enum Next {
    /// The client sent something; absent: it has gone.
    Came(Option<Message>),
    /// An answer is ready.
    Ready(Said),
    /// All clients get this.
    Heard(Arc<str>),
    /// It is this client's turn to send for all, or the time to send something.
    Due,
    /// Nothing came for a while.
    Silence,
    /// The gateway ends, or the environment was loaded again.
    Over,
}

/// A client that says nothing is asked whether it is there.
struct Pulse {
    alarm: Pin<Box<Sleep>>,
    period: Duration,
    asked: bool,
}

/// When something is sent that nobody asked for.
enum Ticks<'a> {
    Never,
    /// To this client, at that time; the number counts.
    Own {
        due: Timestamp,
        request: Box<Request>,
    },
    /// To all, once this client leads.
    Shared {
        receiver: broadcast::Receiver<Arc<str>>,
        lead: Option<MutexGuard<'a, Option<Program>>>,
    },
}

// === impl Talk ===

impl Talk {
    pub(super) fn new(door: Arc<Door>, site: Arc<Site>, route: usize, request: Request) -> Self {
        Self { door, site, route, request: Arc::new(request) }
    }

    /// Talks until either side ends it.
    pub(super) async fn run(self, upgrade: OnUpgrade, stop: CancellationToken) {
        let Ok(upgraded) = upgrade.await else { return };
        let Some(route) = self.site.routes.get(self.route) else { return };
        let AnswerPlan::Socket(plan) = &route.answer else { return };
        let most = request_body_max(&self.door, &self.site);
        let config = WebSocketConfig::default().max_message_size(Some(most)).max_frame_size(Some(most));
        let stream = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
        tracing::info!(route = %route.name, client = %self.request.client, "a WebSocket was opened");
        Box::pin(self.talk(route, plan, stream, stop)).await;
        tracing::info!(route = %route.name, client = %self.request.client, "a WebSocket was closed");
    }

    async fn talk<'a>(
        &'a self,
        route: &'a RoutePlan,
        plan: &'a SocketPlan,
        mut stream: Stream,
        stop: CancellationToken,
    ) {
        let mut pulse = Pulse::new(self.door.gateway.limits.client_idle);
        let mut ticks = self.ticks(plan);
        let mut waiting: FuturesUnordered<BoxFuture<'a, Said>> = FuturesUnordered::new();
        let mut number = 1;
        loop {
            let next = tokio::select! {
                biased;
                () = stop.cancelled() => Next::Over,
                () = self.site.retired.cancelled() => Next::Over,
                Some(said) = waiting.next() => Next::Ready(said),
                came = stream.next(), if waiting.len() < WAITING_MAX => Next::Came(came.and_then(Result::ok)),
                heard = ticks.next(&self.door, plan) => heard.map_or(Next::Due, Next::Heard),
                () = pulse.alarm.as_mut() => Next::Silence,
            };
            let sent = match next {
                Next::Over => return close(&mut stream, Some(CloseCode::Away)).await,
                Next::Came(None) => return,
                Next::Came(Some(Message::Close(_))) => {
                    // What was begun is dropped. The library has the answer to the client's good-bye ready.
                    let _ = timeout(TAKING_MAX, stream.flush()).await;
                    return;
                }
                Next::Came(Some(message)) => {
                    pulse.beat();
                    if let (Message::Text(text), Ticks::Never) = (message, &ticks) {
                        self.hear(route, plan, Bytes::from(text), &mut number, &mut waiting).await;
                    }
                    true
                }
                Next::Ready(Said::Nothing) => true,
                Next::Ready(Said::Text(text)) => send(&mut stream, Message::text(text)).await,
                Next::Ready(Said::Last(text)) => {
                    send(&mut stream, Message::text(text)).await;
                    return close(&mut stream, None).await;
                }
                Next::Heard(text) => send(&mut stream, Message::text(&*text)).await,
                Next::Due => match self.tick(route, plan, &mut ticks).await {
                    Said::Nothing => true,
                    Said::Text(text) => send(&mut stream, Message::text(text)).await,
                    Said::Last(text) => {
                        send(&mut stream, Message::text(text)).await;
                        return close(&mut stream, None).await;
                    }
                },
                Next::Silence if pulse.asked => return,
                Next::Silence => {
                    pulse.ask();
                    send(&mut stream, Message::Ping(Bytes::new())).await
                }
            };
            if !sent {
                return;
            }
        }
    }

    /// Chooses an answer to a message, and lets its latency pass beside all else. The number counts what was answered.
    async fn hear<'a>(
        &'a self,
        route: &'a RoutePlan,
        plan: &'a SocketPlan,
        message: Bytes,
        number: &mut u64,
        waiting: &mut FuturesUnordered<BoxFuture<'a, Said>>,
    ) {
        let request = Arc::new(self.request_of(&self.request, message, *number));
        let chosen = match self.turn(route, plan, &request, true).choose().await {
            Ok(chosen) => chosen,
            Err(refusal) => return failed(&request, &refusal),
        };
        let Some(response) = chosen.and_then(|index| plan.responses.get(index)) else { return };
        *number += 1;
        waiting.push(Box::pin(async move {
            let clock = &self.door.gateway.clock;
            if response.latency > Duration::ZERO {
                clock.sleep_until(request.received.after(response.latency)).await;
            }
            self.turn(route, plan, &request, true).make(response).await.unwrap_or_else(|refusal| {
                failed(&request, &refusal);
                Said::Nothing
            })
        }));
    }

    /// Sends what is due that nobody asked for: to all, where this client leads; else it is returned.
    async fn tick(&self, route: &RoutePlan, plan: &SocketPlan, ticks: &mut Ticks<'_>) -> Said {
        let now = self.door.gateway.clock.now();
        let interval = plan.interval();
        match ticks {
            Ticks::Never => Said::Nothing,
            Ticks::Own { due, request } => {
                *due = later(*due, interval, now);
                self.say(route, plan, request).await
            }
            Ticks::Shared { lead, .. } => {
                let Some(program) = lead.as_mut() else { return Said::Nothing };
                let Some(program) = program.as_mut() else {
                    **program = Some(Program { request: self.counting(), due: now.after(interval) });
                    return Said::Nothing;
                };
                program.due = later(program.due, interval, now);
                match self.say(route, plan, &mut program.request).await {
                    Said::Text(text) | Said::Last(text) => plan.broadcast.send(&text),
                    Said::Nothing => {}
                }
                Said::Nothing
            }
        }
    }

    /// Makes one message, and counts it where a response is meant.
    async fn say(&self, route: &RoutePlan, plan: &SocketPlan, counting: &mut Request) -> Said {
        let request = Arc::new(self.request_of(counting, Bytes::new(), counting.number));
        let turn = self.turn(route, plan, &request, false);
        let made = async {
            let chosen = turn.choose().await?;
            let Some(response) = chosen.and_then(|index| plan.responses.get(index)) else { return Ok(Said::Nothing) };
            counting.number += 1;
            turn.make(response).await
        };
        made.await.unwrap_or_else(|refusal| {
            failed(&request, &refusal);
            Said::Nothing
        })
    }

    fn ticks<'a>(&self, plan: &'a SocketPlan) -> Ticks<'a> {
        match plan.streaming {
            Streaming::Conversation => Ticks::Never,
            Streaming::Unicast(_) => {
                let due = self.door.gateway.clock.now().after(plan.interval());
                Ticks::Own { due, request: Box::new(self.counting()) }
            }
            Streaming::Broadcast(_) => Ticks::Shared { receiver: plan.broadcast.listen(), lead: None },
        }
    }

    /// The request that opened the socket, before the first message.
    fn counting(&self) -> Request {
        Request { number: 1, ..Request::clone(&self.request) }
    }

    /// A request of its own for each message: what is random in it is drawn anew, and its time is now.
    fn request_of(&self, opening: &Request, body: Bytes, number: u64) -> Request {
        let gateway = &self.door.gateway;
        Request { id: gateway.next_id(), received: gateway.clock.now(), body, number, ..opening.clone() }
    }

    fn turn<'a>(
        &'a self,
        route: &'a RoutePlan,
        plan: &'a SocketPlan,
        request: &'a Arc<Request>,
        is_message: bool,
    ) -> Turn<'a> {
        Turn { door: &self.door, site: &self.site, route, plan, request, is_message }
    }
}

/// When the next is due: a whole interval later, or where the clock has jumped over that, from now.
fn later(due: Timestamp, interval: Duration, now: Timestamp) -> Timestamp {
    let next = due.after(interval);
    if next > now { next } else { now.after(interval) }
}

fn failed(request: &Request, refusal: &Refusal) {
    tracing::warn!(request = %request.id, detail = refusal.detail.as_deref(), "a WebSocket's message: {}", refusal.public);
    log(request, refusal);
}

/// Sends a message. False: the client has gone, or does not take it.
async fn send(stream: &mut Stream, message: Message) -> bool {
    timeout(TAKING_MAX, stream.send(message)).await.is_ok_and(|sent| sent.is_ok())
}

/// Says good-bye, with a reason where there is one, and waits a moment for the client's.
async fn close(stream: &mut Stream, code: Option<CloseCode>) {
    let frame = code.map(|code| CloseFrame { code, reason: "".into() });
    let goodbye = async {
        if stream.close(frame).await.is_ok() {
            while let Some(Ok(_)) = stream.next().await {}
        }
    };
    let _ = timeout(GOODBYE_MAX, goodbye).await;
}

// === impl Ticks ===

impl<'a> Ticks<'a> {
    /// What all are told; absent: something is due. Cancel safe.
    async fn next(&mut self, door: &Door, plan: &'a SocketPlan) -> Option<Arc<str>> {
        let clock = &door.gateway.clock;
        match self {
            Self::Never => std::future::pending().await,
            // Nobody waits for these: a clock that is moved until nothing is left to happen need not ring them for ever.
            Self::Own { due, .. } => {
                clock.idle_until(*due).await;
                None
            }
            Self::Shared { receiver, lead } => {
                let due = lead.as_ref().map(|program| program.as_ref().map(|program| program.due));
                tokio::select! {
                    biased;
                    heard = heard(receiver) => Some(heard),
                    guard = plan.broadcast.lead(), if due.is_none() => {
                        *lead = Some(guard);
                        None
                    }
                    () = async { if let Some(due) = due.flatten() { clock.idle_until(due).await } }, if due.is_some() => None,
                }
            }
        }
    }
}

/// The next message to all; those that came too fast are skipped.
async fn heard(receiver: &mut broadcast::Receiver<Arc<str>>) -> Arc<str> {
    loop {
        match receiver.recv().await {
            Ok(text) => return text,
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            // It lasts as long as the site.
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

// === impl Pulse ===

impl Pulse {
    fn new(period: Duration) -> Self {
        Self { alarm: Box::pin(sleep(period)), period, asked: false }
    }

    fn beat(&mut self) {
        self.asked = false;
        self.alarm.as_mut().reset(Instant::now() + self.period);
    }

    fn ask(&mut self) {
        self.beat();
        self.asked = true;
    }
}

// === impl SocketPlan ===

impl SocketPlan {
    /// Time between two messages that nobody asked for.
    fn interval(&self) -> Duration {
        match self.streaming {
            Streaming::Conversation => Duration::MAX,
            Streaming::Unicast(interval) | Streaming::Broadcast(interval) => interval.max(INTERVAL_MIN),
        }
    }
}
