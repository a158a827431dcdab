"""The layer itself, which every plugin in Python has a copy of."""

import json
import unittest
from contextlib import redirect_stderr
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import ringback
from ringback import Diagnostic, GatewayError, Outgoing, Response, bucket, configure, host, log, responder, schedule
from ringback_testing import _TYPES, FailedError, FakeGateway


def call(handle, gateway=None, **request):
    """What a responder that does this answers."""
    return (gateway or FakeGateway()).call(responder(handle), **request)


class Answers(unittest.TestCase):
    def test_content_has_a_type_where_its_kind_has_one(self):
        def type_of(response):
            return call(lambda _: response).headers.get("content-type")

        self.assertEqual(type_of(Response(json=None)), "application/json")
        self.assertEqual(type_of(Response(text="hi")), "text/plain; charset=utf-8")
        self.assertEqual(type_of(Response(text="<p>", headers={"Content-Type": "text/html"})), "text/html")
        self.assertIsNone(type_of(Response(body=b"\0")))
        self.assertEqual(call(lambda _: Response(file="logo.png")).body, "logo.png")
        self.assertIsNone(call(lambda _: Response(204)).body)

    def test_a_repeated_header_is_a_list_and_stays_in_order(self):
        fields = ringback._fields({"set-cookie": ["a=1", "b=2"], "n": 5})
        self.assertEqual(
            [(one.name, one.value) for one in fields], [("set-cookie", "a=1"), ("set-cookie", "b=2"), ("n", "5")]
        )

    def test_json_is_compact_and_can_always_cross_over(self):
        self.assertEqual(call(lambda _: Response(json={"a": [1, "é"]})).body, '{"a":[1,"é"]}')
        self.assertEqual(call(lambda _: Response(json="\ud800")).body, '"\\ud800"')
        self.assertEqual(call(lambda _: Response(text="a\ud800")).body, "a?")

    def test_what_is_raised_is_the_message_and_its_traceback_the_detail(self):
        def failed(handle):
            with self.assertRaises(FailedError) as caught:
                call(handle)
            return caught.exception

        def divide(_):
            return Response(json=1 / 0)

        self.assertEqual(str(failed(divide)), "ZeroDivisionError: division by zero")
        self.assertRegex(failed(divide).detail, r"(?s)Traceback .*in divide\n.*ZeroDivisionError: division by zero\n$")
        self.assertRegex(str(failed(lambda _: 5)), "TypeError: a responder returns a `Response`, not 5")
        self.assertRegex(str(failed(lambda _: Response("ok"))), "ValueError: 'ok' is no status")
        self.assertRegex(str(failed(lambda _: __import__("no_such"))), "imported at the top of a file")
        self.assertEqual(str(failed(lambda _: exit(3))), "SystemExit: 3")


class Requests(unittest.TestCase):
    def test_a_request_is_read_and_speaks_only_during_its_call(self):
        kept = []

        def handle(req):
            kept.append(req)
            return Response(json=[req.query, req.search, req.header("X-Kind"), req.params["id"], req.json()["a"]])

        query = "a=1&b=x+y%21&b=%C3%A9&c"
        answer = call(handle, query=query, headers={"x-kind": "k"}, params={"id": "7"}, json={"a": 5})
        self.assertEqual(answer.json(), [{"a": "1", "b": "é", "c": ""}, query, "k", "7", 5])
        with self.assertRaisesRegex(RuntimeError, "has been answered"):
            _ = kept[0].text


