"""Makes a DKIM key, or checks a letter's signature with the record of one: an independent reader of our signatures.

dkim.py make rsa|rsa-pkcs1|ed25519   prints JSON: the private key (PEM) and the DNS record that belongs to it
dkim.py check NAME RECORD            reads a letter from standard input; exits with 0 if it is signed for NAME
"""

import base64
import importlib
import json
import sys

# This file's own folder would hide the library, which has the same name.
sys.path = sys.path[1:]
dkim = importlib.import_module("dkim")
serialization = importlib.import_module("cryptography.hazmat.primitives.serialization")
asymmetric = "cryptography.hazmat.primitives.asymmetric"


def make(kind):
    if kind == "ed25519":
        key = importlib.import_module(f"{asymmetric}.ed25519").Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    else:
        key = importlib.import_module(f"{asymmetric}.rsa").generate_private_key(65537, 2048)
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    form = serialization.PrivateFormat.TraditionalOpenSSL if kind == "rsa-pkcs1" else serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    record = f"v=DKIM1; k={kind.partition('-')[0]}; p={base64.b64encode(public).decode()}"
    print(json.dumps({"key": pem.decode(), "record": record}))


def check(name, record):
    def look_up(asked, timeout=5):
        return record.encode() if asked.decode().rstrip(".") == name else None

    return dkim.verify(sys.stdin.buffer.read(), dnsfunc=look_up)


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2])
    else:
        sys.exit(0 if check(sys.argv[2], sys.argv[3]) else 1)
