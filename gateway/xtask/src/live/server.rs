//! A gateway under stress: on core 0, with a folder of its own for its document and its plugins.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::client::{Connection, get};

/// A gateway that has not answered by then won't.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A running gateway.
pub(super) struct Server {
    child: Child,
    folder: TempDir,
    pub(super) address: SocketAddr,
    pub(super) admin: SocketAddr,
}

/// What a process holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Holds {
    pub(super) rss_kib: u64,
    pub(super) descriptors: usize,
}

// === impl Server ===

impl Server {
    /// Starts it with a document, and with plugins that are there from the start: file names and contents.
    pub(super) fn start(ringback: &Path, document: &str, plugins: &[(&str, &[u8])]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        fs::create_dir(folder.path().join("plugins"))?;
        fs::write(folder.path().join("ringback.toml"), document)?;
        for (name, content) in plugins {
            fs::write(folder.path().join("plugins").join(name), content)?;
        }
        let (address, admin) = free_addresses()?;
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(ringback).arg("serve").arg(folder.path());
        command.args(["--port", &address.port().to_string(), "--admin-port", &admin.port().to_string()]);
        command.arg("--plugins").arg(folder.path().join("plugins"));
        command.arg("--cache-dir").arg(folder.path().join("cache"));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.context("cannot run `taskset` (Debian: util-linux)")?;
        let mut server = Self { child, folder, address, admin };
        let started = Instant::now();
        while !get(admin, "/__admin/ready").is_ok_and(|answer| answer.status == 200) {
            if let Some(status) = server.child.try_wait()? {
                bail!("the gateway ended with {status} before it was ready");
            }
            if started.elapsed() > START_TIMEOUT {
                bail!("the gateway is not ready");
            }
            pause(Duration::from_millis(2));
        }
        Ok(server)
    }

    /// Puts a file into the folder of plugins, whole: written beside it and renamed.
    pub(super) fn drop_in(&self, name: &str, content: &[u8]) -> Result<()> {
        let beside = self.folder.path().join(name);
        fs::write(&beside, content)?;
        Ok(fs::rename(&beside, self.plugin(name))?)
    }

    /// Uploads a plugin, and waits until it serves.
    pub(super) fn put(&self, name: &str, content: &[u8]) -> Result<()> {
        let answer = Connection::open(self.admin)?.exchange("PUT", &format!("/__admin/plugins/{name}"), content)?;
        if !(200..300).contains(&answer.status) {
            bail!("the plugin was refused: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        Ok(())
    }

    /// Writes the document anew.
    pub(super) fn write_document(&self, document: &str) -> Result<()> {
        Ok(fs::write(self.folder.path().join("ringback.toml"), document)?)
    }

    fn plugin(&self, name: &str) -> PathBuf {
        self.folder.path().join("plugins").join(name)
    }

    /// What it holds now.
    pub(super) fn holds(&self) -> Result<Holds> {
        let process = PathBuf::from(format!("/proc/{}", self.child.id()));
        let status = fs::read_to_string(process.join("status")).context("the gateway is gone")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the kernel tells no VmRSS")?;
        let rss_kib = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(Holds { rss_kib, descriptors: fs::read_dir(process.join("fd"))?.count() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It holds nothing that would have to be saved.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Keeps this thread, and those that it starts from now on, on core 1: the gateway has core 0.
pub(super) fn stay_on_own_core() -> Result<()> {
    let mut command = Command::new("taskset");
    command.args(["-c", "-p", "1", &std::process::id().to_string()]).stdout(Stdio::null());
    match command.status().context("cannot run `taskset` (Debian: util-linux)")?.success() {
        true => Ok(()),
        false => bail!("the client and the gateway want a core each"),
    }
}

#[expect(clippy::disallowed_methods, reason = "another process can't be waited on, only asked")]
pub(super) fn pause(time: Duration) {
    std::thread::sleep(time);
}

fn free_addresses() -> Result<(SocketAddr, SocketAddr)> {
    let (one, other) = (TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?, TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?);
    Ok((one.local_addr()?, other.local_addr()?))
}
