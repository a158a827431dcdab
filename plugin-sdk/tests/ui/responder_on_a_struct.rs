#[ringback_plugin::responder]
#[allow(dead_code)]
struct Handler;

fn main() {}
