use ringback_plugin::{Error, Response, responder};

#[responder]
fn handle() -> Result<Response, Error> {
    Ok(Response::new(200))
}

fn main() {}
