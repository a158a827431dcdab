//! `PUT /environment`: serves another environment in place of this one, until its file is read again. Port, host and TLS
//! stay as they are. Unlike Mockoon's, what is no environment is refused and changes nothing.

use http::StatusCode;
use ringback_diag::{Diagnostics, Severity};
use ringback_model::environment::Environment;
use ringback_values::Value;

use super::{Caller, Reply, object, text};

/// What messages call the body.
const NAME: &str = "PUT /mockoon-admin/environment";

impl Caller<'_> {
    pub(super) async fn put_environment(&self) -> Reply {
        let (Some(app), Some(current)) = (self.app(), self.environment()) else {
            return Reply::message(StatusCode::SERVICE_UNAVAILABLE, "The environment is being replaced");
        };
        let read = app.read_environment(NAME, &String::from_utf8_lossy(&self.body), &current);
        let environment = match read {
            Ok(environment) => environment,
            Err(wrong) => return refused(&wrong),
        };
        let environment = Environment {
            name: current.name.clone(),
            listen: current.listen.clone(),
            tls: current.tls.clone(),
            ..environment
        };
        match app.replace(environment).await {
            Ok(site) => match self.restore_changed(&site).await {
                Ok(()) => Reply::done("Environment updated"),
                Err(reply) => reply,
            },
            Err(wrong) => refused(&wrong),
        }
    }
}

/// What is wrong, each in a line.
fn refused(wrong: &Diagnostics) -> Reply {
    let errors = wrong.as_slice().iter().filter(|found| found.severity == Severity::Error);
    let errors = errors.map(|found| match &found.help {
        Some(help) => text(&format!("{}; {help}", found.message)),
        None => text(&found.message),
    });
    let members = [("message", text("Invalid environment format")), ("errors", Value::array(errors.collect()))];
    Reply::json(StatusCode::BAD_REQUEST, &object(members))
}
