#[ringback_plugin::configuration(deny)]
struct Config {
    a: u32,
}

fn main() {}
