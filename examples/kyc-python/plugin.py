"""A KYC provider: takes applicants, keeps them in the bucket `applicants`, decides later and says so in two signed
callbacks. Who tries too often is rejected."""

import json
import re

from ringback import (
    Diagnostic,
    GatewayError,
    Request,
    Response,
    bucket,
    clock,
    config,
    configure,
    log,
    responder,
    schedule,
    sign,
)

REQUIRED = ("id", "name", "callbackUrl")
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
SECRET = "kyc-webhook"


@responder
def handle(req: Request) -> Response:
    return apply(req) if req.method == "POST" else applicant(req.params["id"])


@configure
def check(config: dict):
    for key, value in config.items():
        path = f"/{key}"
        if key == "reject-after":
            if type(value) is not int or value < 1:
                yield Diagnostic("`reject-after` must be a whole number of at least 1", path)
        elif key == "blocked":
            if not isinstance(value, list):
                yield Diagnostic("`blocked` must be a list of countries", path)
        else:
            yield Diagnostic(f"unknown key `{key}`", path, help="known: `reject-after`, `blocked`")


def applicant(id: str) -> Response:
    """`GET /kyc/applicants/{id}`"""
    known = bucket("applicants").get((id,))
    return Response(json=known) if known else refusal(404, "no such applicant")


def apply(req: Request) -> Response:
    """`POST /kyc/applicants`"""
    application = object_of(req)
    if application is None:
        return refusal(400, "the body is not a JSON object")
    for name in REQUIRED:
        if not isinstance(application.get(name), str):
            return refusal(422, f"`{name}` is missing")
    id, name, url = (application[name] for name in REQUIRED)
    if not ID.fullmatch(id):
        return refusal(422, "`id` may hold letters, digits, `-` and `_` only")
    country = application.get("country", "")
    country = country if isinstance(country, str) else ""

    applicants = bucket("applicants")
    tries = applicants.get((id,), {"tries": 0})["tries"] + 1
    kept = {"id": id, "name": name, "country": country, "status": "pending", "tries": tries}
    if tries > config().get("reject-after", 2):
        applicants[id,] = {**kept, "status": "rejected"}
        return Response(409, json={"error": "too many tries", "tries": tries})

    result = "rejected" if country in config().get("blocked", ["KP"]) else "approved"
    try:
        call_back(url, "1s", tries, {"id": id, "event": "received"})
        call_back(url, "5s", tries, {"id": id, "event": "decided", "result": result})
    except GatewayError as error:
        if error.kind in ("invalid", "denied"):
            return refusal(422, str(error))
        raise
    applicants[id,] = kept
    log.info("applicant accepted", id=id)
    location = f"/kyc/applicants/{id}"
    return Response(202, {"location": location}, json={"id": id, "status": "pending", "try": tries})


def object_of(req: Request) -> dict | None:
    """The body, if it is a JSON object."""
    try:
        value = req.json()
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def refusal(status: int, error: str) -> Response:
    return Response(status, json={"error": error})


def call_back(url: str, delay: str, tries: int, event: dict) -> None:
    """Has an event of an applicant sent, signed over its exact bytes and the time."""
    body = json.dumps(event, separators=(",", ":"))
    at = clock.seconds()
    signature = sign.hmac_sha256(SECRET, f"{at}.{body}").hex()
    schedule(
        url,
        name=f"kyc-{event['event']}",
        delay=delay,
        headers={"content-type": "application/json", "kyc-signature": f"t={at},v1={signature}"},
        text=body,
        ordering_key=event["id"],
        idempotency_key=f"{event['id']}-{tries}-{event['event']}",
    )
