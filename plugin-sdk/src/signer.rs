//! Signatures with keys that the plugin never sees. Each secret is granted by name.
//!
//! ```
//! # use ringback_plugin::{signer, testing::Gateway};
//! # Gateway::new().secret("webhook", "test").run(|| {
//! let signature = signer::hmac_sha256("webhook", "1767323045.{}")?;
//! let header = format!("t=1767323045,v1={}", signature.hex());
//! # assert_eq!(header.len(), 80);
//! # Ok::<_, ringback_plugin::Error>(())
//! # }).unwrap();
//! ```

use std::{fmt, fmt::Write as _};

use crate::host;

/// How to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC (RFC 2104) with SHA-256: 32 bytes.
    HmacSha256,
    /// HMAC with SHA-512: 64 bytes.
    HmacSha512,
    /// HMAC with SHA-1, for providers that still use it: 20 bytes.
    HmacSha1,
    /// Ed25519 (RFC 8032): 64 bytes.
    Ed25519,
}

/// A signature's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature(pub(crate) Vec<u8>);

/// Why nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignError {
    /// No secret of that name is declared, or this plugin was not granted it.
    NoSuchSecret(String),
    /// The secret is no key of that algorithm.
    WrongKey(String),
}

/// Signs a message with the secret of that name.
///
/// # Errors
/// As [`SignError`] says.
pub fn sign(algorithm: Algorithm, secret: &str, message: impl AsRef<[u8]>) -> Result<Signature, SignError> {
    host::sign(algorithm, secret, message.as_ref()).map(Signature)
}

/// Signs with HMAC and SHA-256.
///
/// # Errors
/// As [`SignError`] says.
pub fn hmac_sha256(secret: &str, message: impl AsRef<[u8]>) -> Result<Signature, SignError> {
    sign(Algorithm::HmacSha256, secret, message)
}

/// Signs with HMAC and SHA-512.
///
/// # Errors
/// As [`SignError`] says.
pub fn hmac_sha512(secret: &str, message: impl AsRef<[u8]>) -> Result<Signature, SignError> {
    sign(Algorithm::HmacSha512, secret, message)
}

/// Signs with HMAC and SHA-1.
///
/// # Errors
/// As [`SignError`] says.
pub fn hmac_sha1(secret: &str, message: impl AsRef<[u8]>) -> Result<Signature, SignError> {
    sign(Algorithm::HmacSha1, secret, message)
}

/// Signs with Ed25519.
///
/// # Errors
/// As [`SignError`] says.
pub fn ed25519(secret: &str, message: impl AsRef<[u8]>) -> Result<Signature, SignError> {
    sign(Algorithm::Ed25519, secret, message)
}

// === impl Signature ===

impl Signature {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// In lower-case hexadecimal.
    pub fn hex(&self) -> String {
        let mut text = String::with_capacity(2 * self.0.len());
        for byte in &self.0 {
            // A String takes everything.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// In base64 with padding (RFC 4648 section 4).
    pub fn base64(&self) -> String {
        let mut text = encode(&self.0, b'+', b'/');
        while !text.len().is_multiple_of(4) {
            text.push('=');
        }
        text
    }

    /// In base64 for URLs, without padding (RFC 4648 section 5).
    pub fn base64_url(&self) -> String {
        encode(&self.0, b'-', b'_')
    }
}

fn encode(bytes: &[u8], sixty_two: u8, sixty_three: u8) -> String {
    let letter = |sextet: u32| match sextet as u8 {
        n @ 0..26 => b'A' + n,
        n @ 26..52 => b'a' + n - 26,
        n @ 52..62 => b'0' + n - 52,
        62 => sixty_two,
        _ => sixty_three,
    };
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        let letters = [18, 12, 6, 0].map(|shift| char::from(letter((bits >> shift) & 63)));
        text.extend(letters.into_iter().take(chunk.len() + 1));
    }
    text
}

// === impl SignError ===

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchSecret(text) | Self::WrongKey(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for SignError {}

#[cfg(test)]
mod tests {
    use super::Signature;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        let of = |text: &str| Signature(text.into()).base64();
        let expected = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
        assert_eq!(["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(of), expected);
        assert_eq!(Signature(vec![0xfb, 0xff]).base64_url(), "-_8");
        assert_eq!(Signature(vec![0, 0xab]).hex(), "00ab");
    }
}
