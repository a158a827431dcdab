use std::sync::Arc;

use ringback_model::ports::Store;

use super::MemoryStore;
use crate::StoreLimits;

async fn open(limits: StoreLimits) -> Arc<dyn Store> {
    Arc::new(MemoryStore::new(limits))
}

crate::conformance!(open);
