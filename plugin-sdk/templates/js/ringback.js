// What a plugin in JavaScript writes against: the gateway's interfaces as plain JavaScript.
//
// Every interface is optional: it is there when `wit/world.wit` imports it, and what needs it says so when it is not.
// Hooks are synchronous (nothing runs after a call has returned, so there is nothing to await): see `schedule`.
// Types are JSDoc, so an editor and `tsc --checkJs` know them. In a unit test, `ringback.testing.js` plays the gateway.

/**
 * @typedef {Record<string, string | string[]> | [string, string][]} Headers Names in any case; a list repeats a field.
 * @typedef {{ headers?: Headers, json?: unknown, text?: string, bytes?: Uint8Array }} Content
 *   One of `json`, `text` and `bytes`, or none. `json` and an answer's `text` bring a `content-type` if there is none.
 * @typedef {Content & { status?: number, file?: string, stream?: number }} Answer
 *   `file`: a path in the folder that the operator granted. `stream`: a number for the `body-stream` hook. Status: 200.
 * @typedef {Content & { method?: string, url: string }} Outgoing `method`: `POST` unless it says otherwise.
 * @typedef {number | string} Duration Milliseconds, or `"250ms"`, `"1.5s"`, `"2m"`, `"1h"`, `"3d"`.
 * @typedef {{ name?: string, delay?: Duration, orderingKey?: string, idempotencyKey?: string }} Options
 * @typedef {Outgoing & Options & { policy?: string }} Callback
 *   `name`: in the journal, `callback` unless it says otherwise. `delay`: from when the answer leaves, 0 if absent.
 * @typedef {string | (string | number)[]} Path `"items.0.id"`, or a list of names, where a dot is a dot. `""`: all.
 * @typedef {{ message: string, path?: string, span?: [number, number], help?: string }} Diagnostic
 *   `path`: a JSON Pointer into the configuration.
 */

/** @param {() => Promise<any>} load */
const optional = async (load) => {
  try {
    return await load();
  } catch {
    return undefined;
  }
};

/**
 * The interfaces that the world imports, as the bindings have them: `host.clock.now()`. Others are undefined.
 * @type {Record<string, any>}
 */
export const host = {
  buckets: await optional(() => import("ringback:gateway/buckets@0.1.0")),
  callbacks: await optional(() => import("ringback:gateway/callbacks@0.1.0")),
  clock: await optional(() => import("ringback:gateway/clock@0.1.0")),
  config: await optional(() => import("ringback:gateway/config@0.1.0")),
  log: await optional(() => import("ringback:gateway/log@0.1.0")),
  random: await optional(() => import("ringback:gateway/random@0.1.0")),
  signer: await optional(() => import("ringback:gateway/signer@0.1.0")),
  templates: await optional(() => import("ringback:gateway/templates@0.1.0")),
  upstream: await optional(() => import("ringback:gateway/upstream@0.1.0")),
};

/** What the gateway refused. `kind` is the contract's word for why: `no-such-path`, `denied`, `no-such-secret`. */
export class GatewayError extends Error {
  /** @param {string} kind @param {string} message */
  constructor(kind, message) {
    super(message);
    this.name = "GatewayError";
    this.kind = kind;
  }
}

/**
 * Calls a function of the gateway, and turns its error into an exception that says why.
 * @param {string} name @param {string} method @param {unknown[]} args
 */
const ask = (name, method, ...args) => {
  const from = host[name];
  if (!from) {
    const line = `import ringback:gateway/${name}@0.1.0;`;
    throw new Error(`this plugin's world does not import \`${name}\`; add \`${line}\` to wit/world.wit`);
  }
  try {
    return from[method](...args);
  } catch (/** @type {any} */ error) {
    const why = error?.payload;
    if (why === undefined) throw error;
    throw new GatewayError(why.tag ?? "failed", why.val?.message ?? why.val ?? why.message ?? why.tag);
  }
};

// --- hooks ---

