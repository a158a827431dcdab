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
        let (background, text) = (app.background.handle().clone(), String::from_utf8_lossy(&self.body).into_owned());
        let replaced = background.spawn(async move {
            let read = app.read_environment(NAME, &text, &current)?;
            let Environment { name, listen, tls, .. } = current;
            app.replace(Environment { name, listen, tls, ..read }).await
        });
        match replaced.await {
            Ok(Ok(site)) => match self.restore_changed(&site).await {
                Ok(()) => Reply::done("Environment updated"),
                Err(reply) => reply,
            },
            Ok(Err(wrong)) => refused(&wrong),
            Err(error) => Reply::message(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
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
