//! `templates`: a plugin's own templates, rendered by the gateway's renderers.

use crate::{
    bindings::ringback::gateway::{templates::Host, types::Error},
    state::State,
};

impl Host for State {
    async fn render(
        &mut self,
        renderer: String,
        source: String,
        data: String,
    ) -> wasmtime::Result<Result<String, Error>> {
        self.budget.host_call()?;
        Ok(State::render(self, &renderer, &source, &data).await)
    }
}
