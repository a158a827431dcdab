//! What an answer carries on its way out: whole in memory, or piece by piece as fast as the client takes it.
//!
//! Pieces come from a file, a plugin or an upstream. The next one is asked for when the one before has been written, so
//! nothing piles up. Whoever gives none for [`PIECE_MAX`] is given up, and then, as after any error, the connection is
//! broken off: no client takes half a body for a whole one.

use std::{
    any::Any,
    io::SeekFrom,
    ops::Range,
    path::Path,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream};
use http_body::{Frame, SizeHint};
use ringback_egress::Opened;
use ringback_model::{fault::PluginFault, ids::RequestId, ports::BodyStream};
use tokio::{
    io::{AsyncReadExt as _, AsyncSeekExt as _},
    time::{Instant, Sleep, sleep},
};

/// How long the next piece of an answer may take: what a client waits for an answer's first byte.
const PIECE_MAX: Duration = Duration::from_secs(30);
/// How much of a file is read at once: enough that the thread it takes is worth it.
const FILE_PIECE_BYTES: usize = 64 << 10;

/// What an answer carries.
pub enum Body {
    /// All of it, in memory.
    Whole(Bytes),
    /// Piece by piece.
    Parts(Box<Parts>),
}

/// Content that comes piece by piece.
pub struct Parts {
    pieces: Pieces,
    /// Bytes that are still to come. Absent: nobody knows.
    left: Option<u64>,
    alarm: Pin<Box<Sleep>>,
    /// For the log.
    request: RequestId,
    /// What is given back when all has been sent.
    held: Vec<Box<dyn Any + Send>>,
    ended: bool,
}

type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, String>> + Send>>;

/// The answer was broken off.
#[derive(Debug, thiserror::Error)]
#[error("the answer was broken off: {0}")]
pub struct BrokenOff(String);

// === impl Body ===

impl Body {
    /// A file, as long as it is now.
    ///
    /// # Errors
    /// What the system says; also when it is no file.
    pub async fn file(path: &Path, request: RequestId) -> std::io::Result<Self> {
        Self::part_of_file(path, 0..u64::MAX, request).await
    }

