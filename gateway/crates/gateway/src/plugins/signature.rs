//! Whose components are loaded: ed25519 signatures (RFC 8032) over a component's bytes, by the keys of the operator's
//! keyring. A signature lies beside the component as `NAME.wasm.sig`, in base64.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signature, VerifyingKey};

/// A key of the keyring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(VerifyingKey);

/// Why bytes are not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key of `keyring` in `[plugins]` is no ed25519 public key: its bytes are no point of the curve")]
pub struct KeyError;

/// Why a component is not taken for signed: a phrase that follows the plugin's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    /// There is no signature.
    #[error("is not signed")]
    Absent,
    /// The signature can't be read.
    #[error("has a signature that can't be read: it is no base64 of 64 bytes")]
    Unreadable,
    /// No key of the keyring made it for this component.
    #[error("is signed by nobody of the keyring")]
    Stranger,
}

impl Key {
    /// A key of these bytes.
    ///
    /// # Errors
    /// When they are none.
    pub fn try_new(bytes: [u8; 32]) -> Result<Self, KeyError> {
        VerifyingKey::from_bytes(&bytes).map(Self).map_err(|_| KeyError)
    }
}

/// Checks that one of the keys has signed a component.
///
/// # Errors
/// When none has.
pub fn check(component: &[u8], signature: Option<&str>, keyring: &[Key]) -> Result<(), Unsigned> {
    let text = signature.ok_or(Unsigned::Absent)?;
    let bytes = BASE64_STANDARD.decode(text.trim()).map_err(|_| Unsigned::Unreadable)?;
    let signature = Signature::from_slice(&bytes).map_err(|_| Unsigned::Unreadable)?;
    // Strict: a signature that more than one component could have is none.
    let made = |key: &Key| key.0.verify_strict(component, &signature).is_ok();
    if keyring.iter().any(made) { Ok(()) } else { Err(Unsigned::Stranger) }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::*;

    #[test]
    fn only_a_key_of_the_ring_signs_and_only_what_it_signed() {
        let (ours, theirs) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
        let ring = [Key::try_new(ours.verifying_key().to_bytes()).unwrap()];
        let sign = |key: &SigningKey, what: &[u8]| BASE64_STANDARD.encode(key.sign(what).to_bytes());
        let ok = sign(&ours, b"component");
        assert_eq!(check(b"component", Some(&format!("{ok}\n")), &ring), Ok(()));
        assert_eq!(check(b"Component", Some(&ok), &ring), Err(Unsigned::Stranger));
        assert_eq!(check(b"component", Some(&sign(&theirs, b"component")), &ring), Err(Unsigned::Stranger));
        assert_eq!(check(b"component", Some(&ok), &[]), Err(Unsigned::Stranger));
        assert_eq!(check(b"component", Some("AA=="), &ring), Err(Unsigned::Unreadable));
        assert_eq!(check(b"component", None, &ring), Err(Unsigned::Absent));
        assert_eq!(Key::try_new([2; 32]), Err(KeyError));
    }
}
