use ringback_plugin::{Error, body_stream};

#[body_stream]
fn pieces() -> Result<Option<Vec<u8>>, Error> {
    Ok(None)
}

fn main() {}
