//! The secrets that a plugin was granted, as keys. They are made once, when it is loaded; a guest names one and gets a
//! signature, never a byte of it, and nothing here shows one.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey, pkcs8::DecodePrivateKey};
use hmac::{EagerHash, Hmac, KeyInit, Mac};
use ringback_model::secret::{Secret, SecretName};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// How a PEM block begins.
const PEM: &str = "-----BEGIN ";

/// Keys by name.
pub(crate) struct Keys(Box<[(SecretName, Key)]>);

/// A secret, ready to sign with.
struct Key {
    bytes: Box<[u8]>,
    /// Absent: the secret is no Ed25519 key.
    ed25519: Option<Box<SigningKey>>,
}

/// How to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    HmacSha256,
    HmacSha512,
    HmacSha1,
    Ed25519,
}

/// Why nothing was signed: a phrase for the plugin's author.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotSigned {
    /// There is none of that name among those granted.
    NoSuchSecret(String),
    /// The secret is no key of the algorithm.
    WrongKey(String),
}

// === impl Keys ===

impl Keys {
    /// Makes keys of secrets.
    pub(crate) fn of<'a>(secrets: impl IntoIterator<Item = &'a (SecretName, Secret)>) -> Self {
        Self(secrets.into_iter().map(|(name, secret)| (name.clone(), Key::of(secret.as_bytes()))).collect())
    }

    /// Signs a message.
    pub(crate) fn sign(&self, algorithm: Algorithm, secret: &str, message: &[u8]) -> Result<Vec<u8>, NotSigned> {
        let key = self.0.iter().find(|(name, _)| name.as_str() == secret).map(|(_, key)| key);
        let key = key.ok_or_else(|| NotSigned::NoSuchSecret(self.no_such(secret)))?;
        let wrong = || NotSigned::WrongKey(format!("secret `{secret}` is no Ed25519 key: a PKCS#8 PEM or 32 bytes"));
        match algorithm {
            Algorithm::HmacSha256 => Ok(mac::<Sha256>(&key.bytes, message)),
            Algorithm::HmacSha512 => Ok(mac::<Sha512>(&key.bytes, message)),
            Algorithm::HmacSha1 => Ok(mac::<Sha1>(&key.bytes, message)),
            Algorithm::Ed25519 => Ok(key.ed25519.as_ref().ok_or_else(wrong)?.sign(message).to_vec()),
        }
    }

    fn no_such(&self, secret: &str) -> String {
        let granted: Vec<_> = self.0.iter().map(|(name, _)| format!("`{name}`")).collect();
        let granted = if granted.is_empty() { "none".into() } else { granted.join(", ") };
        format!("there is no secret `{}`, or it was not granted; granted: {granted}", secret.escape_debug())
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

// === impl Key ===

impl Key {
    fn of(secret: &[u8]) -> Self {
        let ed25519 = match std::str::from_utf8(secret) {
            Ok(text) if text.trim_start().starts_with(PEM) => SigningKey::from_pkcs8_pem(text.trim()).ok(),
            _ => <[u8; 32]>::try_from(secret).ok().map(|seed| SigningKey::from_bytes(&seed)),
        };
        Self { bytes: secret.into(), ed25519: ed25519.map(Box::new) }
    }
}

fn mac<D: EagerHash>(key: &[u8], message: &[u8]) -> Vec<u8>
where
    Hmac<D>: KeyInit + Mac,
{
    // A key of any length will do (RFC 2104 section 2).
    let Ok(mut mac) = <Hmac<D> as KeyInit>::new_from_slice(key) else { return vec![] };
    Mac::update(&mut mac, message);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests;
