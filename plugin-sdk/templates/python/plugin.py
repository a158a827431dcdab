"""Answers the routes of plugin.toml. What else a plugin can do (buckets, callbacks, signatures) is in ringback.py."""

from ringback import Diagnostic, Request, Response, config, configure, log, responder


@responder
def handle(req: Request) -> Response:
    name = req.params["name"]
    log.info("greeted", name=name)
    return Response(json={"greeting": f"{config().get('greeting', 'Hello')}, {name}!", "number": req.number})


@configure
def check(config: dict):
    """Checks `config = { ... }` of ringback.toml before the plugin serves."""
    for key, value in config.items():
        if key != "greeting":
            yield Diagnostic(f"unknown key `{key}`", f"/{key}", help="known: `greeting`")
        elif not isinstance(value, str):
            yield Diagnostic("`greeting` must be a text", "/greeting")
