//! Closes connections on which nothing is asked for: idle ones, those that drip a request's head byte by byte, and those
//! whose client takes nothing of its answer. A body that drips is ended by the request's deadline. The timer is looked at only when a read has to wait, and set anew only
//! when it has rung, so a busy connection pays nothing for it.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

/// What a connection's requests tell its reader.
#[derive(Default)]
pub struct Activity {
    begun: AtomicU64,
    ended: AtomicU64,
}

/// A request that is being answered.
pub struct Busy(Arc<Activity>);

/// A connection that is closed when nothing has been asked for, or nothing been taken, during a whole period: after one to two of them.
pub struct IdleGuard {
    stream: TcpStream,
    activity: Arc<Activity>,
    period: Duration,
    alarm: Pin<Box<Sleep>>,
    begun_at_alarm: u64,
    /// Bytes that the client has taken.
    taken: u64,
    taken_at_alarm: u64,
    /// Whether it takes no more at the moment.
    full: bool,
}

// === impl Activity ===

impl Activity {
    /// A request begins; it ends with the value.
    pub fn begin(self: &Arc<Self>) -> Busy {
        self.begun.fetch_add(1, Ordering::Relaxed);
        Busy(self.clone())
    }

    /// How many requests have begun.
    pub fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    /// Whether one is being answered.
    pub fn is_busy(&self) -> bool {
        self.begun() != self.ended.load(Ordering::Relaxed)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

// === impl IdleGuard ===

impl IdleGuard {
    /// Guards a connection.
    pub fn new(stream: TcpStream, activity: Arc<Activity>, period: Duration) -> Self {
        Self {
            stream,
            activity,
            period,
            alarm: Box::pin(sleep(period)),
            begun_at_alarm: 0,
            taken: 0,
            taken_at_alarm: 0,
            full: false,
        }
    }

    /// Notes what came of writing.
    fn wrote(&mut self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.full = written.is_pending();
        if let Poll::Ready(Ok(bytes)) = &written {
            self.taken += *bytes as u64;
        }
        written
    }

    /// Whether nothing was asked for since the last alarm; sets the next one.
    fn is_idle(&mut self, cx: &mut Context<'_>) -> bool {
        while self.alarm.as_mut().poll(cx).is_ready() {
            let begun = self.activity.begun();
            // Who does not take the answer is not being answered.
            let stuck = self.full && self.taken == self.taken_at_alarm;
            let busy = self.activity.is_busy() && !stuck;
            if !busy && (stuck || begun == self.begun_at_alarm) {
                return true;
            }
            self.taken_at_alarm = self.taken;
            self.begun_at_alarm = begun;
            self.alarm.as_mut().reset(Instant::now() + self.period);
        }
        false
    }
}

impl AsyncRead for IdleGuard {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(cx, buf) {
            Poll::Pending if self.is_idle(cx) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            other => other,
        }
    }
}

impl AsyncWrite for IdleGuard {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.wrote(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.wrote(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