/** The request that a call is about. It speaks during that call only. */
export class Request {
  #handle;
  #head;

  /** @param {any} head @param {any} handle */
  constructor(head, handle) {
    this.#head = head;
    this.#handle = handle;
    /** The request's id, as in the journal. @type {string} */
    this.id = head.id;
    /** Upper case: `POST`. @type {string} */
    this.method = head.method;
    /** As sent, without the query: `/orders/1%2F2`. @type {string} */
    this.path = head.path;
    /** What the route's path captured, decoded. @type {Record<string, string>} */
    this.params = named(head.params);
    /** The name of the route. @type {string} */
    this.route = head.route;
    /** The session: `default` unless the request names another. @type {string} */
    this.session = head.session;
    /** How many requests this route has answered in this session, this one included. @type {number} */
    this.number = head.number;
  }

  /** When the gateway received it. @returns {Date} */
  get received() {
    return new Date(this.#head.received / 1000);
  }

  /** The query as sent, without `?`; undefined where there is none. @returns {string | undefined} */
  get search() {
    return this.#head.query ?? undefined;
  }

  /** The query's fields, decoded; of a repeated one the last. @returns {Record<string, string>} */
  get query() {
    const decode = (/** @type {string} */ text) => decodeText(text.replaceAll("+", " "));
    /** @type {[string, string][]} */
    const pairs = [];
    for (const field of (this.search ?? "").split("&").filter(Boolean)) {
      const [name, ...value] = field.split("=");
      pairs.push([decode(name), decode(value.join("="))]);
    }
    return named(pairs);
  }

  /** A header field's value; undefined where there is none. @param {string} name @returns {string | undefined} */
  header(name) {
    if (name.toLowerCase() === "content-type") return this.#head.contentType ?? undefined;
    return this.#open.header(name) ?? undefined;
  }

  /** Every header field, in the order received. @returns {[string, string][]} */
  headers() {
    return this.#open.headers().map((/** @type {any} */ { name, value }) => [name, value]);
  }

  /** The body as bytes. @returns {Uint8Array} */
  bytes() {
    return this.#open.body();
  }

  /** The body as text. @returns {string} */
  text() {
    return this.#open.text();
  }

  /** The body as JSON; throws a `SyntaxError` where it is none. @returns {any} */
  json() {
    return JSON.parse(this.text());
  }

  /** Under which the client reaches the gateway: `http://localhost:3000`. @returns {string} */
  get origin() {
    return this.#open.origin();
  }

  /** The client's address, without port. @returns {string} */
  get client() {
    return this.#open.client();
  }

  /** Gives the gateway's handle back, when the call has ended. */
  [Symbol.dispose]() {
    this.#handle[Symbol.dispose]?.();
    this.#handle = undefined;
  }

  get #open() {
    if (this.#handle) return this.#handle;
    throw new Error("the request has been answered; what a later call needs of it must be read before");
  }
}

/**
 * The `responder` hook: `export const responder = respond((req) => ({ status: 200, json: { ok: true } }));`
 * @param {(request: Request) => Answer} handle What it throws is answered as 500, and dropped are all its changes.
 */
export const respond = (handle) => ({
  /** @param {any} head @param {any} request */
  respond(head, request) {
    const req = new Request(head, request);
    try {
      return answer(settled(handle(req)));
    } catch (error) {
      throw failure(error);
    } finally {
      req[Symbol.dispose]();
    }
  },
});

/**
 * The `configuration` hook: `export const configuration = configure((config) => [{ message, path: "/key" }]);`
 * @param {(config: any) => Diagnostic[] | undefined} check Any diagnostic keeps the plugin from being loaded.
 */
export const configure = (check) => ({
  /** @param {string} text */
  configure(text) {
    /** @type {any[]} */
    let found;
    try {
      found = settled(check(JSON.parse(text))) ?? [];
    } catch (error) {
      const { message, detail } = failure(error);
      if (host.log) log.error(message, { detail });
      found = [{ message }];
    }
    if (found.length)
      throw found.map(({ message, path = null, span = null, help = null }) => ({ message, path, span, help }));
  },
});

/**
 * The `callback-policy` hook. `plan` makes the request of an attempt, `decide` says what its outcome means. Attempts
 * are counted from 1.
 * @param {object} hooks
 * @param {(callback: any, attempt: number) => Outgoing} hooks.plan `callback.request` is an outgoing request itself.
 * @param {(callback: any, attempt: number, outcome: { answered?: Reply, timedOut?: true, failed?: string }) =>
 *   "done" | { retry: Duration } | { giveUp: string } | { then: Callback[] }} hooks.decide
 */
export const callbackPolicy = ({ plan, decide }) => {
  const known = (/** @type {any} */ { request, due, settings, ...rest }) => ({
    ...rest,
    due: new Date(due / 1000),
    settings: JSON.parse(settings),
    request: {
      method: request.method,
      url: request.url,
      headers: request.headers.map((/** @type {any} */ { name, value }) => [name, value]),
      [request.body.tag]: request.body.val,
    },
  });
  return {
    /** @param {any} callback @param {number} attempt */
    plan(callback, attempt) {
      try {
        return outgoing(settled(plan(known(callback), attempt)));
      } catch (error) {
        throw failure(error);
      }
    },
    /** @param {any} callback @param {number} attempt @param {{ tag: string, val?: any }} outcome */
    decide(callback, attempt, { tag, val }) {
      const told =
        tag === "answered" ? { answered: new Reply(val) } : tag === "failed" ? { failed: val } : { timedOut: true };
      const decided = /** @type {any} */ (settled(decide(known(callback), attempt, /** @type {any} */ (told))));
      if (decided.retry !== undefined) return { tag: "retry", val: micros(decided.retry) };
      if (decided.giveUp !== undefined) return { tag: "give-up", val: decided.giveUp };
      if (decided.then)
        return {
          tag: "then",
          val: decided.then.map((/** @type {Callback} */ next) => [outgoing(next), options(next)]),
        };
      return { tag: "done" };
    },
  };
};

// --- answers ---

/** An answer of JSON. @param {unknown} value @param {number} status @param {Headers} headers @returns {Answer} */
export const json = (value, status = 200, headers = {}) => ({ status, headers, json: value });

/** An answer of text. @param {string} value @param {number} status @param {Headers} headers @returns {Answer} */
export const text = (value, status = 200, headers = {}) => ({ status, headers, text: value });

/** An answer without content. @param {number} status @param {Headers} headers @returns {Answer} */
export const empty = (status = 204, headers = {}) => ({ status, headers });

// --- the gateway ---

/** A bucket of the gateway: a JSON document. Values go in and come out as JavaScript values. @param {string} name */
export const bucket = (name) => ({
  /** The value at a path; undefined where there is nothing. @param {Path} path @returns {any} */
  get(path = "") {
    const found = ask("buckets", "get", name, pathText(path));
    return found == null ? undefined : JSON.parse(found);
  },
  /** Puts a value at a path. @param {Path} path @param {unknown} value @returns {void} */
  set: (path, value) => ask("buckets", "set", name, pathText(path), jsonText(value)),
  /** Appends a value to the array at a path. @param {Path} path @param {unknown} value @returns {void} */
  push: (path, value) => ask("buckets", "push", name, pathText(path), jsonText(value)),
  /** Copies members into the object at a path. @param {Path} path @param {object} value @returns {void} */
  merge: (path, value) => ask("buckets", "merge", name, pathText(path), jsonText(value)),
  /** Adds to the number at a path. @param {Path} path @param {number} by @returns {number} the sum */
  inc: (path, by = 1) => ask("buckets", "inc", name, pathText(path), by),
  /** Removes the member or element at a path. @param {Path} path @returns {void} */
  del: (path) => ask("buckets", "del", name, pathText(path)),
});

/**
 * Has the gateway send a request later, once this call's changes are committed.
 * @param {Callback} callback
 * @returns {string} its id
 * @throws {GatewayError} of kind `invalid`, `denied` or `too-many`
 */
export const schedule = (callback) => ask("callbacks", "schedule", outgoing(callback), options(callback));

/** Stops a callback. @param {string} id @returns {boolean} whether there was one that is not settled */
export const cancel = (id) => ask("callbacks", "cancel", id);

/**
 * The callbacks of this session that are not settled.
 * @returns {{ id: string, name: string, due: Date, attempts: number }[]}
 */
export const pending = () =>
  ask("callbacks", "listPending").map((/** @type {any} */ found) => ({ ...found, due: new Date(found.due / 1000) }));

/** The gateway's time, which stands still during a call. `new Date()` is the same. */
export const clock = {
  /** @returns {Date} */
  now: () => new Date(clock.micros() / 1000),
  /** Whole seconds since 1970. @returns {number} */
  seconds: () => Math.floor(clock.micros() / 1e6),
  /** Microseconds since 1970. @returns {number} */
  micros: () => ask("clock", "now"),
};

/** Random numbers that repeat with the gateway's seed. Not for keys. `Math.random()` draws from them too. */
export const random = {
  /** From 0 up to, but not including, 1. @returns {number} */
  number: () => Math.min(Math.floor(ask("random", "next") / 2048), 2 ** 53 - 1) / 2 ** 53,
  /** A whole number, both ends included. @param {number} from @param {number} to @returns {number} */
  int: (from, to) => from + Math.floor(random.number() * (to - from + 1)),
  /** One of a list. @template T @param {T[]} list @returns {T} */
  pick: (list) => list[random.int(0, list.length - 1)],
  /** A version 4 UUID. @returns {string} */
  uuid: () =>
    "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, (place) =>
      (place === "x" ? random.int(0, 15) : random.int(8, 11)).toString(16),
    ),
};

