//! The one thread that counts time for all guests: it moves the engine's epoch, and each running guest looks up when the
//! epoch has moved. One relaxed store per tick, nothing per call.

use std::{
    sync::mpsc::{RecvTimeoutError, Sender, channel},
    thread::JoinHandle,
    time::Duration,
};

use wasmtime::Engine;

/// How often a running guest lets others have its thread. Short beside [`CALL_CPU_MAX`], so that the limit is kept to within
/// a twentieth; long beside the 3 us of a call.
///
/// [`CALL_CPU_MAX`]: ringback_model::limits::CALL_CPU_MAX
pub(crate) const TICK: Duration = Duration::from_millis(5);

/// The thread. Dropping it ends and joins it.
#[derive(Debug)]
pub(crate) struct Ticker {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    /// Starts counting. The thread ends by itself when the engine is gone.
    pub(crate) fn start(engine: &Engine) -> std::io::Result<Self> {
        let engine = engine.weak();
        let (stop, stopped) = channel::<()>();
        let thread = std::thread::Builder::new().name("plugin-ticker".into()).spawn(move || {
            // A call that spins is found on time only by a thread that interrupts it.
            ringback_threads::stand_with_others();
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(TICK) {
                match engine.upgrade() {
                    Some(engine) => engine.increment_epoch(),
                    None => return,
                }
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // It panicked or it did not: there is nothing left to do about it.
            let _ = thread.join();
        }
    }
}
