//! `cors`: an `OPTIONS` request that no route takes is answered as a browser wants it (section 7, CORS).

use std::time::Duration;

use http::{HeaderName, Method, StatusCode, header};
use ringback_model::{
    environment::{Answering, Body, Header, Mode, OnError, Origin, Response, Route, Rules, Text},
    ids::RouteName,
};

const NAME: &str = "CORS preflight";
/// Everything below the prefix.
const PATH: &str = "/{*preflight}";
const FIELDS: [(HeaderName, &str); 3] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS"),
    (
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "Content-Type, Origin, Accept, Authorization, Content-Length, X-Requested-With",
    ),
];

/// The route that answers preflights, to be tried last. The environment's own fields win over those of a preflight.
pub(super) fn route(environment: &[Header], origin: Origin) -> Option<Route> {
    let own = FIELDS.into_iter().filter(|(name, _)| !environment.iter().any(|header| header.name == *name));
    let headers = own.map(|(name, value)| Header { name, value: Text::fixed(value) }).collect();
    let response = Response {
        id: None,
        label: Some(NAME.into()),
        rules: Rules::default(),
        status: StatusCode::OK,
        headers,
        body: Body::Empty,
        latency: Duration::ZERO,
        callbacks: vec![],
        default: true,
        origin: origin.clone(),
    };
    Some(Route {
        name: RouteName::try_new(NAME).ok()?,
        id: None,
        methods: vec![Method::OPTIONS],
        path: PATH.into(),
        answer: Answering::Responses { mode: Mode::Default, responses: vec![response] },
        upstream: None,
        on_error: OnError::Error,
        origin,
    })
}
