//! Signatures by the name of a secret that the guest never sees.

use ringback_wasm::{LoadError, Refusal};

use super::support::{HOST, Wat, call, load, reply, says, source, texts, with_section};

const IMPORT: &str = r#"(import "ringback:gateway/signer@0.1.0" "sign"
    (func $sign (param i32 i32 i32 i32 i32 i32)))"#;

/// A guest that signs with an algorithm by number and answers with the signature in hex, or with what it is told.
fn signs(algorithm: u32, secret: &str, message: &str) -> Vec<u8> {
    let (data, arguments) = texts(2048, &[secret, message]);
    let sign = format!("(call $sign (i32.const {algorithm}) {} {} (i32.const 1800))", arguments[0], arguments[1]);
    let (signed, told) = (reply(1804), reply(1808));
    let respond = format!("{sign} (if (result i32) (i32.load8_u (i32.const 1800)) (then {told}) (else {signed}))");
    Wat { imports: IMPORT, items: data, respond, ..Wat::default() }.build()
}

async fn said(algorithm: u32, secret: &str) -> Vec<u8> {
    let (answer, _) =
        super::support::respond(&load(&signs(algorithm, secret, "what do ya want for nothing?")), call("/", ""))
            .await
            .unwrap();
    answer.body.into_bytes().unwrap().to_vec()
}

#[tokio::test]
async fn a_message_is_signed_by_the_name_of_a_secret() {
    // RFC 4231 and RFC 2202, test case 2: the secret of the tests is `Jefe`.
    assert_eq!(said(0, "key").await[..4], [0x5b, 0xdc, 0xc1, 0x46]);
    assert_eq!(said(1, "key").await[..4], [0x16, 0x4b, 0x7a, 0x7b]);
    assert_eq!(said(2, "key").await[..4], [0xef, 0xfc, 0xdf, 0x6a]);
    let told = async |algorithm, secret| String::from_utf8(said(algorithm, secret).await).unwrap();
    assert_eq!(told(3, "key").await, "secret `key` is no Ed25519 key: a PKCS#8 PEM or 32 bytes");
    assert_eq!(told(0, "other").await, "there is no secret `other`, or it was not granted; granted: `key`");
}

#[tokio::test]
async fn a_secret_is_nowhere_to_be_seen() {
    let source = source("signs", &signs(0, "key", ""));
    assert!(!format!("{source:?}").contains("Jefe"), "{source:?}");
    let plugin = HOST.load(source).unwrap();
    assert!(!format!("{plugin:?}").contains("Jefe"));
    // A guest that looks through all of its memory after it has signed.
    let scan = "(call $sign (i32.const 0) (i32.const 2048) (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 1800))
        (loop $next
            (if (i32.eq (i32.load (local.get $at)) (i32.const 0x6566654a)) (then unreachable))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $at) (i32.const 65532))))
        (global.get $ok)";
    let items = texts(2048, &["key"]).0;
    let scans = Wat { imports: IMPORT, items, respond: scan.into(), ..Wat::default() };
    assert_eq!(says(&load(&scans.build()), call("/", "")).await, "");
}

#[test]
fn without_a_granted_secret_the_line_that_grants_one_is_told() {
    let told = |error: &LoadError| (error.to_string(), error.help().unwrap());
    let wasm = signs(0, "key", "");
    let refused = |wasm: &[u8]| {
        let mut source = source("kyc", wasm);
        source.grants.secrets.clear();
        HOST.load(source).unwrap_err()
    };
    let message = "plugin `kyc` imports `ringback:gateway/signer`, which it was not granted";
    let example = r#"add `grants = { secrets = ["webhook-key"] }`"#;
    assert_eq!(told(&refused(&wasm)), (message.into(), example.into()));
    // The names that its manifest asks for.
    let manifest = with_section(&wasm, "ringback:manifest", br#"needs = { secrets = ["kyc-webhook", "b\"c"] }"#);
    let names = r#"add `grants = { secrets = ["kyc-webhook", "b\"c"] }`"#;
    assert_eq!(told(&refused(&manifest)), (message.into(), names.into()));
    // What can't be called needs no grant.
    let types = r#"(component (import "ringback:gateway/signer@0.1.0"
        (instance (type (enum "a")) (export "algorithm" (type (eq 0))))))"#;
    assert!(matches!(refused(&wat::parse_str(types).unwrap()).reason, Refusal::NoHook));
}