const write =
  (/** @type {string} */ level) =>
  /** @param {string} message @param {Record<string, unknown>} fields */
  (message, fields = {}) =>
    ask(
      "log",
      "write",
      level,
      message,
      Object.entries(fields).map(([name, value]) => [name, shown(value)]),
    );

/** Lines in the gateway's log: `log.info("applicant accepted", { id })`. */
export const log = {
  trace: write("trace"),
  debug: write("debug"),
  info: write("info"),
  warn: write("warn"),
  error: write("error"),
};

/**
 * Signatures with a secret that the operator granted by name: `hex(sign.hmacSha256("kyc-webhook", body))`.
 * Each takes the secret's name and a text or bytes.
 */
export const sign = {
  hmacSha256: (/** @type {string} */ secret, /** @type {string | Uint8Array} */ message) =>
    signed("hmac-sha256", secret, message),
  hmacSha512: (/** @type {string} */ secret, /** @type {string | Uint8Array} */ message) =>
    signed("hmac-sha512", secret, message),
  hmacSha1: (/** @type {string} */ secret, /** @type {string | Uint8Array} */ message) =>
    signed("hmac-sha1", secret, message),
  ed25519: (/** @type {string} */ secret, /** @type {string | Uint8Array} */ message) =>
    signed("ed25519", secret, message),
};

