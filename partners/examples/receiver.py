"""A receiver of SaqBol's events: verifies, remembers the id, answers at once. Needs `pip install standardwebhooks`.

    WEBHOOK_SECRET=whsec_… python receiver.py 8090
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

MOST_BYTES = 20_000
webhook = Webhook(os.environ["WEBHOOK_SECRET"])
seen: set[str] = set()  # in earnest: a unique column in your database, in one transaction with what you do


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        if length > MOST_BYTES:
            return self.answer(413)
        body = self.rfile.read(length)  # the bytes as they came: a signature does not survive parsing
        try:
            event = webhook.verify(body, dict(self.headers))
        except WebhookVerificationError as error:
            print(f"refused: {error}", flush=True)
            return self.answer(401)
        if self.headers["webhook-id"] not in seen:  # the same id may come twice
            seen.add(self.headers["webhook-id"])
            self.handle_event(event)
        self.answer(204)

    def handle_event(self, event: dict) -> None:
        """Put it into your queue here; work on it after the answer."""
        print(json.dumps({"type": event["type"], "number": event["data"].get("number")}), flush=True)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Events hold personal data: nothing of them in the access log."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
