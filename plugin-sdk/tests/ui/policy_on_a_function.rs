#[ringback_plugin::callback_policy]
fn decide() {}

fn main() {}
