"""Units of pymodbus whose registers are filled by `struct`, with maps and values by chance.

`types-field.py SEED UNITS [TAGS_MAX]`: serves Modbus TCP on a free port of 127.0.0.1 until its standard input ends, and
says in one line of JSON the port and, unit by unit, every tag: where it lies, as what, and the number that was packed.
"""

import asyncio
import json
import math
import random
import struct
import sys
import types

# The serial half of pymodbus wants packages that a TCP server has no use for.
sys.modules.setdefault("serial", types.ModuleType("serial"))
sys.modules.setdefault("serial_asyncio", types.SimpleNamespace(create_serial_connection=None))

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock  # noqa: E402
from pymodbus.server.async_io import ModbusTcpServer  # noqa: E402

ORDERS = ["ABCD", "CDAB", "BADC", "DCBA"]
STRUCT = {
    "int16": "h", "uint16": "H", "float16": "e", "int32": "i", "uint32": "I", "float32": "f",
    "int64": "q", "uint64": "Q", "float64": "d",
}
BCD_REGISTERS = {"bcd16": 1, "bcd32": 2, "bcd64": 4}
TYPES = [*STRUCT, *BCD_REGISTERS, "int8", "uint8", "bool", "bit", "string", "coil", "discrete"]
TEXTS = {"ascii": "Pump No. 7 ok", "utf-8": "猪舍 3 号 °C", "gb18030": "泵站二号 压力"}


def words_of(big, little, order):
    """Registers of a value from its bytes highest first and lowest first, both by struct."""
    chosen = {"ABCD": big, "CDAB": big, "BADC": little, "DCBA": little}[order]
    words = list(struct.unpack(f">{len(chosen) // 2}H", chosen))
    return words[::-1] if order in ("CDAB", "BADC") else words


def pick_integer(rng, bits, signed):
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    edges = [low, high, 0, 1, -1 if signed else 1, min(high, 2**53), min(high, 2**53 + 1)]
    if rng.random() < 0.2:
        return rng.choice(edges)
    value = rng.getrandbits(rng.randint(1, bits - 1))
    return max(low, -value) if signed and rng.random() < 0.5 else value


def pick_float(rng, kind):
    """A number that the type can come near to; now and then none at all, or one at an end of its range."""
    limit = {"float16": 65504.0, "float32": 3.4028234663852886e38, "float64": sys.float_info.max}[kind]
    tiny = {"float16": 2.0**-24, "float32": 2.0**-149, "float64": 5e-324}[kind]
    chance = rng.random()
    if chance < 0.03:
        return rng.choice([math.nan, math.inf, -math.inf])
    if chance < 0.15:
        return rng.choice([limit, -limit, tiny, -tiny, 0.0, 1.0, 0.1])
    if kind == "float64":
        bits = rng.getrandbits(64)
        value = struct.unpack(">d", struct.pack(">Q", bits))[0]
        return value if math.isfinite(value) else 0.1
    exponent = rng.uniform(-3, 4) if kind == "float16" else rng.uniform(-30, 38)
    return rng.choice([-1, 1]) * rng.uniform(1, 3) * 10**exponent


def number_tag(rng, kind):
    code, order = STRUCT[kind], rng.choice(ORDERS)
    if kind.startswith("float"):
        value = pick_float(rng, kind)
        big, little = struct.pack(f">{code}", value), struct.pack(f"<{code}", value)
        packed = struct.unpack(f">{code}", big)[0]
        text = repr(packed) if math.isfinite(packed) else "none"
        expect = {"number": text, "meant": repr(value) if math.isfinite(value) else "none"}
    else:
        value = pick_integer(rng, int(kind.lstrip("uint")), not kind.startswith("u"))
        big, little = struct.pack(f">{code}", value), struct.pack(f"<{code}", value)
        expect = {"integer": str(value)}
    return {"type": kind, "order": order, "words": words_of(big, little, order), **expect}


def bcd_tag(rng, kind):
    """By hand: four decimal digits a register."""
    order, digits = rng.choice(ORDERS), BCD_REGISTERS[kind] * 4
    value = rng.choice([0, 10**digits - 1]) if rng.random() < 0.1 else rng.randrange(10 ** rng.randint(1, digits))
    big = bytes.fromhex(str(value).zfill(digits))
    return {"type": kind, "order": order, "words": words_of(big, big[::-1], order), "integer": str(value)}