/** @param {string} algorithm @param {string} secret @param {string | Uint8Array} message @returns {Uint8Array} */
const signed = (algorithm, secret, message) =>
  ask("signer", "sign", algorithm, secret, typeof message === "string" ? utf8.encode(message) : message);

/** @type {{ from?: unknown, table?: any }} */
const read = {};

/** The plugin's own table in ringback.toml; `{}` where there is none. @returns {any} */
export const config = () => {
  // It is the same for as long as an instance lives.
  if (read.from !== host.config || !read.table)
    Object.assign(read, { table: JSON.parse(ask("config", "table")), from: host.config });
  return read.table;
};

/**
 * Renders a template of the plugin's own.
 * @param {string} source @param {object} data @param {string} renderer
 * @returns {string}
 */
export const render = (source, data = {}, renderer = "handlebars") =>
  ask("templates", "render", renderer, source, jsonText(data));

/** What another server answered. It can be given on as an answer: `{ status, headers, bytes }`. */
export class Reply {
  /** @param {{ status: number, headers: { name: string, value: string }[], body: Uint8Array }} raw */
  constructor(raw) {
    this.status = raw.status;
    /** @type {[string, string][]} */
    this.headers = raw.headers.map(({ name, value }) => [name, value]);
    this.bytes = raw.body;
  }

