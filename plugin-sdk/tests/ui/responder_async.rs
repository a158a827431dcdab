use ringback_plugin::{Error, Request, Response, responder};

#[responder]
async fn handle(_: Request) -> Result<Response, Error> {
    Ok(Response::new(200))
}

fn main() {}
