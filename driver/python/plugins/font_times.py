"""TrueType and OpenType fonts: when they were made and changed, in the tables head and FFTM (OpenType
1.9; FontForge), with the sums of these tables and of the file. Signed fonts stay."""

import struct
from datetime import datetime, timedelta

import normalize

FROM_1904 = 2082844800  # seconds from 1904-01-01 to 1970-01-01
TIMES = {
    b"head": [(20, "head.created"), (28, "head.modified")],
    b"FFTM": [(4, "FFTM.FontForge"), (12, "FFTM.created"), (20, "FFTM.modified")],
}


def normal(data, path, settings):
    if data[:4] not in (b"\0\1\0\0", b"OTTO", b"true"):
        return None
    tables = {tag: (entry, offset, length) for entry, tag, offset, length in directory(data)}
    if b"DSIG" in tables and tables[b"DSIG"][2] > 8:  # a header alone signs nothing
        return None
    font = bytearray(data)
    whole = adjustment(data, tables) == stored_adjustment(data, tables)
    for tag in TIMES.keys() & tables.keys():
        settle(font, tag, *tables[tag])
    if font != data and whole:
        struct.pack_into(">I", font, tables[b"head"][1] + 8, adjustment(font, tables))
    return bytes(font)


def directory(data):
    for entry in range(12, 12 + 16 * struct.unpack_from(">H", data, 4)[0], 16):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, entry)
        if offset + length > len(data):
            raise ValueError(f"table {tag} ends behind the file")
        yield entry, tag, offset, length


def settle(font, tag, entry, offset, length):
    before = bytes(font[offset:offset + length])
    for at, field in TIMES[tag]:
        seconds = struct.unpack_from(">q", before, at)[0] - FROM_1904
        normal = normalize.normal_time(seconds)
        if normal != seconds:
            normalize.finding(field, date(seconds), date(normal), "set SOURCE_DATE_EPOCH")
            struct.pack_into(">q", font, offset + at, normal + FROM_1904)
    if struct.unpack_from(">I", font, entry + 4)[0] == table_sum(tag, before):
        struct.pack_into(">I", font, entry + 4, table_sum(tag, bytes(font[offset:offset + length])))


def date(seconds):
    try:
        return (datetime(1970, 1, 1) + timedelta(seconds=seconds)).isoformat() + "Z"
    except OverflowError:
        return str(seconds)


def table_sum(tag, table):
    """A table's sum of 32-bit numbers, counted without the one in head that settles the file's."""
    if tag == b"head":
        table = table[:8] + bytes(4) + table[12:]
    table += bytes(-len(table) % 4)
    return sum(struct.unpack(f">{len(table) // 4}I", table)) & 0xFFFFFFFF


def stored_adjustment(data, tables):
    return struct.unpack_from(">I", data, tables[b"head"][1] + 8)[0]


def adjustment(data, tables):
    """checkSumAdjustment: what makes the sum of the whole font 0xB1B0AFBA."""
    at = tables[b"head"][1] + 8
    rest = bytes(data[:at]) + bytes(4) + bytes(data[at + 4:])
    return (0xB1B0AFBA - table_sum(b"", rest)) & 0xFFFFFFFF
