"""What schemathesis must do beyond calling: every call comes from a client address of its own (believed,
because the server is told to trust the loopback proxy), so that the limits, which stay switched on, do
not hide everything behind "too many requests"."""

import random

import schemathesis

addresses = random.Random(1)


@schemathesis.hook
def before_call(context, case, kwargs):
    case.headers = case.headers or {}
    case.headers["X-Forwarded-For"] = f"10.{addresses.randrange(256)}.{addresses.randrange(256)}.1"