  /** A header field's value; undefined where there is none. @param {string} name @returns {string | undefined} */
  header(name) {
    return this.headers.find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1];
  }

  /** The body as text. @returns {string} */
  text() {
    return utf8.decode(this.bytes);
  }

  /** The body as JSON. @returns {any} */
  json() {
    return JSON.parse(this.text());
  }
}

/** Other servers, asked while the client waits. */
export const upstream = {
  /** Passes this request on to the route's upstream. @returns {Reply} */
  forward: () => new Reply(ask("upstream", "forward")),
  /** Sends a request to a granted host; `GET` unless it says otherwise. @param {Outgoing} request @returns {Reply} */
  fetch: (request) => new Reply(ask("upstream", "fetch", outgoing({ method: "GET", ...request }))),
};

// --- bytes ---

/** UTF-8, which QuickJS has no `TextEncoder` for. */
export const utf8 = {
  /** @param {string} text @returns {Uint8Array} */
  encode: (text) => Uint8Array.from(unescape(encodeURIComponent(text.toWellFormed())), (char) => char.charCodeAt(0)),
  /** Bytes that are not UTF-8 become U+FFFD. @param {Uint8Array} bytes @returns {string} */
  decode: (bytes) => decodeText(Array.from(bytes, (byte) => `%${hex([byte])}`).join("")),
};

/** Bytes as lower-case hexadecimal. @param {Iterable<number>} bytes @returns {string} */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Bytes as base64. @param {Iterable<number>} bytes @returns {string} */
export const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

/** @param {string} escaped */
const decodeText = (escaped) => {
  try {
    return decodeURIComponent(escaped);
  } catch {
    // What is not UTF-8 is replaced, a run of escapes at a time, longest first.
    return escaped.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
      let decoded = "";
      for (let at = 0; at < run.length;) {
        const piece = [12, 9, 6, 3].map((length) => run.slice(at, at + length)).find(isUtf8);
        decoded += piece ? decodeURIComponent(piece) : "\ufffd";
        at += piece?.length ?? 3;
      }
      return decoded;
    });
  }
};

/** @param {string} escapes */
const isUtf8 = (escapes) => {
  try {
    return decodeURIComponent(escapes) !== "";
  } catch {
    return false;
  }
};

// --- crossing over ---

/** @template T @param {T} value @returns {T} */
const settled = (value) => {
  if (typeof (/** @type {any} */ (value)?.then) === "function") {
    throw new TypeError("a hook returned a promise; hooks are synchronous, write it without `async`");
  }
  return value;
};

/** @param {any} error What was thrown; anything can be. */
const failure = (error) => {
  if (!(error instanceof Error)) return { message: shown(error), detail: null };
  const stack = error.stack ?? "";
  const title = `${error.name}: ${error.message}`;
  return { message: error.message || error.name, detail: stack.startsWith(error.name) ? stack : `${title}\n${stack}` };
};

/** @param {Answer} given */
const answer = (given) => {
  if (typeof given !== "object" || given === null) {
    throw new TypeError(`a responder returns an object such as { status: 200, json: {} }, not ${shown(given)}`);
  }
  const { status = 200, file, stream } = given;
  if (!(Number.isInteger(status) && status >= 0 && status <= 999)) throw new TypeError(`${shown(status)} is no status`);
  if (file !== undefined) return { status, headers: fields(given.headers), body: { tag: "file", val: file } };
  if (stream !== undefined) return { status, headers: fields(given.headers), body: { tag: "streamed", val: stream } };
  return { status, ...content(given, "text/plain; charset=utf-8") };
};

