//! A contract's items in words that change exactly when plugins would notice.

use std::collections::HashSet;

use wit_parser::{
    Function, FunctionKind, Handle, Interface, InterfaceId, PackageId, Resolve, Type, TypeDef, TypeDefKind, TypeId,
    TypeOwner, World, WorldItem, WorldKey,
};

use super::{Contract, Item};

/// Every item of a package.
pub(super) fn items(resolve: &Resolve, package: PackageId) -> Contract {
    let Some(package) = resolve.packages.get(package) else { return Contract::new() };
    let worlds: Vec<&World> = package.worlds.values().filter_map(|world| resolve.worlds.get(*world)).collect();
    let exported: HashSet<InterfaceId> =
        worlds.iter().flat_map(|world| world.exports.values()).filter_map(interface_of).collect();
    let shapes = Shapes { resolve };
    let mut contract = Contract::new();
    for (name, id) in &package.interfaces {
        if let Some(interface) = resolve.interfaces.get(*id) {
            shapes.interface(&mut contract, name, interface, exported.contains(id));
        }
    }
    for world in worlds {
        shapes.world(&mut contract, world);
    }
    contract
}

fn interface_of(item: &WorldItem) -> Option<InterfaceId> {
    match item {
        WorldItem::Interface { id, .. } => Some(*id),
        _ => None,
    }
}

struct Shapes<'r> {
    resolve: &'r Resolve,
}

// === impl Shapes ===

impl Shapes<'_> {
    fn interface(&self, contract: &mut Contract, name: &str, interface: &Interface, is_hook: bool) {
        let mut add = |name: String, shape: String, is_hook| contract.insert(name, Item { shape, is_hook });
        add(name.to_owned(), "an interface".to_owned(), false);
        for (item, id) in &interface.types {
            if let Some(definition) = self.resolve.types.get(*id) {
                add(format!("{name}.{item}"), self.definition(definition), false);
            }
        }
        for (item, function) in &interface.functions {
            add(format!("{name}.{}", self.function_name(item, function)), self.function(function), is_hook);
        }
    }

    /// What a world imports and exports. A world may import more later: plugins that do not use it do not notice.
    fn world(&self, contract: &mut Contract, world: &World) {
        let imports = world.imports.iter().map(|item| ("import", item));
        let exports = world.exports.iter().map(|item| ("export", item));
        for (way, (key, item)) in imports.chain(exports) {
            let name = format!("world {}: {way} {}", world.name, self.key(key));
            let shape = match item {
                WorldItem::Interface { .. } => "an interface".to_owned(),
                WorldItem::Function(function) => self.function(function),
                WorldItem::Type { id, .. } => {
                    self.resolve.types.get(*id).map_or_else(String::new, |definition| self.definition(definition))
                }
            };
            contract.insert(name, Item { shape, is_hook: false });
        }
    }

    fn key(&self, key: &WorldKey) -> String {
        match key {
            WorldKey::Name(name) => name.clone(),
            WorldKey::Interface(id) => {
                self.resolve.interfaces.get(*id).and_then(|interface| interface.name.clone()).unwrap_or_default()
            }
        }
    }

    /// `write`, or `line.end` for a resource's function.
    fn function_name(&self, item: &str, function: &Function) -> String {
        match function.kind.resource() {
            Some(resource) => {
                let short = item.rsplit(['.', ']']).next().unwrap_or(item);
                let short = if matches!(function.kind, FunctionKind::Constructor(_)) { "constructor" } else { short };
                format!("{}.{short}", self.type_name(resource))
            }
            None => item.to_owned(),
        }
    }

    fn function(&self, function: &Function) -> String {
        let params: Vec<String> =
            function.params.iter().map(|param| format!("{}: {}", param.name, self.of(&param.ty))).collect();
        let result = function.result.as_ref().map_or_else(String::new, |result| format!(" -> {}", self.of(result)));
        let kind = match function.kind {
            FunctionKind::Static(_) => "static func",
            FunctionKind::AsyncFreestanding | FunctionKind::AsyncMethod(_) | FunctionKind::AsyncStatic(_) => {
                "async func"
            }
            _ => "func",
        };
        format!("{kind}({}){result}", params.join(", "))
    }

    fn type_name(&self, id: TypeId) -> String {
        let definition = self.resolve.types.get(id);
        definition.and_then(|definition| definition.name.clone()).unwrap_or_default()
    }

    /// A named type by its name and interface, since it has an item of its own; anything else by what it is.
    fn of(&self, ty: &Type) -> String {
        let Type::Id(id) = ty else { return format!("{ty:?}").to_lowercase() };
        let Some(definition) = self.resolve.types.get(*id) else { return String::new() };
        match (&definition.name, &definition.kind) {
            // `use` makes another name for one type: what counts is where it is from.
            (Some(_), TypeDefKind::Type(target @ Type::Id(_))) if !self.is_own_name(definition, target) => {
                self.of(target)
            }
            (Some(name), _) => match definition.owner {
                TypeOwner::Interface(interface) => {
                    let interface = self.resolve.interfaces.get(interface).and_then(|interface| interface.name.clone());
                    format!("{}.{name}", interface.unwrap_or_default())
                }
                _ => name.clone(),
            },
            (None, _) => self.definition(definition),
        }
    }

    /// Whether `type a = b` stands in the interface that `b` is from: a name of its own, not a `use`.
    fn is_own_name(&self, definition: &TypeDef, target: &Type) -> bool {
        let Type::Id(target) = target else { return true };
        self.resolve.types.get(*target).is_some_and(|target| target.owner == definition.owner)
    }

    fn definition(&self, definition: &TypeDef) -> String {
        let optional = |ty: &Option<Type>| ty.as_ref().map_or_else(|| "_".to_owned(), |ty| self.of(ty));
        match &definition.kind {
            TypeDefKind::Record(record) => {
                let fields: Vec<_> =
                    record.fields.iter().map(|field| format!("{}: {}", field.name, self.of(&field.ty))).collect();
                format!("record {{ {} }}", fields.join(", "))
            }
            TypeDefKind::Variant(variant) => {
                let cases: Vec<_> =
                    variant.cases.iter().map(|case| format!("{}({})", case.name, optional(&case.ty))).collect();
                format!("variant {{ {} }}", cases.join(", "))
            }
            TypeDefKind::Enum(cases) => format!("enum {{ {} }}", names(cases.cases.iter().map(|case| &case.name))),
            TypeDefKind::Flags(flags) => format!("flags {{ {} }}", names(flags.flags.iter().map(|flag| &flag.name))),
            TypeDefKind::Tuple(tuple) => {
                format!("tuple<{}>", tuple.types.iter().map(|ty| self.of(ty)).collect::<Vec<_>>().join(", "))
            }
            TypeDefKind::Option(ty) => format!("option<{}>", self.of(ty)),
            TypeDefKind::Result(result) => format!("result<{}, {}>", optional(&result.ok), optional(&result.err)),
            TypeDefKind::List(ty) => format!("list<{}>", self.of(ty)),
            TypeDefKind::Handle(Handle::Own(id)) => format!("own<{}>", self.type_name(*id)),
            TypeDefKind::Handle(Handle::Borrow(id)) => format!("borrow<{}>", self.type_name(*id)),
            TypeDefKind::Type(ty) => self.of(ty),
            // Nothing else is in the contract; if it comes, its kind is what is compared.
            other => other.as_str().to_owned(),
        }
    }
}

fn names<'n>(names: impl Iterator<Item = &'n String>) -> String {
    names.cloned().collect::<Vec<_>>().join(", ")
}
