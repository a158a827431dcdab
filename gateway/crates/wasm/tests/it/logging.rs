//! What guests may put into the gateway's log.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use ringback_model::{fault::PluginFault, http_values::Answer, limits, ports::Call};

use ringback_wasm::Plugin;

use super::support::{ECHO, Wat, call, call_times, load, respond, texts};

/// What was logged.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What came of a call of a plugin, and what it left in the log.
pub(super) async fn logged_by(wasm: &[u8], call: Call) -> (Result<Answer, PluginFault>, String) {
    logged_by_plugin(&load(wasm), call).await
}

/// The same of a plugin that is loaded.
pub(super) async fn logged_by_plugin(plugin: &Arc<Plugin>, call: Call) -> (Result<Answer, PluginFault>, String) {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber =
        tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).without_time().finish();
    let answered = {
        let _guard = tracing::subscriber::set_default(subscriber);
        respond(plugin, call).await.map(|(answer, _)| answer)
    };
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    (answered, text)
}

/// What a guest that writes `message` so often leaves in the log.
async fn logged(message: &str, times: usize) -> String {
    let (answered, text) = logged_by(ECHO, call_times("/log", message, times)).await;
    answered.unwrap();
    text
}

#[tokio::test]
async fn a_line_says_who_wrote_it_for_which_request_and_cannot_fake_another() {
    let text = logged("one\u{1b}[2J\r\n WARN two", 1).await;
    assert_eq!(
        text,
        " WARN ringback::plugin: one\\u{1b}[2J\\r\\n WARN two plugin=test generation=1 \
         request=req-3fa2c1-12 fields=\"at=till\\\\u{1b}[31m\"\n"
    );
}

#[tokio::test]
async fn what_was_logged_as_an_error_explains_the_trap_that_follows() {
    let (items, arguments) = texts(2048, &["panicked at src/lib.rs:7:5:\nno \u{1b}luck"]);
    let guest = Wat {
        imports: r#"(import "ringback:gateway/log@0.1.0" "write" (func $write (param i32 i32 i32 i32 i32)))"#,
        items,
        respond: format!("(call $write (i32.const 4) {} (i32.const 0) (i32.const 0)) (unreachable)", arguments[0]),
        ..Wat::default()
    };
    let (fault, _) = logged_by(&guest.build(), call("/", "")).await;
    let fault = fault.unwrap_err();
    assert_eq!(fault.message, "trapped: wasm `unreachable` instruction executed");
    let detail = fault.detail.unwrap();
    assert!(detail.starts_with("panicked at src/lib.rs:7:5:\nno \\u{1b}luck\n"), "{detail}");
}

#[tokio::test]
async fn a_flood_is_cut_off_and_says_so() {
    let text = logged(&"x".repeat(1_000), 1_000).await;
    let written = text.matches('x').count();
    assert!((limits::CALL_LOG_MAX_BYTES * 9 / 10..=limits::CALL_LOG_MAX_BYTES).contains(&written), "{written}");
    assert_eq!(text.matches("log cut off: a call may write 16384 bytes").count(), 1);
    // Empty lines come to an end, too.
    let lines = logged("", 4_000).await.lines().count();
    assert!(lines < 600, "{lines}");
}
