//! A server under measurement: started on core 0, asked until it answers, killed when it is dropped.

use std::{
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// A server that has not answered by then won't.
const START_TIMEOUT: Duration = Duration::from_secs(90);
/// Between two tries at a first answer: the resolution of the start-up time.
const START_POLL: Duration = Duration::from_millis(1);

/// What is asked of a server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) body: &'static str,
}

/// A running server.
pub(super) struct Server {
    child: Child,
    pub(super) port: u16,
    admin: u16,
    /// From its start to its first answer.
    pub(super) start_ms: f64,
}

// === impl Request ===

impl Request {
    pub(super) const fn get(path: &'static str) -> Self {
        Self { method: "GET", path, body: "" }
    }

    pub(super) const fn post(path: &'static str, body: &'static str) -> Self {
        Self { method: "POST", path, body }
    }
}

// === impl Server ===

impl Server {
    /// Starts what `program` names for a port and an admin port, and waits for the first answer.
    pub(super) fn start(program: impl Fn(u16, u16) -> (PathBuf, Vec<String>), first: &Request) -> Result<Self> {
        let (port, admin) = free_ports()?;
        let (path, arguments) = program(port, admin);
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(&path).args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
        let started = Instant::now();
        let child = command.spawn().context("cannot run `taskset` (Debian: util-linux)")?;
        let mut server = Self { child, port, admin, start_ms: 0.0 };
        while let Err(error) = exchange(port, first.method, first.path, first.body) {
            if let Some(status) = server.child.try_wait()? {
                bail!("`{}` ended with {status} before it answered", path.display());
            }
            if started.elapsed() > START_TIMEOUT {
                return Err(error.context(format!("`{}` does not answer", path.display())));
            }
            pause();
        }
        server.start_ms = started.elapsed().as_secs_f64() * 1e3;
        Ok(server)
    }

    /// Sets a bucket through the admin API.
    pub(super) fn put_bucket(&self, name: &str, json: &str) -> Result<()> {
        exchange(self.admin, "PUT", &format!("/__admin/buckets/{name}"), json)
    }

    /// The most memory that the process has held.
    pub(super) fn peak_mib(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).context("the server is gone")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the kernel tells no VmHWM")?;
        let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It holds nothing that would have to be saved.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "another process's start can't be waited on, only asked for")]
fn pause() {
    std::thread::sleep(START_POLL);
}

fn free_ports() -> Result<(u16, u16)> {
    let (one, other) = (TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?, TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?);
    Ok((one.local_addr()?.port(), other.local_addr()?.port()))
}

/// One request on a connection of its own; an error unless it is answered with a 2xx.
fn exchange(port: u16, method: &str, path: &str, body: &str) -> Result<()> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(START_TIMEOUT))?;
    let length = body.len();
    let fields = "connection: close\r\ncontent-type: application/json\r\n";
    let head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{fields}content-length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let mut answer = vec![];
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).unwrap_or_default();
    if !status.starts_with('2') {
        bail!("`{method} {path}` was answered: {}", answer.lines().next().unwrap_or("nothing"));
    }
    Ok(())
}
