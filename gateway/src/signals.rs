//! Ctrl-C and SIGTERM, heard from the moment at which somebody begins to listen: before it is said that the gateway is
//! ready, so that whoever reads that line may end it.

/// Hears what should end the process.
pub(crate) struct Signals {
    #[cfg(unix)]
    heard: Vec<tokio::signal::unix::Signal>,
}

impl Signals {
    /// Listens from now on. Call it within a runtime.
    pub(crate) fn listen() -> Self {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            // Without a handler for one there is still the other.
            let heard = [SignalKind::interrupt(), SignalKind::terminate()].into_iter().flat_map(signal).collect();
            Self { heard }
        }
        #[cfg(not(unix))]
        Self {}
    }

    /// Returns at the next of them.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        std::future::poll_fn(|cx| match self.heard.iter_mut().any(|signal| signal.poll_recv(cx).is_ready()) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        })
        .await;
        #[cfg(not(unix))]
        drop(tokio::signal::ctrl_c().await);
    }
}
