//! Guests whose answers are no HTTP, or too large.

use ringback_model::fault::FaultKind;

use super::{
    super::support::{Wat, call, fault, load, respond},
    answer, store, told,
};

#[tokio::test]
async fn an_answer_that_is_not_http_does_not_go_out() {
    let status = |status| answer(&format!("(i32.store16 offset=4 (global.get $ok) (i32.const {status}))"));
    for bad in [0, 99, 101, 199, 600, 65_535] {
        let fault = fault(&status(bad)).await;
        assert_eq!(
            (fault.kind, fault.message),
            (FaultKind::Invalid, format!("answered with status {bad}, which is not 200 to 599"))
        );
    }
    let header = |name: &'static str, value: &'static str| {
        let items = format!(r#"(data (i32.const 2048) "{name}") (data (i32.const 3072) "{value}")"#);
        let len = |text: &str| wat_len(text);
        let field = [2048, len(name), 3072, len(value)];
        let fields = field.iter().zip(0_u32..).map(|(part, n)| store(512 + 4 * n, *part)).collect::<String>();
        let respond = fields + &store(8, 1536) + &store(12, 1) + "(global.get $ok)";
        Wat { items, respond, ..Wat::default() }.build()
    };
    let cases = [
        ("x-a", "b\\0d\\0aset-cookie: c", "answered with header `x-a`, whose value holds control characters"),
        ("x-a\\0d\\0ab", "c", r"answered with header `x-a\r\nb`, whose name is not a token"),
        ("", "c", "answered with header ``, whose name is not a token"),
        ("Connection", "close", "answered with header `Connection`, which is the gateway's own"),
        ("transfer-encoding", "chunked", "answered with header `transfer-encoding`, which is the gateway's own"),
        ("content-length", "0", "answered with header `content-length`, which is the gateway's own"),
    ];
    for (name, value, message) in cases {
        assert_eq!(told(&fault(&header(name, value)).await), (FaultKind::Invalid, message));
    }
    let (answer, _) = respond(&load(&header("X-Obs", "\\c3\\a9")), call("/", "")).await.unwrap();
    assert_eq!(answer.headers["x-obs"].as_bytes(), "é".as_bytes());
}

/// How many bytes a WAT string stands for.
fn wat_len(text: &str) -> u32 {
    u32::try_from(text.len() - 2 * text.matches('\\').count()).unwrap()
}

#[tokio::test]
async fn headers_are_bounded_in_number_and_size() {
    // Empty names, which would be refused next if the number were not looked at first.
    let many = fault(&answer(&(store(8, 0x1_0000) + &store(12, 101)))).await;
    assert_eq!(told(&many), (FaultKind::Output, "answered with 101 header fields, 100 are the most"));
    let field = store(512, 0x1_0000) + &store(516, 65_537) + &store(8, 1536) + &store(12, 1);
    let large = fault(&answer(&field)).await;
    assert_eq!(told(&large), (FaultKind::Output, "answered with 65537 bytes of header fields, 64 KiB are the most"));
}
