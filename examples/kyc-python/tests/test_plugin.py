"""The provider's own logic, without a gateway and without WebAssembly: `python3 -m unittest`. What it does in a gateway
is in kyc.toml, call by call."""

import json
import unittest

import plugin
from ringback_testing import FakeGateway

ADA = {"id": "u-1", "name": "Ada Lovelace", "country": "GB", "callbackUrl": "http://localhost:9/hook"}


class Provider(unittest.TestCase):
    def setUp(self):
        secrets = {"kyc-webhook": "test"}
        self.gateway = FakeGateway(now="2026-01-02T03:04:05Z", buckets={"applicants": {}}, secrets=secrets)

    def post(self, application):
        return self.gateway.call(plugin.handle, "/kyc/applicants", method="POST", json=application)

    def get(self, id):
        return self.gateway.call(plugin.handle, f"/kyc/applicants/{id}", params={"id": id})

    def refused(self, application):
        answer = self.post(application)
        return answer.status, answer.json()["error"]

    def test_an_applicant_is_taken_and_promised_two_signed_callbacks(self):
        answer = self.post(ADA)
        self.assertEqual((answer.status, answer.headers["location"]), (202, "/kyc/applicants/u-1"))
        self.assertEqual(answer.json(), {"id": "u-1", "status": "pending", "try": 1})
        received, decided = self.gateway.callbacks
        self.assertEqual((received.name, received.delay), ("kyc-received", 1))
        self.assertEqual((decided.name, decided.delay), ("kyc-decided", 5))
        self.assertEqual(json.loads(decided.body), {"id": "u-1", "event": "decided", "result": "approved"})
        self.assertEqual((decided.ordering_key, decided.idempotency_key), ("u-1", "u-1-1-decided"))
        signature = "5d0483a25bae0ede5aa178e5725ce410dd40f67c5f881c69939b3d8c39052b8d"
        self.assertEqual(received.headers["kyc-signature"], f"t=1767323045,v1={signature}")
        kept = {"id": "u-1", "name": "Ada Lovelace", "country": "GB", "status": "pending", "tries": 1}
        self.assertEqual(self.get("u-1").json(), kept)

    def test_a_third_try_is_one_too_many_and_nobody_is_called(self):
        self.post(ADA)
        self.post(ADA)
        answer = self.post(ADA)
        self.assertEqual((answer.status, answer.json()), (409, {"error": "too many tries", "tries": 3}))
        self.assertEqual(len(self.gateway.callbacks), 4)
        self.assertEqual(self.get("u-1").json()["status"], "rejected")

    def test_what_is_no_application_is_refused_in_the_order_of_the_fields(self):
        self.assertEqual(self.refused([]), (400, "the body is not a JSON object"))
        self.assertEqual(self.refused({}), (422, "`id` is missing"))
        self.assertEqual(self.refused({"id": "u-1", "callbackUrl": 1}), (422, "`name` is missing"))
        self.assertEqual(self.refused({**ADA, "id": "u\n"}), (422, "`id` may hold letters, digits, `-` and `_` only"))
        self.assertEqual(self.refused({**ADA, "callbackUrl": "x"}), (422, "`x` is not an absolute http or https URL"))
        self.assertEqual(self.gateway.buckets, {"applicants": {}})
        self.assertEqual(self.get("u-1").status, 404)

    def test_what_is_wrong_with_the_configuration_is_told_with_its_place(self):
        self.assertEqual(self.gateway.configure(plugin.check, {"reject-after": 1, "blocked": ["XA"]}), [])
        found = self.gateway.configure(plugin.check, {"reject-after": 0, "reject-aftr": 2})
        self.assertEqual(
            [(one.path, one.message) for one in found],
            [
                ("/reject-after", "`reject-after` must be a whole number of at least 1"),
                ("/reject-aftr", "unknown key `reject-aftr`"),
            ],
        )


if __name__ == "__main__":
    unittest.main()
