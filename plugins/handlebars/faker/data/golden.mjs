// Writes what Faker itself gives, for `src/golden.rs` to compare with.
//
//   node golden.mjs FOLDER            writes ../tests/golden.tsv from FOLDER/node_modules/@faker-js/faker
//   node golden.mjs FOLDER --check    fails where that file is not what it would write
//   node golden.mjs FOLDER --all OUT  writes OUT: every locale, more seeds
//
// A line `# LOCALE SEED` seeds the generator anew before each of the lines below it: method, arguments as JSON, result,
// and `number.int(999)` right after the call, which shows that the call made as many draws. The time is always the same.
// A result is JSON, or `undefined`, `@MS` for a date, `99n` for a BigInt, `!` for Faker's own error, and `!` with the
// message for another.

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { variants } from './variants.mjs';

const NOW_MS = 1_795_248_104_123;
const SEEDS = [1, 42, 20_261];
const LOCALES = ['base', 'en', 'de', 'fr', 'ru', 'ja', 'zh_CN', 'ar', 'pt_BR', 'cs_CZ', 'he', 'th'];

const [folder, flag, out] = process.argv.slice(2);
if (!folder) throw new Error('usage: node golden.mjs FOLDER [--check | --all OUT]');
const require = createRequire(join(resolve(folder), 'golden.js'));
const { FakerError, allFakers } = require('@faker-js/faker');
console.warn = () => {};

/** The names of all methods, `module.method`. */
function methods() {
  const names = [];
  for (const [module, value] of Object.entries(allFakers.en)) {
    if (typeof value !== 'object' || /^_|efinitions$/.test(module)) continue;
    const own = Object.getOwnPropertyNames(value);
    names.push(...own.filter((name) => typeof value[name] === 'function').map((name) => `${module}.${name}`));
  }
  return names;
}

function encode(value) {
  if (value === undefined) return 'undefined';
  if (value instanceof Date) return `@${value.getTime()}`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(encode).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${encode(member)}`).join(',')}}`;
}

function line(faker, seed, name, args) {
  const [module, method] = name.split('.');
  faker.seed(seed);
  let result;
  try {
    result = encode(faker[module][method](...structuredClone(args)));
  } catch (error) {
    result = error instanceof FakerError ? '!' : `!${error.message}`;
  }
  return [name, JSON.stringify(args), result, faker.number.int(999)].join('\t');
}

const names = methods();
const lines = [];
const isAll = flag === '--all';
const locales = isAll ? Object.keys(allFakers) : LOCALES;
for (const locale of locales) {
  const faker = allFakers[locale];
  faker.setDefaultRefDate(NOW_MS);
  const seeds = isAll ? Array.from({ length: 20 }, (_, index) => index * 7919) : locale === 'en' ? SEEDS : SEEDS.slice(1, 2);
  for (const seed of seeds) {
    lines.push(`# ${locale} ${seed}`);
    for (const name of names) lines.push(line(faker, seed, name, []));
    if (locale !== 'en' && !isAll) continue;
    for (const [name, list] of Object.entries(variants)) {
      for (const args of list) lines.push(line(faker, seed, name, args));
    }
  }
}

const text = `${lines.join('\n')}\n`;
const target = isAll ? out : join(dirname(fileURLToPath(import.meta.url)), '../tests/golden.tsv');
if (flag === '--check') {
  if (readFileSync(target, 'utf8') !== text) throw new Error('golden.tsv is not what the package gives');
} else {
  writeFileSync(target, text);
}
console.log(`${lines.length} lines, ${Buffer.byteLength(text)} bytes`);
