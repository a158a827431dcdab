//! `signer`: signatures by the name of a secret.

use crate::{
    bindings::ringback::gateway::signer::{Algorithm, Error, Host},
    signer::{self, NotSigned},
    state::State,
};

impl Host for State {
    fn sign(
        &mut self,
        algorithm: Algorithm,
        secret: String,
        message: Vec<u8>,
    ) -> wasmtime::Result<Result<Vec<u8>, Error>> {
        self.budget.host_call()?;
        let algorithm = match algorithm {
            Algorithm::HmacSha256 => signer::Algorithm::HmacSha256,
            Algorithm::HmacSha512 => signer::Algorithm::HmacSha512,
            Algorithm::HmacSha1 => signer::Algorithm::HmacSha1,
            Algorithm::Ed25519 => signer::Algorithm::Ed25519,
        };
        let signed = self.identity.keys.sign(algorithm, &secret, &message);
        Ok(signed.map_err(|why| match why {
            NotSigned::NoSuchSecret(text) => Error::NoSuchSecret(text),
            NotSigned::WrongKey(text) => Error::WrongKey(text),
        }))
    }
}
