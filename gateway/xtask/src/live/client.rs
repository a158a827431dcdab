//! One HTTP/1.1 connection that waits for each answer: for the admin API, and to see what a client sees.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, Result};

/// An answer that takes longer is a failure.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A connection that is kept.
pub(super) struct Connection {
    stream: TcpStream,
    host: SocketAddr,
    read: Vec<u8>,
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// One request on a connection of its own.
pub(super) fn get(address: SocketAddr, path: &str) -> Result<Answer> {
    Connection::open(address)?.exchange("GET", path, b"")
}

// === impl Connection ===

impl Connection {
    pub(super) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        Ok(Self { stream, host: address, read: vec![] })
    }

    pub(super) fn exchange(&mut self, method: &str, path: &str, body: &[u8]) -> Result<Answer> {
        let head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n\r\n", self.host, body.len());
        self.stream.write_all(head.as_bytes())?;
        self.stream.write_all(body)?;
        loop {
            if let Some((answer, length)) = answer(&self.read) {
                self.read.drain(..length);
                return Ok(answer);
            }
            let mut chunk = [0; 16 << 10];
            match self.stream.read(&mut chunk)? {
                0 => return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into()),
                count => self.read.extend_from_slice(chunk.get(..count).context("read more than there is")?),
            }
        }
    }
}

/// The first whole answer in what was read, and its length. Absent: it is not whole yet. Answers carry their length.
pub(super) fn answer(read: &[u8]) -> Option<(Answer, usize)> {
    let end = read.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(read.get(..end)?).ok()?;
    let status = head.get(9..12)?.parse().ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let body = end + 4;
    let end = body + length.unwrap_or(0);
    Some((Answer { status, body: read.get(body..end)?.to_vec() }, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_once_it_is_whole() {
        let text = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP";
        assert_eq!(answer(text), Some((Answer { status: 200, body: b"hi".to_vec() }, text.len() - 4)));
        assert_eq!(answer(&text[..text.len() - 5]), None);
        assert_eq!(answer(b"HTTP/1.1 204 No Content\r\n\r\n").map(|(answer, _)| answer.status), Some(204));
    }
}
