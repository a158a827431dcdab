//! A listener's TLS: files to a configuration, made while the documents are read, so that a certificate that is missing,
//! locked or not its key's is told then. HTTP/1.1 is all that is spoken behind it.

use std::{path::Path, sync::Arc};

use pkcs8::EncryptedPrivateKeyInfoOwned;
use ringback_diag::{Diagnostic, Diagnostics};
use ringback_model::{
    environment::{Environment, Origin, Text, Tls, TlsIdentity},
    ids::RequestId,
    ports::{self, Call, Context, Purpose, Templates},
    seed::Seed,
    time::Timestamp,
    unit::{Cause, Scope, Unit, View},
};
use rustls::{
    Error, InconsistentKeys, RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject},
    server::WebPkiClientVerifier,
    sign::{CertifiedKey, SingleCertAndKey},
};

use super::{
    Piece, Site, Surroundings,
    build::{Gathering, placed},
};

/// Under which names this machine reaches a listener that was given no certificate.
const OWN_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// Where an encrypted key begins and ends (RFC 7468 section 11).
const ENCRYPTED: (&str, &str) = ("-----BEGIN ENCRYPTED PRIVATE KEY-----", "-----END ENCRYPTED PRIVATE KEY-----");

/// A listener's TLS, ready.
pub struct SiteTls {
    /// For its connections.
    pub config: Arc<ServerConfig>,
    /// What it shows, for callbacks that come back to it.
    pub certificate: CertificateDer<'static>,
    /// Absent: it was given a certificate.
    made: Option<Made>,
}

/// A certificate that nobody signed but itself, and its key: the same until the process ends.
#[derive(Clone)]
struct Made {
    certificate: CertificateDer<'static>,
    /// PKCS #8.
    key: Arc<[u8]>,
}

/// The texts of an environment's TLS, gathered with its other templates.
pub(super) struct Wanted<'a> {
    tls: &'a Tls,
    folder: &'a Path,
    texts: Vec<(&'a Text, Piece)>,
}

/// With what texts are rendered.
pub(super) struct Rendered<'a> {
    pub(super) templates: Option<&'a dyn Templates>,
    pub(super) scope: &'a Scope,
    pub(super) unrouted: &'a ringback_model::ids::RouteName,
    pub(super) surroundings: &'a Arc<Surroundings>,
    pub(super) now: Timestamp,
    pub(super) seed: Seed,
}

// === impl Wanted ===

impl<'a> Wanted<'a> {
    /// Of an environment. Absent: it listens without TLS.
    pub(super) fn gather(environment: &'a Environment, gathering: &mut Gathering) -> Option<Self> {
        let tls = environment.tls.as_ref()?;
        let mut piece =
            |text: &'a Text| (text, gathering.piece(text, Purpose::Value, || "an option of TLS".to_owned()));
        Some(Self { tls, folder: &environment.folder, texts: tls.texts().map(&mut piece).collect() })
    }

    /// Reads the files.
    ///
    /// # Errors
    /// What is wrong with them, at the place where they are named.
    pub(super) async fn ready(self, with: Rendered<'_>, previous: Option<&Site>) -> Result<SiteTls, Diagnostics> {
        let mut values = Vec::with_capacity(self.texts.len());
        for (text, piece) in &self.texts {
            values.push((*text, with.text(text, piece).await?));
        }
        let value = |wanted: &Text| {
            let found = values.iter().find(|(text, _)| std::ptr::eq(*text, wanted));
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let Tls { identity, chain, passphrase, clients } = self.tls;
        let passphrase = passphrase.as_ref().map(&value).unwrap_or_default();
        let file = |text: &'a Text| File { path: self.folder.join(value(text)), origin: &text.origin };
        let mut made = None;
        let (mut certificates, key) = match identity {
            TlsIdentity::SelfSigned => {
                let kept = previous.and_then(|site| site.tls.as_ref()?.made.clone());
                let own = match kept {
                    Some(kept) => kept,
                    None => Made::new()
                        .map_err(|error| Diagnostic::error(format!("no certificate can be made: {error}")))?,
                };
                made = Some(own.clone());
                (vec![own.certificate], PrivatePkcs8KeyDer::from(own.key.to_vec()).into())
            }
            TlsIdentity::Pem { certificate, key } => {
                (file(certificate).certificates().await?, file(key).key(&passphrase).await?)
            }
            TlsIdentity::Pkcs12(text) => return Err(file(text).pkcs12().into()),
        };
        if let Some(chain) = chain {
            certificates.extend(file(chain).certificates().await?);
        }
        let clients = match clients {
            Some(clients) => Some(file(clients).certificates().await?),
            None => None,
        };
        let shown = certificates.first().cloned();
        let origin = self.texts.first().map(|(text, _)| &text.origin);
        let refused = |error: String| {
            let found = Diagnostic::error(format!("TLS can't be served with these certificates: {error}"));
            let found = found.help("name the key that belongs to the certificate, and its chain in order");
            origin.map_or(found.clone(), |origin| placed(found, origin))
        };
        let config = config(certificates, key, clients).map_err(refused)?;
        let certificate = shown.ok_or_else(|| refused("there is none".into()))?;
        Ok(SiteTls { config: Arc::new(config), certificate, made })
    }
}

fn config(
    certificates: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    clients: Option<Vec<CertificateDer<'static>>>,
) -> Result<ServerConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| error.to_string())?;
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authorities) => {
            let mut roots = RootCertStore::empty();
            authorities.into_iter().try_for_each(|one| roots.add(one)).map_err(|error| error.to_string())?;
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build();
            builder.with_client_cert_verifier(verifier.map_err(|error| error.to_string())?)
        }
    };
    let key = provider.key_provider.load_private_key(key).map_err(|error| error.to_string())?;
    let certified = CertifiedKey::new(certificates, key);
    match certified.keys_match() {
        // A certificate of version 1, as old scripts make them, can't be looked into; whether clients take it is theirs to say.
        Ok(()) | Err(Error::InvalidCertificate(_) | Error::InconsistentKeys(InconsistentKeys::Unknown)) => {}
        Err(error) => return Err(error.to_string()),
    }
    let mut config = builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

