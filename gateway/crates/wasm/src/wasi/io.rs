//! `wasi:io`: an empty input, two outputs that go to the log line by line, and events that have always happened.

use std::collections::VecDeque;

use bytes::Bytes;
use wasmtime::{
    StoreContextMut,
    component::{ComponentType, Lift, LinkerInstance, Lower, Resource},
};

use crate::{
    bindings::ringback::gateway::log::Level,
    imports::append_escaped,
    state::State,
    wasi::{Handle, resource},
};

/// The handle of the standard input.
pub(super) const STDIN: u32 = 0;
/// The handle of the standard output.
pub(super) const STDOUT: u32 = 1;
/// The handle of the standard error output.
pub(super) const STDERR: u32 = 2;
/// The handle of every event.
pub(super) const POLLABLE: u32 = 3;

/// What an output takes at once (`check-write`).
const WRITE_MAX_BYTES: u64 = 4096;
/// What the content of a request takes at once: a large one would use up the call's host calls otherwise.
const CONTENT_WRITE_MAX_BYTES: u64 = 64 << 10;
/// What one read gives at most.
const READ_MAX_BYTES: u64 = 64 << 10;
/// A line that is longer is written in parts.
const LINE_MAX_BYTES: usize = 4096;

/// `wasi:io/streams.stream-error`.
#[derive(ComponentType, Lift, Lower)]
#[component(variant)]
enum StreamError {
    #[component(name = "last-operation-failed")]
    LastOperationFailed(Resource<Handle>),
    #[component(name = "closed")]
    Closed,
}

/// How much of what a guest says on its standard error output is kept for the fault that may follow: so much from the
/// beginning, and so much up to the end.
const WORDS_MAX_BYTES: usize = 4096;

/// What a guest has printed in a call.
#[derive(Default)]
pub(crate) struct Printed {
    /// A line that is not complete.
    stdout: Vec<u8>,
    /// A line that is not complete.
    stderr: Vec<u8>,
    /// The first lines of the standard error output, where Go says why it panics.
    first_words: String,
    /// Its last lines, where Python says what was raised. Absent while all of them are among the first.
    last_words: VecDeque<String>,
    last_bytes: usize,
}

type Cx<'a> = StoreContextMut<'a, State>;
type Instance<'a> = LinkerInstance<'a, State>;
type Streamed<T> = wasmtime::Result<(Result<T, StreamError>,)>;

pub(super) fn error(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    resource(instance, "error")?;
    instance.func_wrap("[method]error.to-debug-string", |_: Cx<'_>, (_,): (Resource<Handle>,)| Ok((String::new(),)))
}

pub(super) fn poll(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    resource(instance, "pollable")?;
    instance.func_wrap("[method]pollable.ready", |mut cx: Cx<'_>, (event,): (Resource<Handle>,)| {
        cx.data_mut().budget.host_call()?;
        Ok((cx.data_mut().things.has_happened(&event),))
    })?;
    instance.func_wrap_async("[method]pollable.block", |mut cx: Cx<'_>, (event,): (Resource<Handle>,)| {
        Box::new(async move {
            cx.data_mut().budget.host_call()?;
            cx.data_mut().wait_for(&event).await;
            Ok(())
        })
    })?;
    instance.func_wrap_async("poll", |mut cx: Cx<'_>, (events,): (Vec<Resource<Handle>>,)| {
        Box::new(async move {
            cx.data_mut().budget.host_call()?;
            let state = cx.data_mut();
            let happened = |state: &mut State| -> Vec<u32> {
                let happened = (0..).zip(&events).filter(|(_, event)| state.things.has_happened(event));
                happened.map(|(at, _)| at).collect()
            };
            let first = happened(state);
            if !first.is_empty() {
                return Ok((first,));
            }
            match events.first() {
                Some(event) => state.wait_for(event).await,
                None => wasmtime::bail!("`poll` needs an event to wait for"),
            }
            Ok((happened(state),))
        })
    })
}

pub(super) fn streams(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    for name in ["error", "pollable", "input-stream", "output-stream"] {
        resource(instance, name)?;
    }
    for name in ["read", "blocking-read"] {
        instance.func_wrap(&format!("[method]input-stream.{name}"), |cx: Cx<'_>, (from, most): (_, u64)| {
            read(cx, &from, most).map(|read| (read.map(Vec::from),))
        })?;
    }
    for name in ["skip", "blocking-skip"] {
        instance.func_wrap(&format!("[method]input-stream.{name}"), |cx: Cx<'_>, (from, most): (_, u64)| {
            read(cx, &from, most).map(|read| (read.map(|bytes| bytes.len() as u64),))
        })?;
    }
    for subscribe in ["[method]input-stream.subscribe", "[method]output-stream.subscribe"] {
        instance.func_wrap(subscribe, |mut cx: Cx<'_>, (_,): (Resource<Handle>,)| {
            cx.data_mut().budget.host_call()?;
            Ok((Resource::<Handle>::new_own(POLLABLE),))
        })?;
    }
    outputs(instance)
}

