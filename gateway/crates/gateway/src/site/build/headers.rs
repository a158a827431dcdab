//! Header fields made ready.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, header};
use ringback_diag::Diagnostic;
use ringback_model::{environment::Header, ports::Purpose};

use super::{Making, placed};
use crate::{
    http::express,
    site::{HeadersPlan, Piece},
};

impl Making<'_> {
    /// The environment's fields and those of a response, which win. `whose` names one, in messages.
    pub(super) fn headers(
        &mut self,
        environment: &[Header],
        own: &[Header],
        whose: impl Fn(&str) -> String,
    ) -> HeadersPlan {
        let mockoon = self.environment.conventions.mockoon().is_some();
        let (mut fixed, mut rendered) = (HeaderMap::new(), Vec::new());
        for Header { name, value } in over(environment, own, mockoon) {
            let whose = || whose(&format!("header `{name}`"));
            match self.gathering.piece(value, Purpose::Header, whose) {
                Piece::Template(number) => rendered.push((name.clone(), number)),
                Piece::Fixed(_) if mockoon => express::set(&mut fixed, name, &value.source),
                Piece::Fixed(bytes) => match HeaderValue::from_maybe_shared(bytes) {
                    Ok(value) => drop(fixed.append(name.clone(), value)),
                    Err(_) => {
                        let error = Diagnostic::error(format!("{} holds control characters", whose()));
                        self.wrong.push(placed(error, &value.origin));
                    }
                },
            }
        }
        HeadersPlan { fixed: Arc::new(fixed), rendered }
    }
}

/// The environment's fields that the response does not set itself, then the response's own. Mockoon's cookies add up.
fn over<'a>(environment: &'a [Header], own: &'a [Header], mockoon: bool) -> impl Iterator<Item = &'a Header> {
    let adds_up = move |header: &Header| mockoon && header.name == header::SET_COOKIE;
    let kept =
        environment.iter().filter(move |header| adds_up(header) || !own.iter().any(|other| other.name == header.name));
    kept.chain(own)
}
