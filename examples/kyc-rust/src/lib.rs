//! A KYC provider: takes applicants, keeps them, answers by its own rules, and calls back twice.

mod application;
mod callbacks;
#[cfg(test)]
mod tests;

use std::num::NonZeroU32;

use ringback_plugin::{
    BucketError, Error, Request, Response, ScheduleError, bucket, configuration, escape, log, responder,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use application::{Application, Unfit};

/// The bucket of applicants, by id.
const APPLICANTS: &str = "applicants";

/// What the operator may set.
#[configuration]
#[serde(default)]
struct Config {
    /// Tries that an applicant has; one more is answered with 409.
    #[must_be("a whole number of at least 1")]
    reject_after: NonZeroU32,
    /// Countries whose applicants are rejected.
    blocked: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self { reject_after: NonZeroU32::MIN.saturating_add(1), blocked: vec!["KP".into()] }
    }
}

/// An applicant as the bucket keeps it, and as it is shown.
#[derive(Serialize, Deserialize)]
struct Applicant {
    id: String,
    name: String,
    country: String,
    status: Status,
    tries: u32,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Pending,
    Rejected,
}

#[responder]
fn handle(request: Request, config: &Config) -> Result<Response, Error> {
    match request.param("id") {
        Some(id) => show(id),
        None => apply(&request, config),
    }
}

/// `GET /kyc/applicants/{id}`
fn show(id: &str) -> Result<Response, Error> {
    Ok(match known(id)? {
        Some(applicant) => Response::json(200, &applicant),
        None => problem(404, "no such applicant"),
    })
}

/// `POST /kyc/applicants`
fn apply(request: &Request, config: &Config) -> Result<Response, Error> {
    let application = match Application::read(request) {
        Ok(application) => application,
        Err(Unfit { status, why }) => return Ok(problem(status, &why)),
    };
    let id = &application.id;
    let tries = known(id)?.map_or(0, |applicant| applicant.tries) + 1;
    if tries > config.reject_after.get() {
        keep(&application, Status::Rejected, tries)?;
        return Ok(Response::json(409, &json!({ "error": "too many tries", "tries": tries })));
    }
    for callback in callbacks::of(&application, tries, config)? {
        match callback.schedule() {
            Ok(_) => {}
            // A URL that can't be called was no try: nothing is kept.
            Err(ScheduleError::Invalid(why) | ScheduleError::Denied(why)) => return Ok(problem(422, &why)),
            Err(other) => return Err(other.into()),
        }
    }
    keep(&application, Status::Pending, tries)?;
    log::info!("applicant accepted", id = id);
    let accepted = json!({ "id": id, "status": Status::Pending, "try": tries });
    Ok(Response::json(202, &accepted).header("location", format!("/kyc/applicants/{id}")))
}

fn known(id: &str) -> Result<Option<Applicant>, BucketError> {
    bucket(APPLICANTS).get(&escape(id))
}

fn keep(application: &Application, status: Status, tries: u32) -> Result<(), BucketError> {
    let Application { id, name, country, .. } = application.clone();
    bucket(APPLICANTS).set(&escape(&application.id), &Applicant { id, name, country, status, tries })
}

fn problem(status: u16, why: &str) -> Response {
    Response::json(status, &json!({ "error": why }))
}
