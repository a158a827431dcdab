//! `PURGE /state`, `POST /state/purge`: request numbers, buckets, global variables and transactions as at start.

use super::{Caller, Reply};

impl Caller<'_> {
    pub(super) async fn purge_state(&self) -> Reply {
        self.site.routes.iter().for_each(|route| route.numbers.reset(Some(&self.session)));
        if let Err(reply) = self.restore_all().await {
            return reply;
        }
        self.forget_logs();
        Reply::said("Server has been reset to its initial state")
    }
}
