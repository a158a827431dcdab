//! Plugins that come, change and go while the gateway serves.

use ringback_model::journal::PluginChange;
use serde_json::Value;

use crate::{
    guest::{Guest, version},
    support::Gateway,
};

mod content;
mod dropped;
mod failing;
mod manifest;
mod uploaded;
mod upstream;

/// A route that a plugin answers which no document declares.
const ROUTE: &str = "[[route]]\npath = \"/kyc\"\nresponder = \"kyc\"\n[[route]]\npath = \"/other\"\nbody = \"other\"\n";

/// A gateway that watches a plugins folder.
async fn with_folder(toml: &str) -> Gateway {
    let toml = format!("[plugins]\nfolder = \"plugins\"\n{toml}");
    let gateway = Gateway::with("ringback.toml", &toml, |options| {
        std::fs::create_dir(options.documents.working_folder.join("plugins")).unwrap();
    });
    let gateway =
        gateway.await.unwrap_or_else(|rejected| panic!("{}", rejected.render(ringback_gateway::Colour::Plain)));
    gateway.running.watch(|_| {});
    gateway
}

fn generation(plugin: &Value) -> u64 {
    plugin["generation"].as_u64().unwrap_or(0)
}

/// The events about plugins, as the stream of events tells them.
/// What happened to plugins, but for compilations that took long: that is the machine's matter.
async fn changes(gateway: &Gateway) -> Vec<String> {
    let events = gateway.running.app.gateway.journal.since(0);
    let plugin = |event: &ringback_model::journal::Event| match event {
        ringback_model::journal::Event::Plugin(note) if note.change == PluginChange::Compiling => None,
        ringback_model::journal::Event::Plugin(note) => Some(note.change.name().to_owned()),
        _ => None,
    };
    events.iter().filter_map(|(_, event)| plugin(event)).collect()
}

#[tokio::test]
async fn a_declared_plugin_that_is_not_there_is_answered_with_503_until_it_is() {
    let toml = format!("[plugin.kyc]\npath = \"kyc.wasm\"\n{ROUTE}");
    let gateway = Gateway::start(&toml).await;
    gateway.running.watch(|_| {});
    let warned = &gateway.running.warnings;
    assert!(warned.contains("warning: plugin `kyc` can't be read") && warned.contains("ringback.toml:1:1"), "{warned}");
    let answer = gateway.get("/kyc").await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "1"));
    let problem = answer.json();
    assert_eq!(problem["detail"], "plugin `kyc` is not there");
    assert!(problem["help"][0].as_str().unwrap().ends_with("kyc.wasm`"), "{problem}");
    assert_eq!(gateway.get("/other").await.body, "other");
    let checked = ringback_gateway::check(
        crate::support::options(vec![gateway.file("ringback.toml")], gateway.folder.path()).documents,
        None,
    );
    let why = checked.await.err().expect("a check wants it to be there").render(ringback_gateway::Colour::Plain);
    assert!(why.contains("error: plugin `kyc` can't be read"), "{why}");

    std::fs::write(gateway.file("kyc.wasm"), version(418)).unwrap();
    gateway.until_answer("/kyc", |answer| answer.status == 418).await;
    let view = gateway.until_plugin("kyc", |view| view["state"] == "serving").await;
    assert_eq!((view["routes"][0].as_str(), view["source"]["kind"].as_str()), (Some("/kyc"), Some("declared")));
}

#[tokio::test]
async fn a_bad_component_does_not_keep_a_document_from_reloading() {
    let toml = format!("[plugin.kyc]\npath = \"kyc.wasm\"\n{ROUTE}");
    let gateway = Gateway::with("ringback.toml", &toml, |options| {
        std::fs::write(options.documents.working_folder.join("kyc.wasm"), version(201)).unwrap();
    })
    .await
    .unwrap();
    std::fs::write(gateway.file("kyc.wasm"), "no component").unwrap();
    std::fs::write(gateway.file("ringback.toml"), toml.replace("\"other\"", "\"mended\"")).unwrap();
    let applied = gateway.running.app.reload().await.unwrap();
    assert!(applied.warnings.contains("warning: plugin `kyc` is no WebAssembly file"), "{}", applied.warnings);
    assert_eq!(gateway.get("/other").await.body, "mended");
    // What served goes on, and says why there is nothing newer.
    assert_eq!(gateway.get("/kyc").await.status, 201);
    let view = gateway.admin_json("GET", "/__admin/plugins/kyc", "").await;
    assert_eq!((generation(&view), view["state"].as_str()), (1, Some("serving")));
    assert!(view["lastError"]["message"].as_str().unwrap().contains("no WebAssembly"), "{view}");
    assert_eq!(changes(&gateway).await, ["refused"]);
}

#[tokio::test]
async fn a_pin_and_a_signature_are_checked_before_anything_is_compiled() {
    use ed25519_dalek::{Signer as _, SigningKey};
    let component = version(201);
    let key = SigningKey::from_bytes(&[7; 32]);
    let encode = |bytes: &[u8]| base64::Engine::encode(&base64::prelude::BASE64_STANDARD, bytes);
    let signature = encode(&key.sign(&component).to_bytes());
    let ring = encode(key.verifying_key().as_bytes());
    let pinned = format!("[plugin.kyc]\npath = \"kyc.wasm\"\nsha256 = \"{}\"\n{ROUTE}", "0".repeat(64));
    let signed = format!(
        "[plugins]\nkeyring = [\"ed25519:{ring}\"]\nrequire-signature = true\n[plugin.kyc]\npath = \"kyc.wasm\"\n{ROUTE}"
    );
    let start = async |toml: &str, signature: Option<&str>| {
        let started = Gateway::with("ringback.toml", toml, |options| {
            let folder = &options.documents.working_folder;
            std::fs::write(folder.join("kyc.wasm"), &component).unwrap();
            signature.inspect(|signature| std::fs::write(folder.join("kyc.wasm.sig"), signature).unwrap());
        });
        started.await.map_err(|rejected| rejected.render(ringback_gateway::Colour::Plain)).map(drop)
    };
    let why = start(&pinned, None).await.unwrap_err();
    let digest = why.split("its digest is ").nth(1).unwrap()[..64].to_owned();
    assert!(why.contains(&format!("help: if it is meant, write `sha256 = \"{digest}\"`")), "{why}");
    assert_eq!(start(&pinned.replace(&"0".repeat(64), &digest), None).await, Ok(()));

    let why = start(&signed, None).await.unwrap_err();
    assert!(why.contains("plugin `kyc` is not signed") && why.contains("`kyc.wasm.sig`"), "{why}");
    let other = encode(&SigningKey::from_bytes(&[8; 32]).sign(&component).to_bytes());
    let why = start(&signed, Some(&other)).await.unwrap_err();
    assert!(why.contains("plugin `kyc` is signed by nobody of the keyring"), "{why}");
    assert_eq!(start(&signed, Some(&signature)).await, Ok(()));
}
