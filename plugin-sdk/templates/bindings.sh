#!/bin/sh
# Makes the generated bindings of the Go and C templates anew, after a change of the contract. Not a part of any template.
# Needs wit-bindgen: cargo install wit-bindgen-cli --version =0.61.1 --no-default-features --features c,go
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# C: the imports and their types. The hooks are in ringback.h: they depend on what an author implements.
wit-bindgen c "$here/../../wit" --world imports --no-object-file --rename-world ringback_gateway --out-dir "$work/c" >/dev/null 2>&1
cp "$work/c/ringback_gateway.h" "$here/c/ringback/"
# `ringback plugin build` tells the world from the hooks, so no object file says it.
sed '/^\/\/ Ensure that the \*_component_type.o object/,$d' "$work/c/ringback_gateway.c" >"$here/c/ringback/ringback_gateway.c"

# Go: one world a hook, so that a plugin exports the hooks whose packages it imports, and no other.
mkdir -p "$work/wit/deps"
cp -r "$here/../../wit" "$work/wit/deps/gateway"
{
  echo 'package local:plugin;'
  for hook in configuration responder callback-policy body-stream; do
    echo "world $hook { include ringback:gateway/imports@0.1.0; export ringback:gateway/$hook@0.1.0; }"
  done
} >"$work/wit/worlds.wit"
to="$here/go/ringback/internal/wit"
mkdir -p "$to"
rm -rf "$to"/ringback_gateway_* "$to"/*_exports
for hook in configuration responder callback-policy body-stream; do
  wit-bindgen go "$work/wit" --world "$hook" --pkg-name ringback/internal/wit --out-dir "$work/go" >/dev/null 2>&1
  package=$(echo "$hook" | tr - _)_exports
  mkdir -p "$to/$package"
  # The values of a call live until its results are taken (`internal/wit/runtime`).
  sed -e "s/^package wit_exports/package $package/" -e 's/^\tsyncExportPinner.Unpin()/&\n\twitRuntime.Release()/' \
    "$work/go/wit_exports/wit_exports.go" >"$to/$package/exports.go"
  rm -r "$work/go/wit_exports"
done
cp -r "$work"/go/ringback_gateway_* "$to"
find "$to" -name '*.go' -exec sed -i -e 's#"go.bytecodealliance.org/pkg/wit/#"ringback/internal/wit/#' -e '/^\/\/     local:plugin$/d' {} +
gofmt -w "$to"
