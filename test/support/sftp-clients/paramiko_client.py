"""Speaks SFTP by paramiko: reads a list of steps as JSON from stdin, prints what came of each as a line of JSON."""

import json
import sys
import threading
import time

import paramiko


def connect(place):
    transport = paramiko.Transport((place["host"], place["port"]))
    if "key" in place:
        transport.connect(username=place["user"], pkey=paramiko.Ed25519Key.from_private_key_file(place["key"]))
    else:
        transport.connect(username=place["user"], password=place["password"])
    return transport, paramiko.SFTPClient.from_transport(transport)


def put_slowly(sftp, local, remote):
    with open(local, "rb") as source, sftp.open(remote, "wb") as target:
        while True:
            piece = source.read(32768)
            if not piece:
                return
            target.write(piece)
            time.sleep(0.02)


def put_on(sftp, local, remote):
    start = sftp.stat(remote).st_size
    with open(local, "rb") as source, sftp.open(remote, "ab") as target:
        source.seek(start)
        target.set_pipelined(True)
        target.write(source.read())


def put_many(place, names):
    def one(local, remote):
        transport, sftp = connect(place)
        sftp.put(local, remote)
        transport.close()

    threads = [threading.Thread(target=one, args=pair) for pair in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run(place, sftp, step, args):
    if step == "put":
        sftp.put(*args)
    elif step == "slow":
        put_slowly(sftp, *args)
    elif step == "resume":
        put_on(sftp, *args)
    elif step == "many":
        put_many(place, args)
    elif step == "rename":
        sftp.posix_rename(*args)
    elif step == "get":
        sftp.get(*args)
    elif step == "list":
        return sorted(sftp.listdir(*args))
    return None


request = json.load(sys.stdin)
transport, sftp = connect(request["place"])
for step, *args in request["steps"]:
    try:
        print(json.dumps({"ok": True, "value": run(request["place"], sftp, step, args)}), flush=True)
    except Exception as error:
        print(json.dumps({"ok": False, "error": f"{type(error).__name__}: {error}"}), flush=True)
transport.close()
