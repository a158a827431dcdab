"""Tests the plugin's own logic, without a gateway and without WebAssembly: `python3 -m unittest`."""

import unittest

import plugin
from ringback_testing import FakeGateway

HELLO = {"path": "/plugin-name/hello/Ada", "params": {"name": "Ada"}}


class Greeting(unittest.TestCase):
    def test_it_greets(self):
        gateway = FakeGateway()
        answer = gateway.call(plugin.handle, **HELLO)
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["content-type"], "application/json")
        self.assertEqual(answer.json(), {"greeting": "Hello, Ada!", "number": 1})
        self.assertEqual(gateway.logs, [("info", "greeted", {"name": "Ada"})])

    def test_it_greets_as_the_operator_likes(self):
        gateway = FakeGateway(config={"greeting": "Good day"})
        self.assertEqual(gateway.call(plugin.handle, **HELLO).json()["greeting"], "Good day, Ada!")

    def test_it_says_what_is_wrong_with_its_configuration(self):
        gateway = FakeGateway()
        self.assertEqual(gateway.configure(plugin.check, {"greeting": "Hi"}), [])
        found = gateway.configure(plugin.check, {"greeting": 1, "greting": "Hi"})
        self.assertEqual([one.path for one in found], ["/greeting", "/greting"])


if __name__ == "__main__":
    unittest.main()
