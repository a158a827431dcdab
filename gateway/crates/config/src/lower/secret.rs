//! `[secrets]`, and keys in base64. Nothing here quotes a value.

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use ringback_diag::quoted;
use ringback_model::{
    limits,
    secret::{Secret, SecretName},
};

use super::Lowering;
use crate::document::{At, Entries, SecretText};

/// What stands before a secret's bytes in base64.
const BASE64: &str = "base64:";

/// Standard base64, with its padding or without.
const ANY_PADDING: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads base64. Absent: the text is none.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    ANY_PADDING.decode(text.trim()).ok()
}

impl Lowering<'_> {
    /// The secrets, in the order of the file.
    pub(super) fn secrets(&mut self, entries: &Entries<At<SecretText>>) -> Vec<(SecretName, Secret)> {
        let mut secrets = vec![];
        for (key, text) in &entries.0 {
            let name = self.name(key, SecretName::try_new);
            let secret = self.secret(&key.value, text);
            secrets.extend(name.zip(secret));
        }
        secrets
    }

    fn secret(&mut self, name: &str, text: &At<SecretText>) -> Option<Secret> {
        let bytes = match text.value.0.strip_prefix(BASE64) {
            None => Some(text.value.0.clone().into_bytes()),
            Some(encoded) => base64(encoded),
        };
        let Some(bytes) = bytes else {
            let help = "write base64 after `base64:`; without it the text itself is the secret";
            self.wrong(&text.span, format!("secret {} is not base64", quoted(name)), help);
            return None;
        };
        if bytes.is_empty() {
            let help = "set the environment variable that it comes from, or take it out";
            self.wrong(&text.span, format!("secret {} is empty", quoted(name)), help);
        }
        if bytes.len() > limits::SECRET_MAX_BYTES {
            let message = format!("secret {} has {} bytes", quoted(name), bytes.len());
            let help = format!("{} are the most", limits::SECRET_MAX_BYTES);
            self.wrong(&text.span, message, help);
        }
        Some(Secret::new(bytes))
    }
}
