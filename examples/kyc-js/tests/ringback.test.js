// The layer itself, which every plugin in JavaScript has a copy of.

import assert from "node:assert/strict";
import test from "node:test";
import * as ringback from "../ringback.js";
import { fakeGateway } from "../ringback.testing.js";

const { base64, bucket, callbackPolicy, configure, hex, host, random, respond, schedule, utf8 } = ringback;

/** What a responder that does this answers. */
const call = (handle, request = {}, settings = {}) => fakeGateway(settings).call(respond(handle), request);

test("an answer is what was returned, with a content type where its kind has one", () => {
  const typeOf = (answer) => call(() => answer).headers["content-type"];
  assert.equal(typeOf({ json: null }), "application/json");
  assert.equal(typeOf({ text: "hi" }), "text/plain; charset=utf-8");
  assert.equal(typeOf({ text: "<p>", headers: { "Content-Type": "text/html" } }), "text/html");
  assert.equal(typeOf({ bytes: new Uint8Array(1) }), undefined);
  assert.deepEqual(call(() => ({ status: 204 })).body, { tag: "empty" });
  assert.deepEqual(call(() => ({ file: "logo.png" })).body, { tag: "file", val: "logo.png" });
});

test("a repeated header is a list, and stays in order", () => {
  const { headers } = respond(() => ({ headers: { "set-cookie": ["a=1", "b=2"], n: 5 } })).respond(
    { params: [] },
    { [Symbol.dispose]() {} },
  );
  assert.deepEqual(headers, [
    { name: "set-cookie", value: "a=1" },
    { name: "set-cookie", value: "b=2" },
    { name: "n", value: "5" },
  ]);
});

test("what is thrown is the message, and its stack the detail", () => {
  const failed = (handle) => {
    try {
      respond(handle).respond({ params: [] }, {});
    } catch (error) {
      return error;
    }
  };
  const { message, detail } = failed(() => {
    throw new RangeError("boom");
  });
  assert.equal(message, "boom");
  assert.match(detail, /^RangeError: boom\n +at .*ringback\.test\.js/);
  assert.deepEqual(
    failed(() => {
      throw "no";
    }),
    { message: "no", detail: null },
  );
  assert.match(failed(async () => ({})).message, /returned a promise/);
  assert.match(failed(() => 5).message, /returns an object .* not 5/);
  assert.match(failed(() => ({ status: "ok" })).message, /^ok is no status$/);
});

test("a request is read, and speaks only during its call", () => {
  let kept;
  const answer = call(
    (req) => {
      kept = req;
      return { json: [req.query, req.search, req.header("X-Kind"), req.params.id, req.json().a] };
    },
    { query: "a=1&b=x+y%21&b=%C3%A9&c&=", headers: { "x-kind": "k" }, params: { id: "7" }, json: { a: 5 } },
  );
  assert.deepEqual(answer.json, [{ a: "1", b: "é", c: "", "": "" }, "a=1&b=x+y%21&b=%C3%A9&c&=", "k", "7", 5]);
  assert.throws(() => kept.text(), /has been answered/);
});

