// Tests the plugin's own logic, without a gateway and without WebAssembly: `npm test`.

import assert from "node:assert/strict";
import test from "node:test";
import { configuration, responder } from "../plugin.js";
import { fakeGateway } from "../ringback.testing.js";

const hello = { path: "/plugin-name/hello/Ada", params: { name: "Ada" } };

test("it greets", () => {
  const gateway = fakeGateway();
  const answer = gateway.call(responder, hello);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["content-type"], "application/json");
  assert.deepEqual(answer.json, { greeting: "Hello, Ada!", number: 1 });
  assert.deepEqual(gateway.logs, [{ level: "info", message: "greeted", fields: { name: "Ada" } }]);
});

test("it greets as the operator likes", () => {
  const gateway = fakeGateway({ config: { greeting: "Good day" } });
  assert.equal(gateway.call(responder, hello).json.greeting, "Good day, Ada!");
});

test("it says what is wrong with its configuration", () => {
  const gateway = fakeGateway();
  assert.deepEqual(gateway.configure(configuration, { greeting: "Hi" }), []);
  const found = gateway.configure(configuration, { greeting: 1, greting: "Hi" });
  assert.deepEqual(
    found.map(({ path }) => path),
    ["/greeting", "/greting"],
  );
});
