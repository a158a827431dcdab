//! TLS on a listener: with a certificate of its own, and with clients that must show one.

use std::{path::Path, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use crate::support::Gateway;

/// An authority, and what it has signed for a server called `localhost` and for a client.
struct Pki {
    authority: CertificateDer<'static>,
    server: Signed,
    client: Signed,
}

/// A certificate and its key.
struct Signed {
    certificate: CertificateDer<'static>,
    /// PKCS #8.
    key: Vec<u8>,
}

// === impl Pki ===

impl Pki {
    fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let authority = params.self_signed(&key).unwrap().der().clone();
        let issuer = Issuer::new(params, key);
        let signed = |name: &str| {
            let key = KeyPair::generate().unwrap();
            let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
            let certificate = params.signed_by(&key, &issuer).unwrap().der().clone();
            Signed { certificate, key: key.serialize_der() }
        };
        Self { server: signed("localhost"), client: signed("client"), authority }
    }

    /// Writes what a listener needs.
    fn write(&self, folder: &Path) {
        let write = |name, label, der| std::fs::write(folder.join(name), pem(label, der)).unwrap();
        write("server.pem", "CERTIFICATE", &self.server.certificate);
        write("server.key", "PRIVATE KEY", &self.server.key);
        write("clients.pem", "CERTIFICATE", &self.authority);
    }

    /// Asks as a client that trusts the authority. Absent: the connection ended without an answer.
    async fn ask(&self, gateway: &Gateway, with: Option<&Signed>) -> Option<String> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.clone()).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
        let config = match with {
            Some(Signed { certificate, key }) => {
                let key = PrivateKeyDer::Pkcs8(key.clone().into());
                builder.with_client_auth_cert(vec![certificate.clone()], key).unwrap()
            }
            None => builder.with_no_client_auth(),
        };
        let stream = TcpStream::connect(gateway.address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.ok()?;
        let request = b"GET /x HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        stream.write_all(request).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        Some(String::from_utf8(answer).unwrap())
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: String = text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line) + "\n").collect();
    format!("-----BEGIN {label}-----\n{lines}-----END {label}-----\n")
}

/// Serves a document beside the files that it names.
async fn serve(pki: &Pki, name: &str, document: &str) -> Gateway {
    let started = Gateway::with(name, document, |options| pki.write(&options.documents.working_folder));
    started.await.unwrap_or_else(|rejected| panic!("{}", rejected.render(ringback_gateway::Colour::Plain)))
}

const TLS: &str =
    "[[route]]\npath = '/x'\nbody = 'seen'\n[server.tls]\ncertificate = 'server.pem'\nkey = 'server.key'\n";

#[tokio::test]
async fn a_listener_shows_the_certificate_that_it_was_given() {
    let pki = Pki::new();
    let gateway = serve(&pki, "ringback.toml", TLS).await;
    let answer = pki.ask(&gateway, None).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\nseen"), "{answer}");
    assert!(Pki::new().ask(&gateway, None).await.is_none(), "whoever trusts another authority does not talk to it");
}

#[tokio::test]
async fn clients_show_a_certificate_where_they_must() {
    let pki = Pki::new();
    let gateway = serve(&pki, "ringback.toml", &format!("{TLS}client-authorities = 'clients.pem'\n")).await;
    let answer = pki.ask(&gateway, Some(&pki.client)).await.unwrap();
    assert!(answer.ends_with("\r\n\r\nseen"), "{answer}");
    assert_eq!(pki.ask(&gateway, None).await, None);
    assert_eq!(pki.ask(&gateway, Some(&Pki::new().client)).await, None);
    assert!(pki.ask(&gateway, Some(&pki.client)).await.is_some(), "the listener goes on");
}

#[tokio::test]
async fn a_mockoon_environment_has_its_certificate_too() {
    let pki = Pki::new();
    let document = serde_json::json!({
        "lastMigration": 33, "name": "env", "routes": [{ "endpoint": "x", "responses": [{ "body": "{{baseUrl}}" }] }],
        "tlsOptions": { "enabled": true, "type": "CERT", "certPath": "server.pem", "keyPath": "./server.key" },
    });
    let gateway = serve(&pki, "env.json", &document.to_string()).await;
    let answer = pki.ask(&gateway, None).await.unwrap();
    assert!(answer.contains("\r\n\r\nhttps://localhost"), "{answer}");
}
