use ringback_plugin::{Error, Request, Response, responder};

#[responder(path = "/kyc")]
fn handle(_: Request) -> Result<Response, Error> {
    Ok(Response::new(200))
}

fn main() {}
