"""Bills of materials in JSON, CycloneDX and SPDX 2: when they were written and, in strict, the random
number of the document. All other bytes stay."""

import json
import uuid
from datetime import datetime, timezone

import normalize


def normal(data, path, settings):
    document = json.loads(data)
    if document.get("bomFormat") == "CycloneDX":
        written = document.get("metadata", {}).get("timestamp")
        serial = document.get("serialNumber", "")
    elif str(document.get("spdxVersion", "")).startswith("SPDX-2"):
        written = document.get("creationInfo", {}).get("created")
        serial = document.get("documentNamespace", "")
    else:
        return None
    if written:
        data = replace(data, "timestamp", written, normal_date(written))
    if normalize.profile == "strict":
        data = replace(data, "serial number", serial, without_chance(serial, data))
    return data


def normal_date(text):
    seconds = int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())
    normal = normalize.normal_time(seconds)
    if normal == seconds:
        return text
    return datetime.fromtimestamp(normal, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def without_chance(serial, data):
    """The UUID at the end of it made of the document's other bytes."""
    try:
        chance = str(uuid.UUID(serial[-36:]))
    except ValueError:
        return serial
    digest = uuid.uuid5(uuid.NAMESPACE_URL, data.replace(chance.encode(), b"").hex())
    return serial[:-36] + str(digest)


def replace(data, field, before, after):
    old, new = (json.dumps(text).encode() for text in (before, after))
    if before == after or data.count(old) != 1:
        return data
    normalize.finding(field, before, after)
    return data.replace(old, new)