class Gateway(unittest.TestCase):
    def test_a_bucket_takes_and_gives_values_and_a_tuple_of_names_is_a_path(self):
        gateway = FakeGateway(buckets={"users": {"a": {"b": [1]}}})
        users = bucket("users")
        self.assertEqual((users["a.b.0"], users.get("nobody", 5), "nobody" in users), (1, 5, False))
        users["x.y", "z"] = {"n": None}
        users.push("a.b", 2)
        users.merge("a", {"c": 3})
        self.assertEqual(repr(users.inc("count")), "1")
        del users["a.b.0"]
        self.assertEqual(gateway.buckets["users"], {"a": {"b": [2], "c": 3}, "x.y": {"z": {"n": None}}, "count": 1})
        with self.assertRaises(KeyError):
            users["nobody"]
        with self.assertRaisesRegex(ValueError, "can't be a name"):
            users.get(("",))
        with self.assertRaises(GatewayError) as caught:
            bucket("none").get()
        self.assertEqual(caught.exception.kind, "no-such-bucket")

    def test_a_call_that_raises_leaves_nothing_behind(self):
        gateway = FakeGateway(buckets={"users": {}})

        def handle(_):
            bucket("users")["a"] = 1
            schedule("http://localhost/")
            raise ValueError("no")

        with self.assertRaises(FailedError):
            call(handle, gateway)
        self.assertEqual((gateway.buckets, gateway.callbacks), ({"users": {}}, []))

    def test_delays_are_seconds_or_have_a_unit(self):
        gateway = FakeGateway()
        for delay in (0, 0.25, "250ms", "1.5s", "2m", "1h", "3d", timedelta(minutes=1)):
            schedule("http://localhost/", delay=delay)
        self.assertEqual([one.delay for one in gateway.callbacks], [0, 0.25, 0.25, 1.5, 120, 3600, 3 * 86400, 60])
        for delay in ("5", "5 s", "-1s", "soon"):
            with self.assertRaisesRegex(ValueError, "is no duration"):
                schedule("http://localhost/", delay=delay)
        with self.assertRaises(GatewayError) as caught:
            schedule("nowhere")
        self.assertEqual(caught.exception.kind, "invalid")

    def test_a_log_line_has_fields(self):
        gateway = FakeGateway()
        log.warn("slow", seconds=5, name="x")
        self.assertEqual(gateway.logs, [("warn", "slow", {"seconds": "5", "name": "x"})])

    def test_an_interface_that_the_world_does_not_import_is_named(self):
        FakeGateway()
        host.buckets = None
        with self.assertRaisesRegex(
            RuntimeError, "does not import `buckets`; add `import ringback:gateway/buckets@0.1.0;`"
        ):
            bucket("x").get()

    def test_a_check_that_raises_keeps_the_plugin_from_being_loaded(self):
        def check(_):
            yield Diagnostic("first")
            raise ValueError("can't tell")

        with redirect_stderr(StringIO()) as told:
            found = FakeGateway().configure(configure(check), {})
        self.assertRegex(told.getvalue(), "in check\n")
        self.assertEqual([one.message for one in found], ["ValueError: can't tell"])


class Policies(unittest.TestCase):
    def setUp(self):
        FakeGateway()
        decisions = ("Decision_Done", "Decision_Retry", "Decision_GiveUp", "Decision_Then")
        host.policy = SimpleNamespace(**{name: lambda *value, name=name: (name, *value) for name in decisions})

        @ringback.callback_policy
        class Ladder:
            def plan(self, callback, attempt):
                request = callback.request
                headers = [*request.headers, ("x-try", attempt)]
                return Outgoing(request.url, callback.settings["method"], headers, text=request.text)

            def decide(self, callback, attempt, outcome):
                if outcome is None:
                    return "retry", f"{attempt}s"
                if isinstance(outcome, str):
                    return "give-up", outcome
                return "done" if outcome.status == 200 else ("then", [Outgoing("http://localhost/next", delay=1)])

        self.policy = CallbackPolicy()  # noqa: F821, which the decorator puts here
        request = _TYPES.Outgoing("POST", "http://localhost/", [_TYPES.Field("a", "b")], _TYPES.Body_Text("x"))
        settings = json.dumps({"method": "PUT"})
        self.callback = SimpleNamespace(
            id="cb-1", name="paid", request=request, due=10**15, cause="req-1", depth=1, settings=settings
        )

    def test_a_policy_plans_the_request_of_an_attempt(self):
        planned = self.policy.plan(self.callback, 2)
        self.assertEqual((planned.method, planned.url, planned.body.value), ("PUT", "http://localhost/", "x"))
        self.assertEqual([(one.name, one.value) for one in planned.headers], [("a", "b"), ("x-try", "2")])

    def test_a_policy_decides_what_came_of_it(self):
        def decide(*value):
            return self.policy.decide(self.callback, 2, SimpleNamespace(**({"value": value[0]} if value else {})))

        def answered(status):
            return SimpleNamespace(status=status, headers=[], body=b"")

        self.assertEqual(decide(answered(200)), ("Decision_Done",))
        self.assertEqual(decide(), ("Decision_Retry", 2_000_000))
        self.assertEqual(decide("no host"), ("Decision_GiveUp", "no host"))
        kind, [(outgoing, options)] = decide(answered(500))
        self.assertEqual((kind, outgoing.url, options.delay), ("Decision_Then", "http://localhost/next", 1_000_000))


if __name__ == "__main__":
    unittest.main()
