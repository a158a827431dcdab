#[ringback_plugin::callback_policy]
impl Retry {}

struct Retry;

fn main() {}
