//! What is loaded: a component, and what the operator says about it.

use std::{path::PathBuf, time::Duration};

use ringback_model::{
    environment::{Grants, Instances},
    ids::PluginName,
    secret::{Secret, SecretName},
};

use crate::templating::Renderers;

/// A component to load, and what the operator says about it.
#[derive(Debug, Clone)]
pub struct PluginSource {
    /// Its name.
    pub name: PluginName,
    /// From 1, greater than that of every version before.
    pub generation: u64,
    /// The component.
    pub file: PluginFile,
    /// What it may use.
    pub grants: Grants,
    /// Its own table, an object.
    pub config: serde_json::Value,
    /// How the instances of its responder and callback policy live. Renderers are always warm.
    pub instances: Instances,
    /// One instance's memory. Absent: [`limits::INSTANCE_MEMORY_MAX_BYTES`].
    pub memory_max_bytes: Option<usize>,
    /// Time that a call may keep a core busy. Absent: [`limits::CALL_CPU_MAX`].
    pub cpu_max: Option<Duration>,
    /// Time that a call may take, waiting included. Absent: [`limits::CALL_WALL_MAX`].
    pub wall_max: Option<Duration>,
    /// Host functions that a call may call. Absent: [`limits::CALL_HOST_CALLS_MAX`].
    pub host_calls_max: Option<u32>,
    /// Time that a call waits for its turn. Absent: as long as the host says ([`HostOptions::queue_max`](crate::HostOptions)).
    pub queue_max: Option<Duration>,
    /// What it may sign with, so far as it was granted that.
    pub secrets: Vec<(SecretName, Secret)>,
    /// The environment variables that it sees, with their values, so far as they were granted.
    pub env: Vec<(String, String)>,
    /// Who renders its templates.
    pub renderers: Renderers,
}

/// Where a component is.
#[derive(Debug, Clone)]
pub enum PluginFile {
    /// In memory: bundled, or uploaded.
    Bytes(bytes::Bytes),
    /// On disk.
    Path(PathBuf),
}

impl PluginFile {
    /// How large it is. A file that can't be looked at is as large as any: reading it says why.
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Path(path) => path.metadata().map_or(u64::MAX, |file| file.len()),
        }
    }
}

// === impl PluginSource ===

impl PluginSource {
    /// A component with nothing granted and every limit as it is by default, of generation 1.
    pub fn new(name: PluginName, file: PluginFile) -> Self {
        Self {
            name,
            generation: 1,
            file,
            grants: Grants::default(),
            config: serde_json::json!({}),
            instances: Instances::default(),
            memory_max_bytes: None,
            cpu_max: None,
            wall_max: None,
            host_calls_max: None,
            queue_max: None,
            secrets: vec![],
            env: vec![],
            renderers: Renderers::default(),
        }
    }
}
