//! What Mockoon's command line says of its documents (`mockoon.md`, section 7), and what it means for the gateway.

use std::{path::PathBuf, time::Duration};

use ringback_config::Settings;
use ringback_diag::{Diagnostic, Diagnostics};
use ringback_import::mockoon::Options;
use ringback_model::{
    environment::Environment,
    ids::{EnvironmentName, NAME_MAX_BYTES},
    limits,
};

/// Largest body of a request unless told otherwise: Mockoon's own.
const REQUEST_BODY_MAX_BYTES: usize = 100 << 20;
/// How long an answer may take: Mockoon's own.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(3_600);
/// Events of the journal for each transaction that is to be kept: a request may have callbacks, and they their attempts.
const EVENTS_PER_TRANSACTION: usize = 4;
/// Transactions that can be kept: at the journal's share of a body, what a machine has memory for.
const TRANSACTIONS_CEILING: usize = 100_000;

/// What Mockoon's command line says of its documents.
#[derive(Debug, Clone)]
pub struct Mockoon {
    /// Of each, in the order of their paths; of a document beyond them nothing.
    pub documents: Vec<Options>,
    /// Where each environment's log is written too, with [`Format::Mockoon`](crate::report::Format::Mockoon). Absent: nowhere.
    pub log_folder: Option<PathBuf>,
}

// === impl Mockoon ===

impl Mockoon {
    /// The gateway's settings, where Mockoon's documents are what is served: the Ringback admin API is off.
    pub(super) fn settings(&self) -> Settings {
        let all = || self.documents.iter().map(|options| &options.settings);
        let kept: usize = all().map(|settings| settings.transactions_max.min(TRANSACTIONS_CEILING)).sum();
        let longest = all().map(|settings| settings.request_body_max_bytes.unwrap_or(REQUEST_BODY_MAX_BYTES)).max();
        Settings {
            admin: None,
            request_body_max_bytes: longest.unwrap_or(REQUEST_BODY_MAX_BYTES),
            request_timeout: REQUEST_TIMEOUT,
            journal_events_max: limits::JOURNAL_EVENTS_MAX.max(kept * EVENTS_PER_TRANSACTION),
            ..Settings::default()
        }
    }
}

/// Gives environments of one name each another: Mockoon serves them beside each other, here state is kept by name.
pub(super) fn name_apart(environments: &mut [Environment], found: &mut Diagnostics) {
    let mut taken: Vec<EnvironmentName> = vec![];
    for environment in environments {
        let name = environment.name.clone();
        let numbered = (2..).map(|number| numbered(&name, number));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name));
        environment.name = free.unwrap_or_else(|| name.clone());
        if environment.name != name {
            let message = format!("two environments are called `{name}`, the later is `{}` here", environment.name);
            found.push(Diagnostic::warning(message).help("give each a name of its own: state is kept by name"));
        }
        taken.push(environment.name.clone());
    }
}

/// `name (2)`, cut where names end.
fn numbered(name: &EnvironmentName, number: u32) -> EnvironmentName {
    let suffix = format!(" ({number})");
    let end = name.as_str().floor_char_boundary(NAME_MAX_BYTES - suffix.len());
    let start = name.as_str().get(..end).unwrap_or_default();
    EnvironmentName::try_new(&format!("{start}{suffix}")).unwrap_or_default()
}
