#[ringback_plugin::configuration]
struct Config(u32);

fn main() {}
