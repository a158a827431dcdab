//! The reference as Markdown: the hooks that a plugin exports first, then what it may import, then shared shapes; each
//! interface with its functions before its types, in the order of the file.

use std::{collections::HashSet, fmt::Write as _};

use wit_parser::{
    Docs, Function, Handle, Interface, InterfaceId, PackageId, Resolve, Type, TypeDef, TypeDefKind, TypeId, WorldItem,
};

const HEAD: &str = "\
<!-- Written by `cargo xtask wit-docs` from the comments in this folder: change those. -->

# The plugin contract

A plugin is a WebAssembly component that exports one or more *hooks* of this package and imports what it needs of the rest.
`ringback plugin new NAME --lang rust|js|python|go|c` makes a project with everything in it, and the folder `plugin-sdk/` says how
it goes on from there; this page is the contract itself, for whoever writes by hand or for another language.

Point a bindings generator at this folder and at a world of your own that names what the plugin uses:

```wit
package me:kyc;

world kyc {
  import ringback:gateway/buckets@VERSION;
  import ringback:gateway/log@VERSION;
  export ringback:gateway/responder@VERSION;
}
```

or at one of the worlds here, which import everything: what a compiled plugin does not use, its linker leaves out (JavaScript and
Python keep every import of the world, and would then be asked for grants that they don't need).

What needs a grant is linked only where the operator gave it, in `ringback.toml`: `[plugin.kyc]` with
`grants = { buckets = [\"applicants\"], callback-hosts = [\"localhost\"], secrets = [\"kyc-webhook\"], hosts = [\"api.example.com\"] }`. `ringback plugin
inspect FILE` prints the lines that a component needs.

";

/// Interfaces that need a grant, and the key that gives it.
const GRANTS: [(&str, &str); 3] = [("buckets", "buckets"), ("callbacks", "callback-hosts"), ("signer", "secrets")];

/// Writes the page. Absent: there is no such package.
pub(super) fn write(resolve: &Resolve, package: PackageId) -> Option<String> {
    let package = resolve.packages.get(package)?;
    let version = package.name.version.as_ref().map(ToString::to_string).unwrap_or_default();
    let worlds = package.worlds.values().filter_map(|world| resolve.worlds.get(*world));
    let exported: HashSet<InterfaceId> = worlds
        .flat_map(|world| world.exports.values())
        .filter_map(|item| match item {
            WorldItem::Interface { id, .. } => Some(*id),
            _ => None,
        })
        .collect();
    let mut page = Page { resolve, text: HEAD.replace("VERSION", &version) };
    page.docs(&package.docs, "");
    let (mut hooks, mut imports): (Vec<_>, Vec<_>) =
        package.interfaces.iter().partition(|(_, id)| exported.contains(*id));
    hooks.sort_unstable();
    imports.sort_unstable();
    page.index("What a plugin exports", &hooks);
    page.index("What a plugin imports", &imports);
    for (name, id) in hooks.into_iter().chain(imports) {
        page.interface(name, resolve.interfaces.get(*id)?);
    }
    Some(format!("{}\n", page.text.trim_end()))
}

struct Page<'r> {
    resolve: &'r Resolve,
    text: String,
}

