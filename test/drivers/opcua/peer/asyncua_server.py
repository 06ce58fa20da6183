"""An OPC UA server of another make, for the driver's interoperability test and `prove`.

    python asyncua_server.py FOLDER [ITEMS] [PERIOD_MS]

Serves variables of every type, a structure, an enumeration, history of `Temperature`, users, and ITEMS doubles
`Load.0` … that all change each PERIOD_MS. Prints one JSON line when it serves: {"endpoint", "certificate"}.
Lines on standard input: `set NAME NUMBER` sets a double and is answered by `done`, `stop` ends it.
"""

import asyncio
import json
import socket
import sys
import uuid
from datetime import datetime, timezone
from pathlib import Path

from asyncua import Server, ua
from asyncua.common.structures104 import new_enum, new_struct, new_struct_field
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.crypto.permission_rules import SimpleRoleRuleset, User, UserRole
from asyncua.server.user_managers import UserManager
from cryptography.x509.oid import ExtendedKeyUsageOID

NAMESPACE = "http://plant.example/"

TYPES = [
    ("Boolean", True, ua.VariantType.Boolean),
    ("SByte", -128, ua.VariantType.SByte),
    ("Byte", 255, ua.VariantType.Byte),
    ("Int16", -32768, ua.VariantType.Int16),
    ("UInt16", 65535, ua.VariantType.UInt16),
    ("Int32", -2147483648, ua.VariantType.Int32),
    ("UInt32", 4294967295, ua.VariantType.UInt32),
    ("Int64", -2, ua.VariantType.Int64),
    ("UInt64", 2**53 + 1, ua.VariantType.UInt64),
    ("Float", 0.5, ua.VariantType.Float),
    ("Double", -273.15, ua.VariantType.Double),
    ("String", "泵站", ua.VariantType.String),
    ("DateTime", datetime(2026, 11, 21, 3, 4, 5, 678000, tzinfo=timezone.utc), ua.VariantType.DateTime),
    ("Guid", uuid.UUID("72962B91-FA75-4AE6-8D28-B404DC7DAF63"), ua.VariantType.Guid),
    ("ByteString", bytes.fromhex("00ff10"), ua.VariantType.ByteString),
    ("LocalizedText", ua.LocalizedText("running", "en"), ua.VariantType.LocalizedText),
    ("Array", [1.5, 2.5, 3.5], ua.VariantType.Double),
]


class Users(UserManager):
    def get_user(self, iserver, username=None, password=None, certificate=None):
        if username is None or (username == "reader" and password == "right-password"):
            return User(role=UserRole.Admin)
        return None


async def add_plant(server, namespace, items):
    other = await server.register_namespace("http://other.example/")
    assert other != namespace
    plant = await server.nodes.objects.add_object(ua.NodeId("Plant", namespace), ua.QualifiedName("Plant", namespace))
    nodes = {}

    async def variable(name, value, kind, datatype=None):
        node_id = ua.NodeId(f"Plant.{name}", namespace)
        nodes[name] = await plant.add_variable(
            node_id, ua.QualifiedName(name, namespace), value, varianttype=kind, datatype=datatype
        )

    for name, value, kind in TYPES:
        await variable(name, value, kind)
    await variable("Temperature", 20.0, ua.VariantType.Double)
    structure, mode = await new_types(server, namespace)
    pump_value = ua.Pump()
    pump_value.Speed = 1480.5
    pump_value.Runs = True
    pump_value.Starts = 7
    node_id = ua.NodeId("Plant.Pump", namespace)
    nodes["Pump"] = await plant.add_variable(
        node_id, ua.QualifiedName("Pump", namespace), ua.Variant(pump_value, ua.VariantType.ExtensionObject),
        datatype=structure.nodeid,
    )
    await variable("Mode", 2, ua.VariantType.Int32, mode.nodeid)
    for n in range(items):
        await variable(f"Load.{n}", 0.0, ua.VariantType.Double)
    return nodes


async def new_types(server, namespace):
    structure, _ = await new_struct(
        server,
        namespace,
        "Pump",
        [
            new_struct_field("Speed", ua.VariantType.Double),
            new_struct_field("Runs", ua.VariantType.Boolean),
            new_struct_field("Starts", ua.VariantType.Int64),
        ],
    )
    mode = await new_enum(server, namespace, "Mode", ["Off", "Manual", "Automatic"])
    await server.load_data_type_definitions()
    return structure, mode


async def change(nodes, items, period):
    written = 0
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        written += 1
        now = datetime.now(timezone.utc)
        for n in range(items):
            value = ua.DataValue(ua.Variant(float(written), ua.VariantType.Double), SourceTimestamp=now)
            await nodes[f"Load.{n}"].write_value(value)
        due += period
        await asyncio.sleep(max(0, due - loop.time()))


async def obey(nodes):
    loop = asyncio.get_running_loop()
    while True:
        line = await loop.run_in_executor(None, sys.stdin.readline)
        words = line.split()
        if not words or words[0] == "stop":
            return
        await nodes[words[1]].write_value(ua.Variant(float(words[2]), ua.VariantType.Double))
        print("done", flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def main():
    folder = Path(sys.argv[1])
    items = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    period = int(sys.argv[3]) / 1000 if len(sys.argv) > 3 else 1.0
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = folder / "server.der", folder / "server.pem"
    uri = "urn:asyncua:sluice-peer"
    await setup_self_signed_certificate(
        key, certificate, uri, "127.0.0.1", [ExtendedKeyUsageOID.SERVER_AUTH], {"commonName": "asyncua-peer"}
    )
    server = Server(user_manager=Users())
    await server.init()
    endpoint = f"opc.tcp://127.0.0.1:{free_port()}/peer"
    server.set_endpoint(endpoint)
    await server.set_application_uri(uri)
    server.set_security_policy(
        [
            ua.SecurityPolicyType.NoSecurity,
            ua.SecurityPolicyType.Basic256Sha256_Sign,
            ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
            ua.SecurityPolicyType.Aes128Sha256RsaOaep_SignAndEncrypt,
            ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,
        ],
        permission_ruleset=SimpleRoleRuleset(),
    )
    await server.load_certificate(str(certificate))
    await server.load_private_key(str(key))
    namespace = await server.register_namespace(NAMESPACE)
    nodes = await add_plant(server, namespace, items)
    async with server:
        await server.historize_node_data_change(nodes["Temperature"], period=None, count=100_000)
        print(json.dumps({"endpoint": endpoint, "certificate": str(certificate)}), flush=True)
        changing = asyncio.create_task(change(nodes, items, period)) if items else None
        await obey(nodes)
        if changing:
            changing.cancel()


asyncio.run(main())
