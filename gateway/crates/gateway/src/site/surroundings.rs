//! What a site says to its templates beside buckets: settings, variables of the process, the sequence that generated data is
//! drawn from, the ids of its buckets.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use rand_mt::Mt;
use ringback_model::{
    environment::{Conventions, Environment},
    ids::BucketName,
    ports,
};
use serde_json::json;

use super::time_zone;
use crate::load::Variables;

/// What a site says to its templates beside buckets.
pub struct Surroundings {
    settings: String,
    /// What the names of variables that templates see begin with. Absent: they see none.
    prefix: Option<String>,
    variables: Variables,
    /// Set while running; they win over the process's.
    set: Arc<Mutex<HashMap<String, String>>>,
    /// Absent: the operator gave no seed.
    sequence: Mutex<Option<Mt>>,
    buckets: Vec<BucketName>,
    bucket_ids: Vec<(Arc<str>, BucketName)>,
}

// === impl Surroundings ===

impl Surroundings {
    /// Of an environment; `variables` reads the process's. Those that were set while `previous` served stay.
    pub fn of(environment: &Environment, variables: &Variables, previous: Option<&Self>) -> Self {
        let mockoon = environment.conventions.mockoon();
        let seed = mockoon.and_then(|settings| settings.faker_seed);
        let settings = match &environment.conventions {
            Conventions::Ringback => json!({}),
            Conventions::Microcks(_) => json!({ "conventions": "microcks" }),
            Conventions::Mockoon(settings) => json!({
                "conventions": "mockoon",
                "faker-locale": settings.faker_locale.as_deref().unwrap_or("en"),
                "env-prefix": settings.env_prefix,
                "public-base-url": settings.public_base_url,
                "prefix": environment.prefix,
                "tls": settings.says_https,
                "port": environment.listen.port,
                "time-zone": time_zone::rule(variables),
            }),
        };
        let id = |bucket: &ringback_model::environment::Bucket| Some((bucket.id.clone()?, bucket.name.clone()));
        Self {
            settings: settings.to_string(),
            prefix: mockoon.map(|settings| settings.env_prefix.clone()),
            variables: variables.clone(),
            set: previous.map_or_else(Arc::default, |previous| previous.set.clone()),
            sequence: Mutex::new(seed.map(Mt::new)),
            buckets: environment.buckets.iter().map(|bucket| bucket.name.clone()).collect(),
            bucket_ids: environment.buckets.iter().filter_map(id).collect(),
        }
    }

    /// Sets a variable for templates, while the site serves.
    pub fn set_variable(&self, name: String, value: String) {
        self.set.lock().insert(name, value);
    }
}

impl ports::Surroundings for Surroundings {
    fn settings(&self) -> &str {
        &self.settings
    }

    fn variable(&self, name: &str) -> Option<String> {
        let prefix = self.prefix.as_deref()?;
        let seen = name.starts_with(prefix);
        seen.then(|| self.set.lock().get(name).cloned().or_else(|| (self.variables)(name))).flatten()
    }

    fn draw(&self) -> Option<u32> {
        self.sequence.lock().as_mut().map(Mt::next_u32)
    }

    fn buckets(&self) -> &[BucketName] {
        &self.buckets
    }

    fn bucket_ids(&self) -> &[(Arc<str>, BucketName)] {
        &self.bucket_ids
    }
}
