//! What a template's text consists of.

use std::ops::Range;

use crate::{syntax::ast::Strip, value::Text};

/// A token and its bytes in the source.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub kind: Kind,
    pub span: Range<usize>,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Content(Text),
    Comment(StripFlags),
    /// `{{`, `{{&` (unescaped), `{{*` (decorator).
    Open {
        strip: bool,
        unescaped: bool,
        decorator: bool,
    },
    OpenUnescaped {
        strip: bool,
    },
    OpenBlock {
        strip: bool,
        decorator: bool,
    },
    OpenInverse {
        strip: bool,
    },
    /// `{{else` with something behind it.
    OpenElse {
        strip: bool,
    },
    /// `{{else}}`, `{{^}}`.
    Else(StripFlags),
    OpenEnd {
        strip: bool,
    },
    OpenPartial {
        strip: bool,
    },
    OpenPartialBlock {
        strip: bool,
    },
    OpenRaw,
    CloseRaw,
    /// `{{{{/name}}}}`.
    EndRaw(Text),
    Close {
        strip: bool,
    },
    CloseUnescaped {
        strip: bool,
    },
    OpenCall,
    CloseCall,
    Equals,
    Separator,
    Data,
    Id(Text),
    /// `[a name]`, brackets off.
    BracketId(Text),
    String(Text),
    Number(f64),
    Bool(bool),
    Undefined,
    Null,
    OpenParams,
    CloseParams,
    End,
}

/// Both tildes of a tag that is one token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct StripFlags {
    pub open: bool,
    pub close: bool,
}

impl From<StripFlags> for Strip {
    fn from(flags: StripFlags) -> Self {
        Self { open: flags.open, close: flags.close }
    }
}
