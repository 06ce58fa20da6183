"""Writes values.json: how python's struct lays each type into registers, in each of the four byte orders."""
import json
import pathlib
import struct

FORMATS = {
    'int16': '>h', 'uint16': '>H', 'float16': '>e',
    'int32': '>i', 'uint32': '>I', 'float32': '>f',
    'int64': '>q', 'uint64': '>Q', 'float64': '>d',
}
VALUES = {
    'int16': [0, 1, -1, 305, -205, 32767, -32768],
    'uint16': [0, 1, 305, 65331, 65535],
    'float16': [0.0, 1.0, -2.5, 65504.0, 0.333251953125, 5.960464477539063e-08],
    'int32': [0, -1, 123456789, -2147483648, 2147483647],
    'uint32': [0, 1, 3735928559, 4294967295],
    'float32': [0.0, 123.4, -20.5, 1.17549435e-38, 3.4028234663852886e38],
    'int64': [0, -1, 9007199254740991, -9007199254740991, 1234567890123],
    'uint64': [0, 1, 9007199254740992, 1234567890123],
    'float64': [0.0, 123.4, -1e-300, 1.7976931348623157e308],
}


def bcd(value, registers):
    return bytes.fromhex(str(value).rjust(registers * 4, '0'))


BCD = {
    'bcd16': (1, [0, 1234, 9999]),
    'bcd32': (2, [0, 12345678, 99999999]),
    'bcd64': (4, [0, 1234567890123456, 9007199254740991]),
}


def ordered(data, order):
    registers = [data[n:n + 2] for n in range(0, len(data), 2)]
    if order in ('CDAB', 'DCBA'):
        registers = registers[::-1]
    if order in ('BADC', 'DCBA'):
        registers = [register[::-1] for register in registers]
    return b''.join(registers).hex()


rows = []
for order in ('ABCD', 'CDAB', 'BADC', 'DCBA'):
    for kind, layout in FORMATS.items():
        for value in VALUES[kind]:
            data = struct.pack(layout, value)
            rows.append({'type': kind, 'order': order, 'registers': ordered(data, order), 'value': struct.unpack(layout, data)[0]})
    for kind, (registers, values) in BCD.items():
        for value in values:
            rows.append({'type': kind, 'order': order, 'registers': ordered(bcd(value, registers), order), 'value': value})

lines = ',\n'.join('  ' + json.dumps(row) for row in rows)
pathlib.Path(__file__).with_name('values.json').write_text(f'[\n{lines}\n]\n')
