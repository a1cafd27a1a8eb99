"""One server of OpenStack Swift (Debian's python3-swift), which speaks S3 through its s3api: python3 s3_server.py KIND FOLDER

KIND is ring (writes where the servers are to be found, and ends), object, container, account or proxy. It ends when its
standard input does, and so with the process that started it.
"""
import json
import os
import sys
import threading

kind, folder = sys.argv[1], sys.argv[2]


def end_with_input():
    while os.read(0, 1024):
        pass
    os._exit(0)


# A real thread, started before eventlet makes green ones of all.
threading.Thread(target=end_with_input, daemon=True).start()

import swift.common.utils as utils

utils.SWIFT_CONF_FILE = os.path.join(folder, "swift.conf")
utils.validate_hash_conf()
import swift.common.storage_policy as storage_policy

storage_policy.reload_storage_policies()
import swift.common.constraints as constraints

constraints.SWIFT_CONF_FILE = utils.SWIFT_CONF_FILE
constraints.reload_constraints()

if kind == "ring":
    from swift.common.ring import RingBuilder

    for name, port in json.load(open(os.path.join(folder, "ports.json"))).items():
        builder = RingBuilder(4, 1, 0)
        builder.add_dev({
            "id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "device": "d1", "weight": 1.0, "meta": "",
            "replication_ip": "127.0.0.1", "replication_port": port,
        })
        builder.rebalance()
        builder.get_ring().save(os.path.join(folder, "rings", name + ".ring.gz"))
    sys.exit(0)

import eventlet.wsgi
from swift.common.wsgi import run_wsgi

options = {}
if kind == "object":
    from swift.obj import server

    options["global_conf_callback"] = server.global_conf_callback
sys.exit(run_wsgi(os.path.join(folder, kind + ".conf"), kind + "-server", **options))
