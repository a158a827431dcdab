//! The content of responses made ready.

use std::{
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use http::header;
use ringback_model::{
    environment::{Body, FileBody, Response},
    ports::Purpose,
};

use super::{Making, inline};
use crate::{
    http::express,
    site::{ContentPlan, FilePlan, HeadersPlan, PathPlan, Piece, Ready},
};

impl Making<'_> {
    /// Where a response's content comes from. `whose` names a part of it, in messages.
    pub(super) fn content(&mut self, response: &Response, whose: impl Fn(&str) -> String) -> ContentPlan {
        let inline = self.environment.conventions.microcks().and_then(|_| inline::bytes(response));
        if let Some(bytes) = inline {
            return ContentPlan::Text(Piece::Fixed(bytes));
        }
        match &response.body {
            Body::Empty => ContentPlan::Text(Piece::Fixed(Bytes::new())),
            Body::Text(text) => {
                ContentPlan::Text(self.gathering.piece(text, Purpose::ResponseBody, || whose("template")))
            }
            Body::Bucket(bucket) => ContentPlan::Bucket(bucket.clone()),
            Body::File(file) => {
                let typed = response.headers.iter().any(|header| header.name == header::CONTENT_TYPE);
                ContentPlan::File(Box::new(self.file(file, typed, whose)))
            }
        }
    }

    /// A file as content. `typed`: its name does not tell the type.
    pub(super) fn file(&mut self, file: &FileBody, typed: bool, whose: impl Fn(&str) -> String) -> FilePlan {
        let source = &file.path.source;
        let path = match self.gathering.piece(&file.path, Purpose::Value, || whose("file path")) {
            Piece::Fixed(_) => PathPlan::Fixed(resolve(self.folder, source)),
            Piece::Template(template) => {
                let within = fixed_folder(source).map(|folder| resolve(self.folder, folder));
                PathPlan::Rendered { template, folder: self.folder.to_owned(), within }
            }
        };
        let instead = file.instead.as_ref();
        FilePlan {
            path,
            templated: file.templated,
            attachment: file.attachment,
            typed,
            instead: instead.map(|text| self.gathering.piece(text, Purpose::ResponseBody, || whose("template"))),
        }
    }

    /// The answer, where it is the same each time.
    pub(super) fn ready(&self, response: &Response, headers: &HeadersPlan, content: &ContentPlan) -> Option<Ready> {
        let ContentPlan::Text(Piece::Fixed(body)) = content else { return None };
        // A status below 200 can't end an answer, which a request is told.
        if !headers.rendered.is_empty() || response.status.is_informational() {
            return None;
        }
        if self.environment.conventions.mockoon().is_none() {
            return Some(Ready { status: response.status, headers: headers.fixed.clone(), body: body.clone() });
        }
        let sent = express::text(response.status, (*headers.fixed).clone(), body.clone());
        Some(Ready { status: sent.status, headers: Arc::new(sent.headers), body: sent.body })
    }
}

/// What stands before the first expression, up to its last slash. Absent: no folder does.
fn fixed_folder(path: &str) -> Option<&str> {
    let plain = path.find(['{', '}']).map_or(path, |at| path.get(..at).unwrap_or_default());
    plain.rfind('/').and_then(|at| path.get(..=at))
}

/// A path from a folder, without the steps up and down in it; nothing is looked up.
pub(crate) fn resolve(folder: &Path, path: &str) -> PathBuf {
    let mut resolved = PathBuf::new();
    for component in folder.join(path).components() {
        match component {
            Component::ParentDir => drop(resolved.pop()),
            Component::CurDir => {}
            component => resolved.push(component),
        }
    }
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_resolved_without_looking() {
        let from = |path: &str| resolve(Path::new("/env"), path).display().to_string();
        assert_eq!(from("a/../b/./c.txt"), "/env/b/c.txt");
        assert_eq!(from("../../../etc"), "/etc");
        assert_eq!(from("/etc//x"), "/etc/x");
    }

    #[test]
    fn the_folder_before_an_expression_is_found() {
        assert_eq!(fixed_folder("a/b/x{{urlParam 'f'}}/c"), Some("a/b/"));
        assert_eq!(fixed_folder("{{a}}/b"), None);
    }
}
