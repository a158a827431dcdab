use ringback_plugin::{Request, responder};

#[responder]
fn handle(_: Request) {}

fn main() {}