def byte_tag(rng, kind):
    order, place = rng.choice(ORDERS), rng.choice(["high", "low"])
    value, other = pick_integer(rng, 8, kind == "int8"), rng.randrange(256)
    byte = struct.pack("b" if kind == "int8" else "B", value)
    big = byte + bytes([other]) if place == "high" else bytes([other]) + byte
    words = words_of(big, big[::-1], order)
    return {"type": kind, "order": order, "byte": place, "words": words, "integer": str(value)}


def bool_tag(rng, kind):
    word, order = rng.choice([0, 1, 0x100, 0xFFFF, rng.randrange(65536)]), rng.choice(ORDERS)
    if kind == "bool":
        return {"type": "bool", "order": order, "words": [word], "boolean": word != 0}
    bit = rng.randrange(16)
    words = words_of(struct.pack(">H", word), struct.pack("<H", word), order)
    return {"type": "bool", "order": order, "bit": bit, "words": words, "boolean": bool(word >> bit & 1)}


def string_tag(rng):
    encoding, order = rng.choice(list(TEXTS)), rng.choice(["ABCD", "BADC"])
    # Cut by characters, so that the text stays whole.
    text = TEXTS[encoding][: rng.randint(1, len(TEXTS[encoding]))].strip()
    coded = text.encode(encoding)
    length = (len(coded) + 1) // 2 + rng.randint(0, 3)
    padded = coded.ljust(length * 2, rng.choice([b"\0", b" "]))
    words = list(struct.unpack(f"{'>' if order == 'ABCD' else '<'}{length}H", padded))
    return {"type": "string", "order": order, "length": length, "encoding": encoding, "words": words, "text": text}


def make_tag(rng, kind):
    if kind in STRUCT:
        return number_tag(rng, kind)
    if kind in BCD_REGISTERS:
        return bcd_tag(rng, kind)
    if kind in ("int8", "uint8"):
        return byte_tag(rng, kind)
    if kind in ("bool", "bit"):
        return bool_tag(rng, kind)
    if kind == "string":
        return string_tag(rng)
    value = rng.random() < 0.5
    return {"type": "bool", "order": "ABCD", "words": [int(value)], "boolean": value}


def make_map(rng, tags_max):
    """Tags of one unit, and what lies at each address of its four tables; what is not named is a hole."""
    tables = {"coil": {}, "discrete": {}, "holding": {}, "input": {}}
    ends = {table: rng.choice([0, rng.randrange(2000)]) for table in tables}
    tags = []
    for _ in range(rng.randint(1, tags_max)):
        kind = rng.choice(TYPES)
        table = kind if kind in tables else rng.choice(["holding", "input"])
        tag = make_tag(rng, kind)
        words = tag.pop("words")
        gap = rng.choice([0, 0, 0, rng.randint(1, 4), rng.randint(5, 150)])
        start = ends[table] + gap
        # Some gaps can be read, though no tag is there; the others are holes.
        if gap and rng.random() < 0.5:
            tables[table].update({at: rng.getrandbits(1 if kind in tables else 16) for at in range(ends[table], start)})
        tables[table].update({start + n: word for n, word in enumerate(words)})
        ends[table] = start + len(words)
        tags.append({"register": f"{table} {start}", "registers": len(words), **tag})
    rng.shuffle(tags)
    return tags, tables


def slave_of(tables):
    # An empty block would be taken for one without limits.
    block = {table: ModbusSparseDataBlock(values or {65535: 0}) for table, values in tables.items()}
    return ModbusSlaveContext(
        co=block["coil"], di=block["discrete"], hr=block["holding"], ir=block["input"], zero_mode=True
    )


async def main(seed, units, tags_max):
    rng = random.Random(seed)
    maps = [make_map(rng, tags_max) for _ in range(units)]
    slaves = {unit + 1: slave_of(tables) for unit, (_, tables) in enumerate(maps)}
    server = ModbusTcpServer(ModbusServerContext(slaves=slaves, single=False), address=("127.0.0.1", 0))
    serving = asyncio.ensure_future(server.serve_forever())
    await server.serving
    port = server.server.sockets[0].getsockname()[1]
    print(json.dumps({"port": port, "maps": [tags for tags, _ in maps]}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    serving.cancel()


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 40))
