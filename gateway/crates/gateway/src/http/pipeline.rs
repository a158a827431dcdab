//! The stack that each connection's requests pass, outermost first. One line a layer, with the reason why it sits there.

use std::{net::IpAddr, sync::Arc};

use http::{Request, Response};
use hyper::body::Incoming;
use ringback_callbacks::Telling;
use ringback_model::{callback::Callback, ids::RequestId, journal::Exchange, time::Timestamp};

use super::{
    admission::Admission, body::Body, deadline::Deadline, idle::Activity, intake::Intake, panic_guard::PanicGuard,
    sequel::Sequel,
};
use crate::{gateway::Door, metrics::RouteMetrics, respond::Respond};

/// A request within the gateway.
pub struct Inbound {
    /// Its id.
    pub id: RequestId,
    /// When its head had arrived.
    pub received: Timestamp,
    /// The client.
    pub client: IpAddr,
    /// As hyper read it; its body is still on the way.
    pub request: Request<Incoming>,
}

/// An answer within the gateway.
pub struct Answered {
    /// What the client gets.
    pub response: Response<Body>,
    /// What the journal gets, but for the time it took.
    pub exchange: Box<Exchange>,
    /// Callbacks that are in the queue for it.
    pub scheduled: Vec<Arc<Callback>>,
    /// Held until the journal has heard of it. Absent: no callback waits for that.
    pub telling: Option<Box<Telling>>,
    /// Waited before the client gets it.
    pub latency: std::time::Duration,
    /// Where it is counted.
    pub metrics: RouteMetrics,
    /// Made on the spot: the time that it took is less than reading the clock again takes, and is noted as none.
    pub at_once: bool,
}

/// The whole stack.
pub type Pipeline = Intake<PanicGuard<Admission<Deadline<Respond>>>>;

/// The stack of one connection.
pub fn pipeline(door: Arc<Door>, client: IpAddr, activity: Arc<Activity>, sequel: Sequel) -> Pipeline {
    let gateway = &door.gateway;
    // Innermost: takes the site that is current and answers.
    let service = Respond::new(door.clone(), sequel);
    // Around the work alone, so that a configured latency does not count, and no time is spent on a request that was shed.
    let service = Deadline::new(service, gateway.limits.request_timeout);
    // Before any work is done, and inside the guard: what is shed must still be an answer.
    let service = Admission::new(service, gateway.in_flight.clone(), gateway.limits.requests_in_flight);
    // Inside the error table, so that a defect is answered and noted like every other failure.
    let service = PanicGuard::new(service);
    // Outermost: gives the id, turns failures into answers, waits the latency, notes all of it. Its error is `Infallible`.
    Intake::new(service, door, client, activity)
}
