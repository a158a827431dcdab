use ringback_plugin::{Error, Response, responder};

#[responder]
fn handle(_: String) -> Result<Response, Error> {
    Ok(Response::new(200))
}

fn main() {}
