// The provider's own logic, without a gateway and without WebAssembly: `npm test`. What it does in a gateway is in
// kyc.toml, call by call.

import assert from "node:assert/strict";
import test from "node:test";
import { configuration, responder } from "../plugin.js";
import { fakeGateway } from "../ringback.testing.js";

const ada = { id: "u-1", name: "Ada Lovelace", country: "GB", callbackUrl: "http://localhost:9/hook" };

const provider = (settings = {}) =>
  fakeGateway({
    now: "2026-01-02T03:04:05Z",
    buckets: { applicants: {} },
    secrets: { "kyc-webhook": "test" },
    ...settings,
  });
const post = (gateway, json) => gateway.call(responder, { method: "POST", path: "/kyc/applicants", json });
const get = (gateway, id) => gateway.call(responder, { path: `/kyc/applicants/${id}`, params: { id } });

test("an applicant is taken, and promised two signed callbacks", () => {
  const gateway = provider();
  const answer = post(gateway, ada);
  assert.equal(answer.status, 202);
  assert.equal(answer.headers.location, "/kyc/applicants/u-1");
  assert.deepEqual(answer.json, { id: "u-1", status: "pending", try: 1 });
  const [received, decided] = gateway.callbacks;
  assert.deepEqual(
    [received.name, received.delay, decided.name, decided.delay],
    ["kyc-received", 1000, "kyc-decided", 5000],
  );
  assert.deepEqual(decided.json, { id: "u-1", event: "decided", result: "approved" });
  assert.deepEqual([decided.orderingKey, decided.idempotencyKey], ["u-1", "u-1-1-decided"]);
  const signature = "5d0483a25bae0ede5aa178e5725ce410dd40f67c5f881c69939b3d8c39052b8d";
  assert.equal(received.headers["kyc-signature"], `t=1767323045,v1=${signature}`);
  assert.deepEqual(get(gateway, "u-1").json, {
    id: "u-1",
    name: "Ada Lovelace",
    country: "GB",
    status: "pending",
    tries: 1,
  });
});

test("a third try is one too many, and nobody is called", () => {
  const gateway = provider();
  post(gateway, ada);
  post(gateway, ada);
  const answer = post(gateway, ada);
  assert.equal(answer.status, 409);
  assert.deepEqual(answer.json, { error: "too many tries", tries: 3 });
  assert.equal(gateway.callbacks.length, 4);
  assert.equal(get(gateway, "u-1").json.status, "rejected");
});

test("what is no application is refused, in the order of the fields", () => {
  const gateway = provider();
  const refused = (json) => {
    const answer = post(gateway, json);
    return [answer.status, answer.json.error];
  };
  assert.deepEqual(refused([]), [400, "the body is not a JSON object"]);
  assert.deepEqual(refused({}), [422, "`id` is missing"]);
  assert.deepEqual(refused({ id: "u-1", callbackUrl: 1 }), [422, "`name` is missing"]);
  assert.deepEqual(refused({ ...ada, id: "u 1" }), [422, "`id` may hold letters, digits, `-` and `_` only"]);
  assert.deepEqual(refused({ ...ada, callbackUrl: "x" }), [422, "`x` is not an absolute http or https URL"]);
  assert.deepEqual(gateway.buckets, { applicants: {} });
  assert.equal(get(gateway, "u-1").status, 404);
});

test("what is wrong with the configuration is told with its place", () => {
  const gateway = provider();
  assert.deepEqual(gateway.configure(configuration, { "reject-after": 1, blocked: ["XA"] }), []);
  const found = gateway.configure(configuration, { "reject-after": 0, "reject-aftr": 2 });
  assert.deepEqual(
    found.map(({ path, message }) => [path, message]),
    [
      ["/reject-after", "`reject-after` must be a whole number of at least 1"],
      ["/reject-aftr", "unknown key `reject-aftr`"],
    ],
  );
});
