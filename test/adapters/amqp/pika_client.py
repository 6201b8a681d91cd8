"""A foreign AMQP client for pika.test.ts: `send URL QUEUE` publishes hostile messages, `get URL QUEUE` prints one message as JSON."""

import datetime
import decimal
import json
import sys

import pika

HOSTILE = [
    ("copies", {"headers": {"CC": ["waybill-stolen"], "BCC": ["waybill-stolen"], "tenant": "acme"}}),
    ("expiration", {"expiration": "60000"}),
    ("user", {"user_id": "guest"}),
    ("nested", {"headers": {"table": {"a": {"b": [1, {"c": None}]}}, "list": ["x", 1, True], "tenant": "acme"}}),
    ("kinds", {"headers": {"null": None, "when": datetime.datetime(2026, 1, 2), "price": decimal.Decimal("1.50"), "bytes": b"\x00\xff",
                           "big": 2**40, "yes": True, "minus": -7}}),
    ("death", {"headers": {"x-death": [{"count": 3, "queue": "q"}], "x-first-death-queue": "q", "waybill-attempt": 99}}),
    ("names", {"headers": {"__proto__": {"polluted": "yes"}, "constructor": "c", "g\u00fc": "\u00df", "break": "a\r\nb"}}),
    ("ids", {"message_id": "\u00e4" * 127, "correlation_id": "a\nb", "content_type": "text/\x01"}),
    ("everything", {"type": "order.placed", "app_id": "pika", "reply_to": "answers", "priority": 9, "timestamp": 2**40,
                    "content_encoding": "gzip", "headers": {}}),
    ("binary", {"content_type": "application/octet-stream"}),
]


def channel_of(url):
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.confirm_delivery()
    return connection, channel


def send(url, queue):
    connection, channel = channel_of(url)
    for name, properties in HOSTILE:
        given = {"message_id": name, **properties}
        body = b"\x00\xff\xfe" if name == "binary" else json.dumps({"name": name}).encode()
        channel.basic_publish("", queue, body, pika.BasicProperties(delivery_mode=2, **given), mandatory=True)
    connection.close()
    print(len(HOSTILE))


def get(url, queue):
    connection, channel = channel_of(url)
    method, properties, body = channel.basic_get(queue, auto_ack=True)
    connection.close()
    if method is None:
        sys.exit("the queue is empty")
    members = ("message_id", "correlation_id", "content_type", "delivery_mode", "headers", "expiration", "user_id", "reply_to", "type")
    print(json.dumps({"body": body.decode(), **{name: getattr(properties, name) for name in members}}))


if __name__ == "__main__":
    {"send": send, "get": get}[sys.argv[1]](sys.argv[2], sys.argv[3])