/** @param {Outgoing} given */
const outgoing = (given) => ({ method: given.method ?? "POST", url: String(given.url), ...content(given) });

/** @param {Callback} given */
const options = (given) => ({
  name: given.name ?? "callback",
  delay: micros(given.delay ?? 0),
  orderingKey: given.orderingKey ?? null,
  idempotencyKey: given.idempotencyKey ?? null,
  policy: given.policy ?? null,
});

/** @param {Content} given @param {string} [textType] */
const content = ({ headers, json, text, bytes }, textType) => {
  if (json !== undefined)
    return { headers: fields(headers, "application/json"), body: { tag: "text", val: jsonText(json) } };
  if (text !== undefined)
    return { headers: fields(headers, textType), body: { tag: "text", val: String(text).toWellFormed() } };
  if (bytes !== undefined) return { headers: fields(headers), body: { tag: "bytes", val: bytes } };
  return { headers: fields(headers), body: { tag: "empty" } };
};

/** @param {Headers} headers @param {string} [type] The content type where there is none. */
const fields = (headers = {}, type) => {
  const listed = [];
  let typed = !type;
  for (const [name, value] of Array.isArray(headers) ? headers : Object.entries(headers)) {
    for (const one of Array.isArray(value) ? value : [value]) listed.push({ name, value: String(one) });
    typed ||= name.toLowerCase() === "content-type";
  }
  if (!typed) listed.unshift({ name: "content-type", value: /** @type {string} */ (type) });
  return listed;
};

/**
 * Pairs as an object without a prototype, so that no name of a client's finds anything else.
 * @param {[string, string][]} pairs
 * @returns {Record<string, string>}
 */
const named = (pairs) => {
  const object = Object.create(null);
  for (const [name, value] of pairs) object[name] = value;
  return object;
};

/** @type {Record<string, number>} */
const UNIT_MICROS = { ms: 1e3, s: 1e6, m: 60e6, h: 3600e6, d: 86400e6 };

/** @param {Duration} duration */
const micros = (duration) => {
  const [, number, unit] =
    /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)$/.exec(typeof duration === "number" ? `${duration}ms` : duration) ?? [];
  if (!unit)
    throw new TypeError(`${shown(duration)} is no duration; write milliseconds, or "250ms", "1.5s", "2m", "1h", "3d"`);
  return Math.round(Number(number) * UNIT_MICROS[unit]);
};

/** @param {Path} path */
const pathText = (path) => {
  if (!Array.isArray(path)) return path;
  const names = path.map(String);
  const bad = names.find((name, index) => name === "" || (name.endsWith("\\") && index < names.length - 1));
  if (bad !== undefined) throw new TypeError(`${shown(bad)} can't be a name in a path`);
  return names.map((name) => name.replaceAll(".", "\\.")).join(".");
};

/** @param {unknown} value */
const jsonText = (value) => {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`${shown(value)} is not JSON`);
  return text;
};

/** @param {unknown} value */
const shown = (value) => {
  if (typeof value === "string") return value;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
};

// --- what QuickJS lacks ---

// It has no console, and its random numbers would be those of the build.
if (host.random) Math.random = random.number;
const scope = /** @type {any} */ (globalThis);
if (host.log) {
  const print =
    (/** @type {(message: string) => void} */ to) =>
    (/** @type {unknown[]} */ ...values) =>
      to(values.map(shown).join(" "));
  scope.console = {
    trace: print(log.trace),
    debug: print(log.debug),
    log: print(log.info),
    info: print(log.info),
    warn: print(log.warn),
    error: print(log.error),
  };
}
for (const name of ["setTimeout", "setInterval", "fetch"]) {
  scope[name] ??= () => {
    throw new Error(
      `there is no ${name}, a hook ends when it returns: \`schedule\` is for later, \`upstream.fetch\` for now`,
    );
  };
}
