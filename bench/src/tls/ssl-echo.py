"""The same as https-server.ts and https-client.ts without HTTP, on the system's libssl: a length, then as many bytes, sent back.

Arguments: `server KEY CERTIFICATE` or `client PORT`.
"""

import json
import os
import socket
import ssl
import sys
import threading
import time


def read_exactly(stream, count):
    buffer = bytearray(count)
    view = memoryview(buffer)
    done = 0
    while done < count:
        got = stream.recv_into(view[done:])
        if got == 0:
            return None
        done += got
    return buffer


def say(**values):
    print(json.dumps(values), flush=True)


def serve(key, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    say(port=listener.getsockname()[1])
    stream = context.wrap_socket(listener.accept()[0], server_side=True)
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while True:
        length = read_exactly(stream, 8)
        if length is None:
            return
        message = read_exactly(stream, int.from_bytes(length, "big"))
        stream.sendall(length + message)


def measure(port):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    stream = context.wrap_socket(socket.create_connection(("127.0.0.1", port)))
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for line in sys.stdin:
        order = json.loads(line)
        message = order["bytes"].to_bytes(8, "big") + b"m" * order["bytes"]
        start = time.monotonic()
        end = start + order["ms"] / 1000
        requests = 0
        while time.monotonic() < end:
            stream.sendall(message)
            if read_exactly(stream, len(message)) is None:
                raise EOFError
            requests += 1
        say(requests=requests, ms=(time.monotonic() - start) * 1000)


if sys.argv[1] == "server":
    serve(sys.argv[2], sys.argv[3])
else:
    measure(int(sys.argv[2]))
