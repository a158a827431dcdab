//! Rendered texts, handed out in the order in which their templates were asked for.

use ringback_model::ports::{Call, Context, Rendering};

use crate::{
    http::refusal::{Kind, Refusal},
    site::{Piece, Site},
};

/// The rendered texts of one crossing.
#[derive(Default)]
pub(super) struct Texts(std::vec::IntoIter<Result<String, String>>);

// === impl Texts ===

impl Texts {
    /// Renders templates in one crossing; without any, nothing crosses.
    ///
    /// # Errors
    /// When the renderer failed. A template that failed is told by its text.
    pub(super) async fn render(
        site: &Site,
        templates: &[usize],
        context: Context<'_>,
        call: Call,
    ) -> Result<(Self, Rendering), Refusal> {
        let mut rendering = match (&site.templates, templates.is_empty()) {
            (_, true) => Rendering { outputs: vec![], status: None, values: None, unit: call.unit },
            (None, false) => return Err(Refusal::new(Kind::Defect, "the templates were not compiled")),
            (Some(compiled), false) => compiled.render(templates, context, call).await?,
        };
        Ok((Self(std::mem::take(&mut rendering.outputs).into_iter()), rendering))
    }

    /// The next text, or why there is none.
    pub(super) fn next(&mut self) -> Result<String, String> {
        self.0.next().unwrap_or_else(|| Err("the renderer gave fewer texts than it was asked for".into()))
    }

    /// A text that is fixed, or the next one.
    pub(super) fn take(&mut self, piece: &Piece) -> Result<String, String> {
        match piece {
            Piece::Fixed(bytes) => Ok(String::from_utf8_lossy(bytes).into_owned()),
            Piece::Template(_) => self.next(),
        }
    }
}
