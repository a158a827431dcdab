//! `PURGE /state`, `POST /state/purge`: request numbers as at start, buckets made anew, no global variables, no transactions.

use ringback_model::{json::Json, unit::Document};

use super::{Caller, Reply};

impl Caller<'_> {
    pub(super) async fn purge_state(&self) -> Reply {
        self.site.routes.iter().for_each(|route| route.numbers.reset(Some(&self.session)));
        // Buckets are made before global variables go, what their templates set with them (Mockoon).
        if let Err(reply) = self.make_anew(|_| Document::new(Json::object())).await {
            return reply;
        }
        self.forget_logs();
        Reply::said("Server has been reset to its initial state")
    }
}
