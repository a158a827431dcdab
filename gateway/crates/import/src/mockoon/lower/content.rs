//! What responses and callbacks carry: a text, a file, a bucket (sections 2.4 and 6).

use std::sync::Arc;

use ringback_diag::quoted;
use ringback_model::environment::{Body, FileBody, Text};

use super::Lowering;
use crate::mockoon::{document::Content, repair::At};

/// Who carries a content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Carrier {
    /// Whether texts and files' contents are templates.
    pub(super) templated: bool,
    /// Whether a missing file is told with 404 and the inline body.
    pub(super) fallback_to_404: bool,
}

impl Lowering<'_> {
    /// A file without a path and a bucket without an id are the inline body; so is a bucket that is not there, which is then
    /// no template.
    pub(super) fn content(&mut self, content: &Content, carrier: Carrier) -> Body {
        let inline = |this: &Self, templated| {
            let text = this.template(&content.body);
            Text { templated: text.templated && templated, ..text }
        };
        match content.kind.value {
            "FILE" if !content.file.value.is_empty() => Body::File(Box::new(FileBody {
                path: self.file_path(&content.file, carrier.fallback_to_404),
                templated: carrier.templated,
                attachment: !content.file_as_body.value,
                instead: carrier.fallback_to_404.then(|| inline(self, carrier.templated)),
            })),
            "DATABUCKET" if !content.bucket.value.is_empty() => match self.buckets.of_id(&content.bucket.value) {
                Some(name) => Body::Bucket(name.clone()),
                None => {
                    let message = format!("there is no data bucket with the id {}", quoted(&content.bucket.value));
                    self.warn(&content.bucket.span, message, "what stands in `body` is sent as it is, as by Mockoon");
                    Body::Text(inline(self, false))
                }
            },
            _ => Body::Text(inline(self, carrier.templated)),
        }
    }

    /// A path, with the slashes of this system: of Windows's, only one before a dot is meant as it is.
    fn file_path(&mut self, path: &At<Arc<str>>, fallback_to_404: bool) -> Text {
        let mut source = String::with_capacity(path.value.len());
        let mut signs = path.value.chars().peekable();
        while let Some(sign) = signs.next() {
            source.push(if sign == '\\' && signs.peek() != Some(&'.') { '/' } else { sign });
        }
        let text = Text::path(&source, self.origin(&path.span));
        let file = self.options.folder.as_ref().map(|folder| folder.join(&source));
        if !text.templated && file.is_some_and(|file| !file.is_file()) {
            let help = if fallback_to_404 {
                "until it is there, requests are told 404 with what stands in `body`"
            } else {
                "until it is there, requests are told so; paths are relative to the folder of the environment"
            };
            self.warn(&path.span, format!("there is no file {}", quoted(&source)), help);
        }
        text
    }
}