fn outputs(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap(
        "[method]output-stream.check-write",
        |mut cx: Cx<'_>, (to,): (Resource<Handle>,)| -> Streamed<u64> {
            cx.data_mut().budget.host_call()?;
            let is_content = cx.data_mut().things.write(&to, &[]).is_some();
            Ok((Ok(if is_content { CONTENT_WRITE_MAX_BYTES } else { WRITE_MAX_BYTES }),))
        },
    )?;
    for write in ["write", "blocking-write-and-flush"] {
        instance.func_wrap(&format!("[method]output-stream.{write}"), print)?;
    }
    for flush in ["flush", "blocking-flush"] {
        instance.func_wrap(&format!("[method]output-stream.{flush}"), flushed)?;
    }
    for zeroes in ["write-zeroes", "blocking-write-zeroes-and-flush"] {
        instance.func_wrap(&format!("[method]output-stream.{zeroes}"), zeroes_written)?;
    }
    for splice in ["splice", "blocking-splice"] {
        instance.func_wrap(&format!("[method]output-stream.{splice}"), spliced)?;
    }
    Ok(())
}

/// Bytes of an answer's content, some at least while there are any. The standard input is empty.
fn read(mut cx: Cx<'_>, from: &Resource<Handle>, most: u64) -> wasmtime::Result<Result<Bytes, StreamError>> {
    let state = cx.data_mut();
    state.budget.host_call()?;
    let read = state.things.read(from, most.min(READ_MAX_BYTES)).filter(|read| !read.is_empty() || most == 0);
    Ok(read.ok_or(StreamError::Closed))
}

fn print(mut cx: Cx<'_>, (to, bytes): (Resource<Handle>, Vec<u8>)) -> Streamed<()> {
    let state = cx.data_mut();
    state.budget.host_call()?;
    match state.things.write(&to, &bytes) {
        Some(true) => {}
        Some(false) => return Ok((Err(StreamError::Closed),)),
        None => state.print(to.rep() == STDERR, &bytes),
    }
    Ok((Ok(()),))
}

fn flushed(mut cx: Cx<'_>, (_,): (Resource<Handle>,)) -> Streamed<()> {
    cx.data_mut().budget.host_call()?;
    Ok((Ok(()),))
}

fn zeroes_written(mut cx: Cx<'_>, (_, _): (Resource<Handle>, u64)) -> Streamed<()> {
    cx.data_mut().budget.host_call()?;
    Ok((Err(StreamError::Closed),))
}

fn spliced(mut cx: Cx<'_>, (_, _, _): (Resource<Handle>, Resource<Handle>, u64)) -> Streamed<u64> {
    cx.data_mut().budget.host_call()?;
    Ok((Err(StreamError::Closed),))
}

// === impl Printed ===

impl Printed {
    /// Forgets it.
    pub(crate) fn forget(&mut self) {
        self.stdout.clear();
        self.stderr.clear();
        self.first_words.clear();
        self.last_words.clear();
        self.last_bytes = 0;
    }

    /// The lines of the standard error output and those that were logged as errors, each with its end. Absent: none.
    pub(crate) fn last_words(&self) -> Option<String> {
        if self.first_words.is_empty() {
            return None;
        }
        let mut words = self.first_words.clone();
        if self.last_bytes >= WORDS_MAX_BYTES {
            words.push_str("...\n");
        }
        words.extend(self.last_words.iter().map(String::as_str));
        Some(words)
    }

    /// Takes note of a line that may say why the guest is about to trap.
    pub(crate) fn note(&mut self, line: &str) {
        let mut escaped = String::new();
        append_escaped(&mut escaped, line, WORDS_MAX_BYTES);
        escaped.push('\n');
        if self.last_words.is_empty() && self.first_words.len() + escaped.len() <= WORDS_MAX_BYTES {
            self.first_words.push_str(&escaped);
            return;
        }
        self.last_bytes += escaped.len();
        self.last_words.push_back(escaped);
        while self.last_bytes > WORDS_MAX_BYTES
            && self.last_words.len() > 1
            && let Some(oldest) = self.last_words.pop_front()
        {
            self.last_bytes -= oldest.len();
        }
    }

    fn line(&mut self, to_stderr: bool) -> &mut Vec<u8> {
        if to_stderr { &mut self.stderr } else { &mut self.stdout }
    }
}

// === impl State ===

impl State {
    /// Takes what a guest printed and logs the lines that are complete.
    fn print(&mut self, to_stderr: bool, bytes: &[u8]) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let line = self.printed.line(to_stderr);
            line.extend_from_slice(part.strip_suffix(b"\n").unwrap_or(part));
            if part.ends_with(b"\n") || line.len() >= LINE_MAX_BYTES {
                let line = std::mem::take(line);
                self.print_line(to_stderr, &String::from_utf8_lossy(&line));
            }
        }
    }

    fn print_line(&mut self, to_stderr: bool, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        self.log(if to_stderr { Level::Warn } else { Level::Info }, line, &[]);
        if to_stderr {
            self.printed.note(line);
        }
    }

    /// Logs what a guest printed without ending the line: often its last words.
    pub(crate) fn print_rest(&mut self) {
        for to_stderr in [false, true] {
            if !self.printed.line(to_stderr).is_empty() {
                self.print(to_stderr, b"\n");
            }
        }
    }
}
