#[ringback_plugin::configuration]
enum Config {
    A,
}

fn main() {}