    /// These bytes of a file, as far as it has them now.
    ///
    /// # Errors
    /// As [`Body::file`].
    pub async fn part_of_file(path: &Path, part: Range<u64>, request: RequestId) -> std::io::Result<Self> {
        // Opening what is no file can wait for ever.
        let metadata = tokio::fs::metadata(path).await?;
        if !metadata.is_file() {
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "it is no file"));
        }
        let mut file = tokio::fs::File::open(path).await?;
        let end = file.metadata().await?.len().min(part.end);
        let length = end.saturating_sub(part.start);
        if part.start > 0 {
            file.seek(SeekFrom::Start(part.start)).await?;
        }
        let pieces = stream::unfold(Some(file.take(length)), |file| async {
            let mut file = file?;
            let mut piece = BytesMut::with_capacity(FILE_PIECE_BYTES);
            match file.read_buf(&mut piece).await {
                Ok(0) => None,
                Ok(_) => Some((Ok(piece.freeze()), Some(file))),
                Err(error) => Some((Err(error.to_string()), None)),
            }
        });
        Ok(Self::parts(Box::pin(pieces), Some(length), request))
    }

    /// What a plugin gives piece by piece.
    pub fn streamed(stream: Box<dyn BodyStream>, request: RequestId) -> Self {
        let told = |fault: PluginFault| match (fault.generation, &fault.detail) {
            (generation, Some(detail)) => format!("{fault} (generation {generation}): {detail}"),
            (generation, None) => format!("{fault} (generation {generation})"),
        };
        let pieces = stream::unfold(Some(stream), move |stream| async move {
            let mut stream = stream?;
            match stream.next().await {
                Ok(piece) => Some((Ok(piece?), Some(stream))),
                Err(fault) => Some((Err(told(fault)), None)),
            }
        });
        Self::parts(Box::pin(pieces), None, request)
    }

    /// What another server answers.
    pub fn upstream(opened: Opened, request: RequestId) -> Self {
        let length = opened.length;
        let pieces = stream::unfold(Some(opened), |opened| async {
            let mut opened = opened?;
            match opened.chunk().await {
                Ok(piece) => Some((Ok(piece?), Some(opened))),
                Err(error) => Some((Err(error.to_string()), None)),
            }
        });
        Self::parts(Box::pin(pieces), length, request)
    }

    fn parts(pieces: Pieces, left: Option<u64>, request: RequestId) -> Self {
        let alarm = Box::pin(sleep(PIECE_MAX));
        Self::Parts(Box::new(Parts { pieces, left, alarm, request, held: vec![], ended: false }))
    }

    /// Its content. Absent: that is not in memory.
    pub fn whole(&self) -> Option<&Bytes> {
        match self {
            Self::Whole(bytes) => Some(bytes),
            Self::Parts(_) => None,
        }
    }

    /// How long it is. Absent: nobody knows.
    pub fn length(&self) -> Option<u64> {
        match self {
            Self::Whole(bytes) => Some(bytes.len() as u64),
            Self::Parts(parts) => parts.left,
        }
    }

    /// Keeps something until all has been sent; of content that is in memory until now.
    pub fn hold(&mut self, what: impl Any + Send) {
        if let Self::Parts(parts) = self {
            parts.held.push(Box::new(what));
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        match self.get_mut() {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Parts(parts) => parts.poll_next(cx).map(|next| next.map(|piece| piece.map(Frame::data))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Parts(parts) => parts.ended,
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.length().map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

// === impl Parts ===

impl Parts {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BrokenOff>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        loop {
            let next = match self.pieces.as_mut().poll_next(cx) {
                Poll::Ready(next) => next,
                Poll::Pending if self.alarm.as_mut().poll(cx).is_ready() => {
                    Some(Err(format!("no piece of it came within {} s", PIECE_MAX.as_secs())))
                }
                Poll::Pending => return Poll::Pending,
            };
            self.alarm.as_mut().reset(Instant::now() + PIECE_MAX);
            return Poll::Ready(match next {
                // In chunked coding a piece of nothing is the end.
                Some(Ok(piece)) if piece.is_empty() => continue,
                Some(Ok(piece)) => {
                    self.left = self.left.map(|left| left.saturating_sub(piece.len() as u64));
                    Some(Ok(piece))
                }
                Some(Err(why)) => {
                    self.end();
                    tracing::warn!(request = %self.request, "an answer was broken off: {why}");
                    Some(Err(BrokenOff(why)))
                }
                None => {
                    self.end();
                    None
                }
            });
        }
    }

    fn end(&mut self) {
        self.ended = true;
        self.held.clear();
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    fn body(pieces: Vec<Result<&'static str, &'static str>>) -> Body {
        let pieces = pieces.into_iter().map(|piece| piece.map(Bytes::from).map_err(String::from));
        Body::parts(Box::pin(stream::iter(pieces)), None, RequestId { tag: 0, number: 1 })
    }

    #[tokio::test]
    async fn pieces_come_in_order_and_empty_ones_not_at_all() {
        let mut body = body(vec![Ok("a"), Ok(""), Ok("b")]);
        let mut got = vec![];
        while let Some(frame) = body.frame().await {
            got.push(frame.unwrap().into_data().unwrap());
        }
        assert_eq!(got, ["a", "b"]);
    }

    #[tokio::test]
    async fn an_error_ends_it_and_gives_back_what_is_held() {
        let held = std::sync::Arc::new(());
        let mut body = body(vec![Ok("a"), Err("no more"), Ok("b")]);
        body.hold(held.clone());
        assert!(body.frame().await.unwrap().is_ok());
        assert_eq!(std::sync::Arc::strong_count(&held), 2);
        assert!(body.frame().await.unwrap().is_err());
        assert!(body.frame().await.is_none());
        assert_eq!(std::sync::Arc::strong_count(&held), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_nothing_is_given_up() {
        let mut body = Body::parts(Box::pin(stream::pending()), None, RequestId { tag: 0, number: 1 });
        let why = body.frame().await.unwrap().err().unwrap().to_string();
        assert_eq!(why, "the answer was broken off: no piece of it came within 30 s");
    }
}
