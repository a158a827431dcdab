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
  sed "s/^package wit_exports/package $package/" "$work/go/wit_exports/wit_exports.go" >"$to/$package/exports.go"
  rm -r "$work/go/wit_exports"
done
cp -r "$work"/go/ringback_gateway_* "$to"
# What goes out and in lies in memory of its own until the call's end, and nothing is pinned (`internal/wit/runtime`). The
# layer drops a request's handle when its call ends: no cleanup of the collector's, which took a tenth of a call.
sed -i \
  -e 's#"go.bytecodealliance.org/pkg/wit/#"ringback/internal/wit/#' -e '/^\/\/     local:plugin$/d' -e '/^\t"runtime"$/d' \
  -e '/runtime\.Pinner{}$/d' -e '/pinner := &syncExportPinner$/d' -e '/defer pinner\.Unpin()$/d' -e '/witRuntime\.Unpin()$/d' \
  -e 's/syncExportPinner\.Unpin()/witRuntime.Release()/' -e 's/Allocate(&staticPinner, /Static(/' \
  -e 's/Allocate(pinner, /Allocate(/' -e 's/pinner\.Pin(/witRuntime.Escape(/' \
  -e 's/\*witRuntime\.Handle$/witRuntime.Handle/' -e '/runtime\.AddCleanup(value/,/}, 0)$/d' \
  "$to"/ringback_gateway_*/*.go "$to"/*_exports/*.go
gofmt -w "$to"