// === impl Page ===

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn docs(&mut self, docs: &Docs, indent: &str) {
        let Some(contents) = &docs.contents else { return };
        for line in contents.trim().lines() {
            // Writing to a string does not fail.
            let _ = writeln!(self.text, "{indent}{}", line.trim_end());
        }
        self.text.push('\n');
    }

    fn index(&mut self, title: &str, interfaces: &[(&String, &InterfaceId)]) {
        self.line(&format!("## {title}\n"));
        self.line("| interface | is | needs a grant |");
        self.line("|---|---|---|");
        for (name, id) in interfaces {
            let docs = self.resolve.interfaces.get(**id).and_then(|interface| interface.docs.contents.as_deref());
            let first = docs.map(first_sentence).unwrap_or_default();
            let grant = GRANTS.iter().find(|(granted, _)| granted == &name.as_str());
            let grant = grant.map_or_else(|| "no".to_owned(), |(_, key)| format!("`{key}`"));
            self.line(&format!("| [`{name}`](#{name}) | {first} | {grant} |"));
        }
        self.text.push('\n');
    }

    fn interface(&mut self, name: &str, interface: &Interface) {
        self.line(&format!("## `{name}`\n"));
        self.docs(&interface.docs, "");
        let resources: Vec<TypeId> = interface
            .types
            .values()
            .copied()
            .filter(|id| matches!(self.kind(*id), Some(TypeDefKind::Resource)))
            .collect();
        for (item, function) in interface.functions.iter().filter(|(_, function)| function.kind.resource().is_none()) {
            self.function(item, function);
        }
        for (item, id) in &interface.types {
            let Some(definition) = self.resolve.types.get(*id) else { continue };
            if self.is_used_name(definition) {
                continue;
            }
            self.definition(item, definition);
            if resources.contains(id) {
                let methods = interface.functions.iter().filter(|(_, function)| function.kind.resource() == Some(*id));
                for (method, function) in methods {
                    let short = method.rsplit(['.', ']']).next().unwrap_or(method);
                    self.function(&format!("{item}.{short}"), function);
                }
            }
        }
    }

    fn function(&mut self, name: &str, function: &Function) {
        let own = function.kind.resource().is_some();
        let parameters: Vec<String> = function
            .params
            .iter()
            .skip(usize::from(own))
            .map(|parameter| format!("{}: {}", parameter.name, self.of(&parameter.ty)))
            .collect();
        let result = function.result.as_ref().map_or_else(String::new, |result| format!(" -> {}", self.of(result)));
        self.line(&format!("#### `{name}({}){result}`\n", parameters.join(", ")));
        self.docs(&function.docs, "");
    }

    fn definition(&mut self, name: &str, definition: &TypeDef) {
        let kind = match &definition.kind {
            TypeDefKind::Type(of) => format!(" = {}", self.of(of)),
            _ => String::new(),
        };
        self.line(&format!("#### {} `{name}{kind}`\n", definition.kind.as_str()));
        self.docs(&definition.docs, "");
        match &definition.kind {
            TypeDefKind::Record(record) => {
                let rows = record.fields.iter().map(|field| (field.name.clone(), self.of(&field.ty), &field.docs));
                self.table("field", &rows.collect::<Vec<_>>());
            }
            TypeDefKind::Variant(variant) => {
                let of = |ty: &Option<Type>| ty.as_ref().map_or_else(String::new, |ty| self.of(ty));
                let rows = variant.cases.iter().map(|case| (case.name.clone(), of(&case.ty), &case.docs));
                self.table("case", &rows.collect::<Vec<_>>());
            }
            TypeDefKind::Enum(cases) => {
                let rows = cases.cases.iter().map(|case| (case.name.clone(), String::new(), &case.docs));
                self.table("case", &rows.collect::<Vec<_>>());
            }
            _ => {}
        }
    }

    fn table(&mut self, what: &str, rows: &[(String, String, &Docs)]) {
        self.line(&format!("| {what} | type | |"));
        self.line("|---|---|---|");
        for (name, ty, docs) in rows {
            let docs = docs.contents.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
            let ty = if ty.is_empty() { String::new() } else { format!("`{ty}`") };
            self.line(&format!("| `{name}` | {ty} | {} |", docs.replace('|', "\\|")));
        }
        self.text.push('\n');
    }

    fn kind(&self, id: TypeId) -> Option<&TypeDefKind> {
        self.resolve.types.get(id).map(|definition| &definition.kind)
    }

    /// Whether a name is there only because of a `use`.
    fn is_used_name(&self, definition: &TypeDef) -> bool {
        let TypeDefKind::Type(Type::Id(target)) = definition.kind else { return false };
        self.resolve.types.get(target).is_some_and(|target| target.owner != definition.owner)
    }

    fn of(&self, ty: &Type) -> String {
        let Type::Id(id) = ty else { return format!("{ty:?}").to_lowercase() };
        let Some(definition) = self.resolve.types.get(*id) else { return String::new() };
        if let Some(name) = &definition.name {
            return name.clone();
        }
        let optional = |ty: &Option<Type>| ty.as_ref().map_or_else(|| "_".to_owned(), |ty| self.of(ty));
        match &definition.kind {
            TypeDefKind::Option(of) => format!("option<{}>", self.of(of)),
            TypeDefKind::List(of) => format!("list<{}>", self.of(of)),
            TypeDefKind::Result(result) => match (&result.ok, &result.err) {
                (ok, None) => format!("result<{}>", optional(ok)),
                (ok, err) => format!("result<{}, {}>", optional(ok), optional(err)),
            },
            TypeDefKind::Tuple(tuple) => {
                format!("tuple<{}>", tuple.types.iter().map(|ty| self.of(ty)).collect::<Vec<_>>().join(", "))
            }
            TypeDefKind::Handle(Handle::Own(id)) => self.of(&Type::Id(*id)),
            TypeDefKind::Handle(Handle::Borrow(id)) => format!("borrow<{}>", self.of(&Type::Id(*id))),
            other => other.as_str().to_owned(),
        }
    }
}

fn first_sentence(docs: &str) -> String {
    let line = docs.split("\n\n").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    line.split_inclusive(". ").next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interface_is_told_with_its_functions_types_and_comments() {
        let mut resolve = Resolve::default();
        let text = "package a:b@0.1.0;\n/// Does it. And more.\ninterface does {\n  /// A thing | or two.\n  record thing {\n    \
                    /// Its size.\n    size: option<u32>,\n  }\n  /// Makes one.\n  make: func(of: list<thing>) -> result<thing, string>;\n}\n\
                    world w { export does; }\n";
        let package = resolve.push_str("b.wit", text).unwrap();
        let page = write(&resolve, package).unwrap();
        assert!(page.contains("| [`does`](#does) | Does it. | no |"), "{page}");
        assert!(page.contains("#### `make(of: list<thing>) -> result<thing, string>`\n\nMakes one.\n"), "{page}");
        assert!(page.contains("#### record `thing`\n\nA thing | or two.\n"), "{page}");
        assert!(page.contains("| `size` | `option<u32>` | Its size. |"), "{page}");
        assert!(page.contains("import ringback:gateway/log@0.1.0;"), "{page}");
    }
}
