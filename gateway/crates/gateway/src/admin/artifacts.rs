//! `/__admin/artifacts`: OpenAPI descriptions and Microcks' artifacts that join what serves, until the process ends.

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use multer::{Constraints, Multipart, SizeLimit};
use ringback_import::openapi::DOCUMENT_MAX_BYTES;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Problem, Shared,
    asked::{Asked, Named},
};
use crate::load::{Artifact, Rejected};

/// What a form costs beside its file: fields that nobody asked for.
const FORM_MAX_BYTES: u64 = DOCUMENT_MAX_BYTES as u64 + (1 << 20);

/// How a document is taken.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Role {
    /// Whether it describes a service by itself. Absent: yes.
    main_artifact: Option<bool>,
}

/// `GET /__admin/artifacts`
pub(super) async fn list(State(app): Shared) -> Json<Value> {
    let artifacts = app.artifacts();
    Json(json!({"artifacts": artifacts.iter().map(view).collect::<Vec<_>>()}))
}

/// `POST /__admin/artifacts`: a form with the field `file`. Answers 201 with the service that it describes or adds to.
pub(super) async fn add(
    State(app): Shared,
    Asked(role): Asked<Role>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let artifact = uploaded(&headers, body, role.is_main()).await?;
    let artifact = artifact.ok_or_else(|| Problem::bad("the form has no field `file`, or that is empty"))?;
    let service = artifact.service();
    let is_served = || crate::microcks::is_served(&app, service.as_deref());
    if !artifact.is_main && service.is_some() && !is_served() {
        let service = service.unwrap_or_default();
        let problem = Problem::bad(format!("nothing serves `{service}`, which this adds to"));
        return Err(Problem {
            help: Some("bring its description first, without `mainArtifact=false`".into()),
            ..problem
        });
    }
    let applied = app.add_artifact(artifact).await?;
    let warnings = crate::load::apart(&applied.warnings);
    Ok((StatusCode::CREATED, Json(json!({"service": service, "warnings": warnings}))).into_response())
}

/// `DELETE /__admin/artifacts/{name}`
pub(super) async fn remove(State(app): Shared, Named(name): Named<String>) -> Result<StatusCode, Problem> {
    match app.remove_artifact(&name).await? {
        Some(_) => Ok(StatusCode::NO_CONTENT),
        None => {
            let artifacts = app.artifacts();
            let names = ringback_diag::listed(artifacts.iter().map(|known| &*known.name));
            let there = names.map_or_else(|| "there is none".into(), |names| format!("there are {names}"));
            Err(Problem::absent(format!("there is no artifact `{name}`: {there}")))
        }
    }
}

/// The document in a form. Absent: its field `file` is missing or empty.
pub(crate) async fn uploaded(headers: &HeaderMap, body: Body, is_main: bool) -> Result<Option<Artifact>, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wanted = "send the document as field `file` of a form: `curl -F file=@openapi.yaml`";
    let boundary = multer::parse_boundary(kind).map_err(|_| Problem::bad(wanted))?;
    let limit = SizeLimit::new().whole_stream(FORM_MAX_BYTES).per_field(DOCUMENT_MAX_BYTES as u64);
    let constraints = Constraints::new().size_limit(limit);
    let mut form = Multipart::with_constraints(body.into_data_stream(), boundary, constraints);
    while let Some(field) = form.next_field().await.map_err(unread)? {
        if field.name() != Some("file") {
            continue;
        }
        let name = plain(field.file_name().unwrap_or_default());
        let bytes = field.bytes().await.map_err(unread)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| Problem::bad(format!("`{name}` is not UTF-8 text")))?;
        return Ok(Some(Artifact { name: name.into(), text: text.into(), is_main }));
    }
    Ok(None)
}

/// A file's name without folders and what no name has.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control()).take(ringback_model::ids::NAME_MAX_BYTES).collect();
    match plain.as_str() {
        "" | "." | ".." => "artifact.yaml".into(),
        _ => plain,
    }
}

fn unread(error: multer::Error) -> Problem {
    match error {
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } => {
            let most = DOCUMENT_MAX_BYTES >> 20;
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("a document may have at most {most} MiB"))
        }
        error => Problem::bad(format!("the form can't be read: {error}")),
    }
}

fn view(artifact: &Artifact) -> Value {
    json!({
        "name": artifact.name,
        "service": artifact.service(),
        "mainArtifact": artifact.is_main,
        "bytes": artifact.text.len(),
    })
}

// === impl Role ===

impl Role {
    /// Whether the document describes a service by itself.
    pub(crate) fn is_main(&self) -> bool {
        self.main_artifact.unwrap_or(true)
    }
}

// === impl Problem ===

impl From<Rejected> for Problem {
    fn from(rejected: Rejected) -> Self {
        let diagnostics = rejected.texts();
        Self { diagnostics, ..Self::bad(format!("{} wrong; what served goes on", rejected.count())) }
    }
}
