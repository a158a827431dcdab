// A KYC provider: takes applicants, keeps them in the bucket `applicants`, decides later and says so in two signed
// callbacks. Who tries too often is rejected.

import { bucket, clock, config, configure, GatewayError, hex, json, log, respond, schedule, sign } from "./ringback.js";

const REQUIRED = ["id", "name", "callbackUrl"];
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const SECRET = "kyc-webhook";

export const responder = respond((req) => (req.method === "POST" ? apply(req) : applicant(req.params.id)));

export const configuration = configure((config) => {
  const diagnostics = [];
  for (const [key, value] of Object.entries(config)) {
    const path = `/${key}`;
    if (key === "reject-after") {
      if (!Number.isInteger(value) || value < 1) {
        diagnostics.push({ path, message: "`reject-after` must be a whole number of at least 1" });
      }
    } else if (key === "blocked") {
      if (!Array.isArray(value)) diagnostics.push({ path, message: "`blocked` must be a list of countries" });
    } else {
      diagnostics.push({ path, message: `unknown key \`${key}\``, help: "known: `reject-after`, `blocked`" });
    }
  }
  return diagnostics;
});

/** `GET /kyc/applicants/{id}` */
const applicant = (id) => {
  const known = bucket("applicants").get([id]);
  return known ? json(known) : refusal(404, "no such applicant");
};

/** `POST /kyc/applicants` */
const apply = (req) => {
  const application = objectOf(req);
  if (!application) return refusal(400, "the body is not a JSON object");
  const missing = REQUIRED.find((name) => typeof application[name] !== "string");
  if (missing) return refusal(422, `\`${missing}\` is missing`);
  const { id, name, callbackUrl } = application;
  if (!ID.test(id)) return refusal(422, "`id` may hold letters, digits, `-` and `_` only");
  const country = typeof application.country === "string" ? application.country : "";

  const { "reject-after": rejectAfter = 2, blocked = ["KP"] } = config();
  const applicants = bucket("applicants");
  const tries = (applicants.get([id])?.tries ?? 0) + 1;
  if (tries > rejectAfter) {
    applicants.set([id], { id, name, country, status: "rejected", tries });
    return json({ error: "too many tries", tries }, 409);
  }

  const result = blocked.includes(country) ? "rejected" : "approved";
  try {
    callBack(callbackUrl, "1s", tries, { id, event: "received" });
    callBack(callbackUrl, "5s", tries, { id, event: "decided", result });
  } catch (error) {
    if (error instanceof GatewayError && ["invalid", "denied"].includes(error.kind)) return refusal(422, error.message);
    throw error;
  }
  applicants.set([id], { id, name, country, status: "pending", tries });
  log.info("applicant accepted", { id });
  return json({ id, status: "pending", try: tries }, 202, { location: `/kyc/applicants/${id}` });
};

/** The body, if it is a JSON object. */
const objectOf = (req) => {
  try {
    const value = req.json();
    return typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
};

const refusal = (status, error) => json({ error }, status);

/** Has an event of an applicant sent, signed over its exact bytes and the time. */
const callBack = (url, delay, tries, event) => {
  const body = JSON.stringify(event);
  const at = clock.seconds();
  const signature = hex(sign.hmacSha256(SECRET, `${at}.${body}`));
  schedule({
    name: `kyc-${event.event}`,
    url,
    delay,
    headers: { "content-type": "application/json", "kyc-signature": `t=${at},v1=${signature}` },
    text: body,
    orderingKey: event.id,
    idempotencyKey: `${event.id}-${tries}-${event.event}`,
  });
};
