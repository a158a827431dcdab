//! Mends request targets that hold `<`, `>` or a backtick as they are. Node reads them and Mockoon's users send them
//! (`/search?q=<b>`), hyper does not: they are percent-encoded on their way in, which means the same to whoever decodes them.
//!
//! Only a request's first line is looked at. That it is one follows from nothing being answered: requests that a client
//! sends without waiting for the answer before are read as they are.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::idle::Activity;

/// A connection whose requests' targets are mended.
pub struct Targets<S> {
    stream: S,
    activity: Arc<Activity>,
    /// Requests that had begun when the last first line was expected. Absent: it has not been read to its end.
    read_at: Option<u64>,
    /// What a mended line made longer than there was room.
    left: Bytes,
}

/// The bytes that are mended.
const RAW: [u8; 3] = *b"<>`";

// === impl Targets ===

impl<S> Targets<S> {
    /// Mends what comes in through a connection of this activity.
    pub fn new(stream: S, activity: Arc<Activity>) -> Self {
        Self { stream, activity, read_at: None, left: Bytes::new() }
    }

    /// Whether what is read next belongs to a request's first line.
    fn expects_line(&mut self) -> bool {
        match self.read_at {
            None => true,
            Some(begun) if self.activity.begun() != begun && !self.activity.is_busy() => {
                self.read_at = None;
                true
            }
            Some(_) => false,
        }
    }

    /// Mends what was read into `buf` from `start` on.
    fn mend(&mut self, buf: &mut ReadBuf<'_>, start: usize) {
        let new = buf.filled().get(start..).unwrap_or_default();
        let end = memchr::memchr(b'\n', new).unwrap_or(new.len());
        if end < new.len() {
            self.read_at = Some(self.activity.begun());
        }
        let (line, rest) = new.split_at_checked(end).unwrap_or((new, &[]));
        let [lt, gt, backtick] = RAW;
        if memchr::memchr3(lt, gt, backtick, line).is_none() {
            return;
        }
        let mut mended: Vec<u8> = line.iter().flat_map(|byte| encoded(*byte)).collect();
        mended.extend_from_slice(rest);
        buf.set_filled(start);
        self.left = mended.into();
        self.give(buf);
    }

    /// Hands out as much of what is left as there is room for.
    fn give(&mut self, buf: &mut ReadBuf<'_>) {
        let room = buf.remaining().min(self.left.len());
        buf.put_slice(self.left.get(..room).unwrap_or_default());
        self.left.advance(room);
    }
}

/// A byte of a target as hyper reads it.
fn encoded(byte: u8) -> impl Iterator<Item = u8> {
    let hex: &[u8] = match byte {
        b'<' => b"%3C",
        b'>' => b"%3E",
        b'`' => b"%60",
        _ => b"",
    };
    let plain = hex.is_empty().then_some(byte);
    hex.iter().copied().chain(plain)
}

impl<S: AsyncRead + Unpin> AsyncRead for Targets<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.left.is_empty() {
            self.give(buf);
            return Poll::Ready(Ok(()));
        }
        let start = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        if self.expects_line() {
            self.mend(buf, start);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Targets<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// What comes of writing these pieces, each read in pieces of at most `room` bytes before the next is sent.
    async fn read(pieces: &[&str], room: usize) -> String {
        let (mut client, server) = tokio::io::duplex(1 << 10);
        let mut targets = Targets::new(server, Arc::default());
        let mut got = Vec::new();
        for piece in pieces {
            client.write_all(piece.as_bytes()).await.unwrap();
            let more = piece.len() + 2 * piece.matches(['<', '>', '`']).count();
            let expected = got.len() + if got.contains(&b'\n') { piece.len() } else { more };
            while got.len() < expected {
                let mut buffer = vec![0; room];
                let read = targets.read(&mut buffer).await.unwrap();
                got.extend_from_slice(&buffer[..read]);
            }
        }
        String::from_utf8(got).unwrap()
    }

    #[tokio::test]
    async fn a_target_is_mended_however_it_comes_in() {
        let mended = "GET /a%3Cb%3E?q=%60 HTTP/1.1\r\n";
        for room in [1, 3, 7, 100] {
            assert_eq!(read(&["GET /a<b>?q=` HTTP/1.1\r\n"], room).await, mended);
            assert_eq!(
                read(&["GET /a<b", ">?q=` HTTP/1.1\r\n", "x: <y>\r\n"], room).await,
                format!("{mended}x: <y>\r\n")
            );
        }
    }

    #[tokio::test]
    async fn the_next_request_is_mended_too() {
        let activity = Arc::new(Activity::default());
        let (mut client, server) = tokio::io::duplex(1 << 10);
        let mut targets = Targets::new(server, activity.clone());
        let mut line = [0; 32];
        for _ in 0..2 {
            client.write_all(b"GET /< \n").await.unwrap();
            let read = targets.read(&mut line).await.unwrap();
            assert_eq!(&line[..read], b"GET /%3C \n");
            let busy = activity.begin();
            client.write_all(b"<body>\n").await.unwrap();
            let read = targets.read(&mut line).await.unwrap();
            assert_eq!(&line[..read], b"<body>\n");
            drop(busy);
        }
    }
}
