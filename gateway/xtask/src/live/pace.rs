//! Requests at a fixed rate, whatever the answers do: how late an answer is counts from when its request should have left, so a
//! server that stands still is not measured as one that was not asked.
//!
//! One thread, connections that do not block, looked at in turn: nothing sleeps, this program has a core of its own.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use super::client::answer;

/// More requests a second than any server here answers.
const FLAT_OUT: f64 = 400_000.0;

/// A stream of requests to one path.
pub(super) struct Pace {
    address: SocketAddr,
    request: Vec<u8>,
    every: Duration,
    next: Instant,
    /// How long it waits between two looks at what has come.
    rest: Duration,
    looked: Instant,
    lanes: Vec<Lane>,
    lanes_max: usize,
    /// How late each answer was.
    pub(super) latencies: Vec<Duration>,
    /// Answers by their status: 200, anything else.
    pub(super) good: u64,
    pub(super) bad: u64,
    /// Requests that found no connection free.
    pub(super) skipped: u64,
}

/// One connection.
struct Lane {
    stream: TcpStream,
    read: Vec<u8>,
    /// When the request under way should have left. Absent: it is free.
    due: Option<Instant>,
}

// === impl Pace ===

impl Pace {
    /// So many requests a second, on at most so many connections.
    pub(super) fn new(address: SocketAddr, path: &str, per_second: f64, lanes_max: usize) -> Self {
        Self {
            address,
            request: format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").into_bytes(),
            every: Duration::from_secs_f64(1.0 / per_second),
            next: Instant::now(),
            rest: Duration::ZERO,
            looked: Instant::now(),
            lanes: vec![],
            lanes_max,
            latencies: vec![],
            good: 0,
            bad: 0,
            skipped: 0,
        }
    }

    /// The same, looking at its connections every so often: hundreds that wait long would keep the other paces waiting.
    pub(super) fn resting(self, rest: Duration) -> Self {
        Self { rest, ..self }
    }

    /// How many answers a second there are when every connection asks again at once.
    pub(super) fn most(address: SocketAddr, path: &str, lanes: usize) -> Result<f64> {
        const TIME: Duration = Duration::from_secs(3);
        let mut pace = Self::new(address, path, FLAT_OUT, lanes);
        run(&mut [&mut pace], TIME)?;
        pace.forget();
        run(&mut [&mut pace], TIME)?;
        Ok(pace.good as f64 / TIME.as_secs_f64())
    }

    /// Sends what is due and takes what has come.
    pub(super) fn step(&mut self) -> Result<()> {
        let now = Instant::now();
        while self.next <= now {
            let due = self.next;
            self.next += self.every;
            self.send(due)?;
        }
        if now - self.looked < self.rest {
            return Ok(());
        }
        self.looked = now;
        for lane in &mut self.lanes {
            let Some(due) = lane.due else { continue };
            let Some(status) = lane.take()? else { continue };
            lane.due = None;
            self.latencies.push(due.elapsed());
            match status {
                200 => self.good += 1,
                _ => self.bad += 1,
            }
        }
        Ok(())
    }

    fn send(&mut self, due: Instant) -> Result<()> {
        let free = match self.lanes.iter().position(|lane| lane.due.is_none()) {
            Some(free) => free,
            None if self.lanes.len() < self.lanes_max => {
                let stream = TcpStream::connect(self.address)?;
                stream.set_nodelay(true)?;
                stream.set_nonblocking(true)?;
                self.lanes.push(Lane { stream, read: vec![], due: None });
                self.lanes.len() - 1
            }
            None => {
                self.skipped += 1;
                return Ok(());
            }
        };
        let lane = self.lanes.get_mut(free).context("the lane is there")?;
        lane.stream.write_all(&self.request)?;
        lane.due = Some(due);
        Ok(())
    }

    /// Begins to count anew.
    pub(super) fn forget(&mut self) {
        self.latencies.clear();
        (self.good, self.bad, self.skipped) = (0, 0, 0);
    }

    /// The latency that so large a part of the answers kept: 0.99.
    pub(super) fn quantile(&mut self, part: f64) -> Duration {
        self.latencies.sort_unstable();
        let at = (self.latencies.len() as f64 * part) as usize;
        self.latencies.get(at.min(self.latencies.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

// === impl Lane ===

impl Lane {
    /// The status of the answer, once it is whole.
    fn take(&mut self) -> Result<Option<u16>> {
        let mut chunk = [0; 4096];
        match self.stream.read(&mut chunk) {
            Ok(0) => return Err(std::io::Error::from(ErrorKind::UnexpectedEof).into()),
            Ok(count) => self.read.extend_from_slice(chunk.get(..count).context("read more than there is")?),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        let Some((answer, length)) = answer(&self.read) else { return Ok(None) };
        self.read.drain(..length);
        Ok(Some(answer.status))
    }
}

/// Runs paces together for so long.
pub(super) fn run(paces: &mut [&mut Pace], time: Duration) -> Result<()> {
    let end = Instant::now() + time;
    while Instant::now() < end {
        for pace in paces.iter_mut() {
            pace.step()?;
        }
    }
    Ok(())
}
