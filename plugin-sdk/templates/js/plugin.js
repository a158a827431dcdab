// Answers the routes of plugin.toml. What else a plugin can do (buckets, callbacks, signatures) is in ringback.js.

import { config, configure, json, log, respond } from "./ringback.js";

export const responder = respond((req) => {
  const { name } = req.params;
  log.info("greeted", { name });
  return json({ greeting: `${config().greeting ?? "Hello"}, ${name}!`, number: req.number });
});

// Checks `config = { ... }` of ringback.toml before the plugin serves.
export const configuration = configure((config) => {
  const diagnostics = [];
  for (const [key, value] of Object.entries(config)) {
    const path = `/${key}`;
    if (key !== "greeting") diagnostics.push({ message: `unknown key \`${key}\``, path, help: "known: `greeting`" });
    else if (typeof value !== "string") diagnostics.push({ message: "`greeting` must be a text", path });
  }
  return diagnostics;
});
