// Plays the gateway for unit tests under Node.js: `const gateway = fakeGateway({ config })`, then
// `gateway.call(responder, { path: "/users/1" })`. Never imported by the plugin itself, so no part of the component.
//
// It keeps buckets and callbacks in plain values, drops the changes of a call that throws, and stops the clock. What
// only a gateway can do (templates, upstream, limits) it does not: for that, `ringback plugin test` runs the component.

import { createHmac } from "node:crypto";
import { host } from "./ringback.js";

/** @param {string} tag @param {string} val */
const refuse = (tag, val) => {
  throw Object.assign(new Error(val), { payload: { tag, val } });
};

/**
 * Puts a gateway behind `ringback.js`, in place of the one before.
 * @param {object} [settings]
 * @param {Record<string, any>} [settings.buckets] what each bucket holds
 * @param {Record<string, string>} [settings.secrets] what each secret is
 * @param {object} [settings.config] the plugin's own table
 * @param {string} [settings.now] when it is: `2026-01-02T03:04:05Z`
 * @param {number} [settings.seed] of the random numbers
 */
export const fakeGateway = (settings = {}) => {
  const { buckets = {}, secrets = {}, config = {}, now = "2026-01-01T00:00:00Z", seed = 1 } = settings;
  const gateway = {
    /** What the buckets hold now. */
    buckets: structuredClone(buckets),
    /** @type {any[]} What was scheduled: `{ id, name, delay, method, url, headers, body, json, ... }`, delays in ms. */
    callbacks: [],
    /** @type {{ level: string, message: string, fields: Record<string, string> }[]} What was logged. */
    logs: [],
    /** When it is. Assign another to move it. */
    now: new Date(now),

    /**
     * Has a responder answer a request. Throws what the hook failed with; all its changes are dropped then.
     * @param {any} responder
     * @param {{ method?: string, path?: string, params?: Record<string, string>, query?: string, body?: string,
     *   headers?: Record<string, string>, json?: unknown }} request
     * @returns {{ status: number, headers: Record<string, string>, body: any, text: string, json: any }} `body` is what
     *   the hook gave: `{ tag: "file", val: "logo.png" }`. `text` and `json` are of a text.
     */
    call(responder, request = {}) {
      const before = [structuredClone(gateway.buckets), gateway.callbacks.slice()];
      try {
        return answered(responder.respond(...received(request, gateway.now)));
      } catch (/** @type {any} */ error) {
        [gateway.buckets, gateway.callbacks] = /** @type {any} */ (before);
        throw error instanceof Error ? error : Object.assign(new Error(error.message), { detail: error.detail });
      }
    },

    /** What a `configuration` hook finds. @param {any} configuration @param {object} table @returns {any[]} */
    configure(configuration, table) {
      try {
        configuration.configure(JSON.stringify(table));
        return [];
      } catch (/** @type {any} */ found) {
        return found;
      }
    },
  };

  let state = BigInt(seed);
  Object.assign(host, {
    buckets: bucketsOf(gateway),
    callbacks: callbacksOf(gateway),
    clock: { now: () => gateway.now.getTime() * 1000 },
    config: { table: () => JSON.stringify(config) },
    log: {
      write: (/** @type {string} */ level, /** @type {string} */ message, /** @type {[string, string][]} */ fields) =>
        gateway.logs.push({ level, message, fields: Object.fromEntries(fields) }),
    },
    random: {
      // SplitMix64.
      next: () => {
        state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
        const once = BigInt.asUintN(64, (state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
        const twice = BigInt.asUintN(64, (once ^ (once >> 27n)) * 0x94d049bb133111ebn);
        return Number(twice ^ (twice >> 31n));
      },
    },
    signer: {
      sign: (/** @type {string} */ algorithm, /** @type {string} */ secret, /** @type {Uint8Array} */ message) => {
        if (!(secret in secrets)) refuse("no-such-secret", `there is no secret \`${secret}\`, or it was not granted`);
        return new Uint8Array(createHmac(algorithm.replace("hmac-", ""), secrets[secret]).update(message).digest());
      },
    },
  });
  return gateway;
};

/** @param {any} request @param {Date} now */
const received = ({ method = "GET", path = "/", params = {}, query, headers = {}, body = "", json }, now) => {
  const text = json === undefined ? body : JSON.stringify(json);
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  if (json !== undefined) lower["content-type"] ??= "application/json";
  const head = {
    id: "req-1",
    method,
    path,
    query: query ?? null,
    contentType: lower["content-type"] ?? null,
    params: Object.entries(params),
    route: path,
    session: "default",
    received: now.getTime() * 1000,
    number: 1,
  };
  const handle = {
    header: (/** @type {string} */ name) => lower[name.toLowerCase()] ?? null,
    headers: () => Object.entries(lower).map(([name, value]) => ({ name, value })),
    body: () => new TextEncoder().encode(text),
    text: () => text,
    origin: () => "http://localhost:3000",
    client: () => "127.0.0.1",
  };
  return [head, handle];
};

/** @param {any} response */
const answered = ({ status, headers, body }) => ({
  status,
  headers: Object.fromEntries(headers.map((/** @type {any} */ { name, value }) => [name.toLowerCase(), value])),
  body,
  text: body.tag === "text" ? body.val : "",
  get json() {
    return JSON.parse(this.text);
  },
});

/** @param {any} gateway */
const callbacksOf = (gateway) => ({
  schedule(/** @type {any} */ { method, url, headers, body }, /** @type {any} */ options) {
    if (!/^https?:\/\/./.test(url)) refuse("invalid", `\`${url}\` is not an absolute http or https URL`);
    const { idempotencyKey } = options;
    const same = (/** @type {any} */ one) => idempotencyKey && one.idempotencyKey === idempotencyKey;
    const known = gateway.callbacks.find(same);
    if (known) return known.id;
    const id = `cb-${gateway.callbacks.length + 1}`;
    const sent = answered({ status: 0, headers, body });
    const json = /^[{[]/.test(sent.text) ? sent.json : undefined;
    const delay = options.delay / 1000;
    gateway.callbacks.push({ id, method, url, headers: sent.headers, body: sent.text, json, ...options, delay });
    return id;
  },
  cancel(/** @type {string} */ id) {
    const count = gateway.callbacks.length;
    gateway.callbacks = gateway.callbacks.filter((/** @type {any} */ one) => one.id !== id);
    return gateway.callbacks.length < count;
  },
  listPending: () =>
    gateway.callbacks.map((/** @type {any} */ { id, name, delay }) => ({
      id,
      name,
      due: (gateway.now.getTime() + delay) * 1000,
      attempts: 0,
    })),
});

/** @param {any} gateway */
const bucketsOf = (gateway) => {
  /** The value that holds the last name of a path, and that name. @param {string} bucket @param {string} path */
  const place = (bucket, path, make = false) => {
    if (!(bucket in gateway.buckets)) refuse("no-such-bucket", `there is no bucket \`${bucket}\``);
    const names = path === "" ? [] : path.split(/(?<!\\)\./).map((name) => name.replaceAll("\\.", "."));
    let [value, last] = [gateway.buckets, bucket];
    for (const name of names) {
      if (value[last] === undefined && make) value[last] = {};
      if (value[last] === undefined) return [{}, name];
      if (Object(value[last]) !== value[last]) refuse("no-such-path", `nothing can be at \`${path}\``);
      [value, last] = [value[last], name];
    }
    return [value, last];
  };
  return {
    names: () => Object.keys(gateway.buckets),
    get(/** @type {string} */ bucket, /** @type {string} */ path) {
      const [value, last] = place(bucket, path);
      return Object.hasOwn(value, last) ? JSON.stringify(value[last]) : null;
    },
    set(/** @type {string} */ bucket, /** @type {string} */ path, /** @type {string} */ text) {
      const [value, last] = place(bucket, path, true);
      value[last] = JSON.parse(text);
    },
    push(/** @type {string} */ bucket, /** @type {string} */ path, /** @type {string} */ text) {
      const [value, last] = place(bucket, path);
      if (!Array.isArray(value[last])) refuse("wrong-type", `an array is needed at \`${path}\``);
      value[last].push(JSON.parse(text));
    },
    merge(/** @type {string} */ bucket, /** @type {string} */ path, /** @type {string} */ text) {
      const [value, last] = place(bucket, path, true);
      value[last] = { ...value[last], ...JSON.parse(text) };
    },
    inc(/** @type {string} */ bucket, /** @type {string} */ path, /** @type {number} */ by) {
      const [value, last] = place(bucket, path, true);
      if (typeof (value[last] ?? 0) !== "number") refuse("wrong-type", `a number is needed at \`${path}\``);
      return (value[last] = (value[last] ?? 0) + by);
    },
    del(/** @type {string} */ bucket, /** @type {string} */ path) {
      const [value, last] = place(bucket, path);
      if (path === "") value[last] = null;
      else if (Array.isArray(value)) value.splice(Number(last), 1);
      else delete value[last];
    },
  };
};