// === impl Rendered ===

impl Rendered<'_> {
    async fn text(&self, text: &Text, piece: &Piece) -> Result<String, Diagnostic> {
        let failed = |why: String| {
            placed(Diagnostic::error(format!("an option of TLS can't be rendered: {why}")), &text.origin)
                .help("no request is there yet: templates here see variables only")
        };
        let (number, templates) = match (piece, self.templates) {
            (Piece::Fixed(bytes), _) => return Ok(String::from_utf8_lossy(bytes).into_owned()),
            (Piece::Template(number), Some(templates)) => (*number, templates),
            (Piece::Template(_), None) => return Err(failed("its template was not compiled".into())),
        };
        let cause = Cause::Request(RequestId { tag: 0, number: 0 });
        let unit = Unit::new(self.scope.clone(), self.unrouted.clone(), cause, 0, View::default());
        let surroundings: Arc<dyn ports::Surroundings> = self.surroundings.clone();
        let (now, random) = (self.now, self.seed.stream(u64::MAX));
        let call = Call { request: None, unit, now, random, upstream: None, surroundings: Some(surroundings) };
        let rendering =
            templates.render(&[number], Context::default(), call).await.map_err(|fault| failed(fault.to_string()))?;
        rendering.outputs.into_iter().next().unwrap_or_else(|| Err("the renderer gave no text".into())).map_err(failed)
    }
}

// === impl Made ===

impl Made {
    fn new() -> Result<Self, rcgen::Error> {
        let made = rcgen::generate_simple_self_signed(OWN_NAMES.map(str::to_owned).to_vec())?;
        Ok(Self { certificate: made.cert.der().clone(), key: made.signing_key.serialize_der().into() })
    }
}

/// A file that a document names.
struct File<'a> {
    path: std::path::PathBuf,
    origin: &'a Origin,
}

// === impl File ===

impl File<'_> {
    async fn read(&self) -> Result<Vec<u8>, Diagnostic> {
        let missing = |error| {
            self.wrong(format!("can't be read: {error}")).help("paths are relative to the folder of the document")
        };
        tokio::fs::read(&self.path).await.map_err(missing)
    }

    fn wrong(&self, what: impl std::fmt::Display) -> Diagnostic {
        placed(Diagnostic::error(format!("`{}` {what}", self.path.display())), self.origin)
    }

    async fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, Diagnostic> {
        let help = "name a PEM file that holds `-----BEGIN CERTIFICATE-----`";
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.read().await?).collect();
        let found = found.map_err(|error| self.wrong(format!("holds no certificate: {error}")).help(help))?;
        if found.is_empty() { Err(self.wrong("holds no certificate").help(help)) } else { Ok(found) }
    }

    async fn key(&self, passphrase: &str) -> Result<PrivateKeyDer<'static>, Diagnostic> {
        let bytes = self.read().await?;
        let text = String::from_utf8_lossy(&bytes);
        if let Some(locked) = encrypted(&text) {
            return self.unlocked(&locked, passphrase);
        }
        if text.contains("Proc-Type: 4,ENCRYPTED") {
            let help = "write it anew with `openssl pkcs8 -topk8 -in KEY -out NEW_KEY`";
            return Err(self.wrong("is locked in a way of old OpenSSL's, which is not read").help(help));
        }
        PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| {
            let help = "name a PEM file that holds `-----BEGIN PRIVATE KEY-----`";
            self.wrong(format!("holds no private key: {error}")).help(help)
        })
    }

    fn unlocked(&self, locked: &[u8], passphrase: &str) -> Result<PrivateKeyDer<'static>, Diagnostic> {
        let opened = EncryptedPrivateKeyInfoOwned::try_from(locked).and_then(|key| key.decrypt(passphrase));
        let key = opened.map_err(|error| {
            self.wrong(format!("can't be unlocked: {error}")).help("write the key's own passphrase")
        })?;
        Ok(PrivatePkcs8KeyDer::from(key.as_bytes().to_vec()).into())
    }

    /// One file of both is not read: it is said how to take it apart.
    fn pkcs12(&self) -> Diagnostic {
        let help = "take it apart with `openssl pkcs12 -in FILE -nodes -out both.pem`, and name that as certificate and as key";
        self.wrong("is a PKCS #12 file, which this version does not read").help(help)
    }
}

/// The encrypted key of a PEM file, in DER. Absent: it has none.
fn encrypted(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    let (_, rest) = text.split_once(ENCRYPTED.0)?;
    let (body, _) = rest.split_once(ENCRYPTED.1)?;
    let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(body).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_that_was_made_serves() {
        let Made { certificate, key } = Made::new().unwrap();
        let key = PrivatePkcs8KeyDer::from(key.to_vec()).into();
        assert_eq!(config(vec![certificate], key, None).unwrap().alpn_protocols, [b"http/1.1"]);
    }

    #[test]
    fn a_certificate_and_anothers_key_are_refused() {
        let (one, other) = (Made::new().unwrap(), Made::new().unwrap());
        let key = PrivatePkcs8KeyDer::from(other.key.to_vec()).into();
        assert!(config(vec![one.certificate], key, None).is_err());
    }
}
