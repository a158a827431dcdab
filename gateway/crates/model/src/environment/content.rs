//! Where the content of a response or a callback comes from.

use super::Text;
use crate::ids::BucketName;

/// The content of a response or a callback.
#[derive(Debug, Clone, Default)]
pub enum Body {
    /// None.
    #[default]
    Empty,
    /// This text.
    Text(Text),
    /// A file's.
    File(Box<FileBody>),
    /// The value of a bucket as it is: JSON, a string without quotes.
    Bucket(BucketName),
}

/// A file as content.
#[derive(Debug, Clone)]
pub struct FileBody {
    /// The file, relative to [`Environment::folder`](super::Environment::folder). A rendered path stays within the folder
    /// that stands before the first expression.
    pub path: Text,
    /// Whether its content is rendered, where it is of a type that may hold templates.
    pub templated: bool,
    /// Of a response: whether a browser is told to save it. Of a callback: whether it is sent as a form's file.
    pub attachment: bool,
    /// Answered with 404 where the file is missing. Absent: what says so, with the response's own status.
    pub instead: Option<Text>,
}

// === impl Body ===

impl Body {
    /// The text that it is. Absent: it is none.
    pub fn text(&self) -> Option<&Text> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// The templates that it is made with.
    pub fn templates(&self) -> impl Iterator<Item = &Text> {
        let (text, instead) = match self {
            Self::Text(text) => (Some(text), None),
            Self::File(file) => (Some(&file.path), file.instead.as_ref()),
            Self::Empty | Self::Bucket(_) => (None, None),
        };
        text.into_iter().chain(instead).filter(|text| text.templated)
    }
}

impl From<Option<Text>> for Body {
    fn from(text: Option<Text>) -> Self {
        text.map_or(Self::Empty, Self::Text)
    }
}
