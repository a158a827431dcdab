//! The methods of a path item (OpenAPI 3.2, section 4.8.9): the fixed ones, and those of `additionalOperations`.

use http::Method;
use ringback_diag::quoted;

use super::{library::Spot, reader::Reader};

/// Members of a path item that are operations.
const FIXED: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// The operations of a path item in the order of the document: their methods, where these were written, what they are.
pub(super) fn of(reader: &mut Reader<'_, '_>, item: &Spot) -> Vec<(Method, Spot, Spot)> {
    let mut all = vec![];
    for member in item.members().collect::<Vec<_>>() {
        if FIXED.contains(&&*member.name) {
            let method = Method::from_bytes(member.name.to_ascii_uppercase().as_bytes());
            let operation = reader.library.resolve(&member.spot).filter(|spot| spot.node.as_map().is_some());
            all.extend(method.ok().zip(operation).map(|(method, operation)| (method, member.at, operation)));
        } else if &*member.name == "additionalOperations" {
            for member in member.spot.members().collect::<Vec<_>>() {
                let operation = reader.library.resolve(&member.spot).filter(|spot| spot.node.as_map().is_some());
                match Method::from_bytes(member.name.as_bytes()) {
                    Ok(method) => all.extend(operation.map(|operation| (method, member.at, operation))),
                    Err(_) => {
                        let message = format!("{} is ignored: it is no method", quoted(&member.name));
                        reader.library.warn(&member.at, message, "write it as it is sent: `COPY`");
                    }
                }
            }
        }
    }
    all
}
