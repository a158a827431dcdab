// Packs the locale data of @faker-js/faker into `locales.bin`, which the crate reads in place.
//
//   node pack.mjs FOLDER            writes ../src/data/locales.bin from FOLDER/node_modules/@faker-js/faker
//   node pack.mjs FOLDER --check    fails where that file is not what it would write
//
// Layout, all numbers little endian (`src/data.rs` reads it):
//
//   header   "FKR1", then u32: length of the texts, length of the nodes, reference to the root
//   texts    each once: length in bytes as LEB128, then UTF-8. Keys first, then by first use, English first
//   nodes    each once: u24 count, then the items of its kind
//
// A reference is a u32: the kind in the upper 4 bits, and below a value or an offset into texts or nodes.

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = '9.9.0';
const KIND = { nothing: 0, whole: 1, text: 2, texts: 3, items: 4, members: 5, number: 6 };

const [folder, flag] = process.argv.slice(2);
if (!folder) throw new Error('usage: node pack.mjs FOLDER [--check]');
const require = createRequire(join(resolve(folder), 'pack.js'));
const { version } = require('@faker-js/faker/package.json');
if (version !== VERSION) throw new Error(`@faker-js/faker is ${version}, not ${VERSION}`);
const { allFakers } = require('@faker-js/faker');

/** Bytes that grow. */
class Area {
  #parts = [];
  length = 0;

  push(bytes) {
    const at = this.length;
    this.#parts.push(bytes);
    this.length += bytes.length;
    return at;
  }

  bytes() {
    return Buffer.concat(this.#parts);
  }
}

const texts = new Area();
const nodes = new Area();
const textAt = new Map();
const nodeAt = new Map();

function little(value, size) {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntLE(value, 0, size);
  return bytes;
}

function leb128(value) {
  const bytes = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return Buffer.from([...bytes, value]);
}

function text(value) {
  let at = textAt.get(value);
  if (at === undefined) {
    if (!value.isWellFormed()) throw new Error(`half a character in ${JSON.stringify(value)}`);
    const bytes = Buffer.from(value);
    at = texts.push(Buffer.concat([leb128(bytes.length), bytes]));
    textAt.set(value, at);
  }
  return at;
}

function node(kind, count, parts) {
  const bytes = Buffer.concat([little(count, 3), ...parts]);
  const key = `${kind}:${bytes.toString('latin1')}`;
  if (!nodeAt.has(key)) nodeAt.set(key, nodes.push(bytes));
  return reference(kind, nodeAt.get(key));
}

function reference(kind, value) {
  if (value >= 2 ** 28) throw new Error(`${value} does not fit a reference`);
  return kind * 2 ** 28 + value;
}

function pack(value) {
  if (value === null) return reference(KIND.nothing, 0);
  if (typeof value === 'string') return reference(KIND.text, text(value));
  if (typeof value === 'number') return number(value);
  if (typeof value !== 'object') throw new Error(`a ${typeof value} in the data`);
  if (!Array.isArray(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    const parts = members.flatMap(([key, member]) => [little(text(key), 3), little(pack(member), 4)]);
    return node(KIND.members, members.length, parts);
  }
  const isTexts = value.every((item) => typeof item === 'string');
  const parts = value.map((item) => (isTexts ? little(text(item), 3) : little(pack(item), 4)));
  return node(isTexts ? KIND.texts : KIND.items, value.length, parts);
}

function number(value) {
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 28) return reference(KIND.whole, value);
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return node(KIND.number, 0, [bytes]);
}

/** Gives every key its place before any value: lookups then touch few pages. */
function keys(value) {
  if (value === null || typeof value !== 'object') return;
  if (!Array.isArray(value)) Object.keys(value).forEach(text);
  Object.values(value).forEach(keys);
}

// A faker's definitions are its locale's, then those of its fallbacks, already merged.
const names = Object.keys(allFakers).sort((a, b) => (b === 'en') - (a === 'en'));
const locales = Object.fromEntries(names.map((name) => [name, allFakers[name].rawDefinitions]));
keys(locales);
const root = pack(locales);
const header = [Buffer.from('FKR1'), little(texts.length, 4), little(nodes.length, 4), little(root, 4)];
const packed = Buffer.concat([...header, texts.bytes(), nodes.bytes()]);

const target = join(dirname(fileURLToPath(import.meta.url)), '../src/data/locales.bin');
if (flag === '--check') {
  if (!readFileSync(target).equals(packed)) throw new Error('locales.bin does not belong to the package');
} else {
  writeFileSync(target, packed);
}
console.log(`${names.length} locales, ${packed.length} bytes`);
