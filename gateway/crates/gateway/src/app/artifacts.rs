//! Documents that come and go over HTTP, by the same path as a reload: one that is wrong changes nothing.

use std::sync::Arc;

use super::{App, Applied};
use crate::load::{Artifact, Rejected, artifact::ARTIFACTS_MAX};

// === impl App ===

impl App {
    /// The documents that came over HTTP, in the order in which they came.
    pub fn artifacts(&self) -> Arc<Vec<Artifact>> {
        self.artifacts.load_full()
    }

    /// Serves a document beside what serves, in place of the one of its name.
    ///
    /// # Errors
    /// All that is wrong; what served before goes on serving, unchanged.
    pub async fn add_artifact(&self, artifact: Artifact) -> Result<Applied, Rejected> {
        let alone = artifact.clone();
        let checked = tokio::task::spawn_blocking(move || alone.check()).await;
        checked.unwrap_or_else(|error| Err(Rejected::message(format!("the document could not be read: {error}"))))?;
        let _one_at_a_time = self.reloading.lock().await;
        let mut artifacts = Vec::clone(&self.artifacts.load());
        match artifacts.iter().position(|known| known.name == artifact.name) {
            Some(at) => artifacts.splice(at..=at, [artifact]).for_each(drop),
            None if artifacts.len() >= ARTIFACTS_MAX => {
                return Err(Rejected::message(format!(
                    "there are {ARTIFACTS_MAX} artifacts already: delete one first"
                )));
            }
            None => artifacts.push(artifact),
        }
        self.read_again(artifacts).await
    }

    /// Takes a document that came over HTTP away. Absent: there is none of that name.
    ///
    /// # Errors
    /// When what is left can't be served without it; it stays then.
    pub async fn remove_artifact(&self, name: &str) -> Result<Option<Applied>, Rejected> {
        let _one_at_a_time = self.reloading.lock().await;
        let mut artifacts = Vec::clone(&self.artifacts.load());
        let Some(at) = artifacts.iter().position(|known| *known.name == *name) else { return Ok(None) };
        artifacts.remove(at);
        self.read_again(artifacts).await.map(Some)
    }
}
