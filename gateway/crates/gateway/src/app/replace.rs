//! One environment in place of another while the gateway runs, whatever its file says: until the documents are read again.

use std::sync::Arc;

use ringback_diag::{Diagnostic, Diagnostics};
use ringback_egress::EgressPolicy;
use ringback_import::mockoon;
use ringback_model::{
    environment::{Environment, Latency},
    ids::EnvironmentName,
};

use super::{App, Built, Documents};
use crate::site::Site;

// === impl App ===

impl App {
    /// What the documents say. Empty: none were read yet.
    pub fn environments(&self) -> Vec<Environment> {
        self.documents.load().as_ref().map(|documents| documents.environments.clone()).unwrap_or_default()
    }

    /// What the document of this name says. Absent: there is none.
    pub fn environment(&self, name: &EnvironmentName) -> Option<Environment> {
        let documents = self.documents.load();
        documents.as_ref()?.environments.iter().find(|environment| environment.name == *name).cloned()
    }

    /// Reads a Mockoon environment that is to stand in place of `current`: what the command line said of that holds for it.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn read_environment(&self, name: &str, text: &str, current: &Environment) -> Result<Environment, Diagnostics> {
        let documents = self.documents.load_full();
        let index = documents.iter().flat_map(|d| &d.environments).position(|other| other.name == current.name);
        let said =
            self.options.mockoon.as_ref().zip(index).and_then(|(said, index)| said.documents.get(index)).cloned();
        let options = mockoon::Options { folder: Some(current.folder.clone()), ..said.unwrap_or_default() };
        // Of a throw-away copy: sources are kept for what files say.
        let mut sources = documents.map(|documents| documents.sources.clone()).unwrap_or_default();
        let read = mockoon::read(name, text, &options, &mut sources)?.environment;
        Ok(Environment { latency: Latency { random: current.latency.random, ..read.latency }, ..read })
    }

    /// Serves an environment in place of the one of its name, on the listener of that.
    ///
    /// # Errors
    /// All that is wrong; what served before goes on serving, unchanged.
    pub async fn replace(&self, environment: Environment) -> Result<Arc<Site>, Diagnostics> {
        let _one_at_a_time = self.reloading.lock().await;
        let name = environment.name.clone();
        let gone = || Diagnostics::from(Diagnostic::error(format!("environment `{name}` is not served any more")));
        let documents = self.documents.load_full().ok_or_else(gone)?;
        let mut environments = documents.environments.clone();
        *environments.iter_mut().find(|other| other.name == name).ok_or_else(gone)? = environment;
        let documents = Documents { environments, sources: documents.sources.clone() };
        let _publishing = self.publishing.lock().await;
        let Built { sites, .. } = self.build(&documents, &[]).await?;
        let site = sites.iter().find(|site| site.name == name).cloned().ok_or_else(gone)?;
        let bound = self.bind(&sites).await?;
        let declared = self.gateway.store.declare(&site.name, site.seeds.clone()).await;
        declared.map_err(|error| Diagnostic::error(format!("the buckets can't be declared: {error}")))?;
        self.courier.set_policies(documents.environments.iter().map(|e| (e.name.clone(), EgressPolicy::of(e))));
        self.documents.store(Some(Arc::new(documents)));
        self.publish(sites, bound);
        Ok(site)
    }
}