test("a bucket takes and gives values, and a list of names is a path", () => {
  const gateway = fakeGateway({ buckets: { users: { a: { b: [1] } } } });
  const users = bucket("users");
  assert.deepEqual(users.get("a.b.0"), 1);
  assert.equal(users.get("nobody"), undefined);
  users.set(["x.y", "z"], { n: null });
  users.push("a.b", 2);
  users.merge("a", { c: 3 });
  assert.equal(users.inc("count"), 1);
  users.del("a.b.0");
  assert.deepEqual(gateway.buckets.users, { a: { b: [2], c: 3 }, "x.y": { z: { n: null } }, count: 1 });
  assert.throws(() => users.set("u", undefined), /undefined is not JSON/);
  assert.throws(() => users.get([""]), /can't be a name/);
  assert.throws(() => bucket("none").get(), { name: "GatewayError", kind: "no-such-bucket" });
});

test("a call that throws leaves nothing behind", () => {
  const gateway = fakeGateway({ buckets: { users: {} } });
  const responder = respond(() => {
    bucket("users").set("a", 1);
    schedule({ url: "http://localhost/" });
    throw new Error("no");
  });
  assert.throws(() => gateway.call(responder), /^Error: no$/);
  assert.deepEqual([gateway.buckets, gateway.callbacks], [{ users: {} }, []]);
});

test("delays are milliseconds or have a unit", () => {
  const gateway = fakeGateway();
  for (const delay of [undefined, 250, "250ms", "1.5s", "2m", "1h", "3d"])
    schedule({ url: "http://localhost/", delay });
  assert.deepEqual(
    gateway.callbacks.map(({ delay }) => delay),
    [0, 250, 250, 1500, 120e3, 3600e3, 3 * 86400e3],
  );
  for (const delay of ["5", "5 s", "-1s", -1, "soon"]) {
    assert.throws(() => schedule({ url: "http://localhost/", delay }), /is no duration/);
  }
  assert.throws(() => schedule({ url: "nowhere" }), { kind: "invalid" });
});

test("text becomes bytes and back, whatever it holds", () => {
  for (const text of ["", "plain", "é€🦀\0"]) {
    assert.equal(hex(utf8.encode(text)), Buffer.from(text).toString("hex"));
    assert.equal(utf8.decode(utf8.encode(text)), text);
  }
  assert.equal(hex(utf8.encode("\ud800")), "efbfbd");
  const broken = Uint8Array.of(0x68, 0xff, 0xc3, 0xa9, 0xc3);
  assert.equal(utf8.decode(broken), "h\ufffdé\ufffd");
  assert.equal(base64(utf8.encode("hé")), "aMOp");
});

test("random numbers keep to their bounds and repeat with the seed", () => {
  const draw = (seed) => {
    fakeGateway({ seed });
    return Array.from({ length: 200 }, () => random.int(1, 6));
  };
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
  assert.deepEqual([...new Set(draw(7))].sort(), [1, 2, 3, 4, 5, 6]);
  assert.match(random.uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  host.random = { next: () => 2 ** 64 };
  assert.ok(random.number() < 1);
});

test("an interface that the world does not import is named", () => {
  fakeGateway();
  host.buckets = undefined;
  assert.throws(() => bucket("x").get(), /does not import `buckets`; add `import ringback:gateway\/buckets@0.1.0;`/);
});

test("a check that throws keeps the plugin from being loaded", () => {
  const gateway = fakeGateway();
  const check = configure(() => {
    throw new Error("can't tell");
  });
  assert.deepEqual(
    gateway.configure(check, {}).map(({ message }) => message),
    ["can't tell"],
  );
  assert.equal(gateway.logs[0].level, "error");
});

test("a policy plans requests and decides on what came of them", () => {
  const policy = callbackPolicy({
    plan: ({ request, settings }, attempt) => ({
      ...request,
      headers: [...request.headers, ["x-try", `${attempt}`]],
      method: settings.method,
    }),
    decide: (_, attempt, { answered, failed, timedOut }) => {
      if (answered?.status === 200) return "done";
      if (timedOut) return { retry: `${attempt}s` };
      if (failed) return { giveUp: failed };
      return { then: [{ url: "http://localhost/next", delay: "1s" }] };
    },
  });
  const request = {
    method: "POST",
    url: "http://localhost/",
    headers: [{ name: "a", value: "b" }],
    body: { tag: "text", val: "x" },
  };
  const callback = { id: "cb-1", due: 1e15, settings: '{"method":"PUT"}', request };
  const planned = policy.plan(callback, 2);
  assert.deepEqual(planned, {
    ...request,
    method: "PUT",
    headers: [...request.headers, { name: "x-try", value: "2" }],
  });
  const decide = (outcome) => policy.decide(callback, 2, outcome);
  const answer = (status) => ({ tag: "answered", val: { status, headers: [], body: new Uint8Array() } });
  assert.deepEqual(decide(answer(200)), { tag: "done" });
  assert.deepEqual(decide({ tag: "timed-out" }), { tag: "retry", val: 2e6 });
  assert.deepEqual(decide({ tag: "failed", val: "no host" }), { tag: "give-up", val: "no host" });
  const [[next, options]] = decide(answer(500)).val;
  assert.deepEqual([next.url, options.delay], ["http://localhost/next", 1e6]);
});
