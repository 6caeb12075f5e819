"""Sends one letter to the peer by Python's own mail client: letter.py PORT CA USER PASSWORD RECIPIENT CODE."""

import smtplib
import ssl
import sys
from email.message import EmailMessage

port, authority, user, password, recipient, code = sys.argv[1:]
letter = EmailMessage()
letter["Subject"] = "Your sign-in code – Straße"
letter["To"] = recipient
letter.set_content(f"Type this code:\n\n    {code}\n", cte="base64")
letter.add_alternative(f"<p>Type this code: <b>{code}</b></p>", subtype="html", cte="quoted-printable")
with smtplib.SMTP("127.0.0.1", int(port)) as client:
    client.starttls(context=ssl.create_default_context(cafile=authority))
    client.login(user, password)
    client.send_message(letter, from_addr="no-reply@example.test", to_addrs=[recipient])
