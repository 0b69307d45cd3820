#!/usr/bin/env python3
"""验证封存 (Fengcun) 导出的保管账本 / Check a custody ledger that Fengcun 封存 exported.

    python3 verify.py [BUNDLE] [--key VKEY] [--image FILE]...        BUNDLE: else the folder this script lies in

Exit 0 proves: the holder of the station's key signed exactly these entries in exactly this order; every attachment is
the one its entry names; every image given has the digests that an entry records. It does not prove: that an entry is
true; when it was written (the clock is the station's own); whose key it is, unless --key gives a copy got another way;
that no other ledger was signed (compare with a checkpoint handed out earlier). Exit 1: something does not verify. 64:
wrong usage. The command `openssl` (3.x) checks the Ed25519 signature; all else is done here, by Python alone."""
import os, sys
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path = [p for p in sys.path if os.path.realpath(p) != HERE]  # a json.py laid beside this script is not imported
import argparse, base64, collections, functools, hashlib, itertools, json, re, subprocess, tempfile

NAME = r"[^\s+\x00-\x1f]+"  # of a key: no space, no plus, no control character
TYPES = dict(time=str, boot=str, monotonic=int, clockSynchronised=bool, act=str, actor=dict, subjects=list, body=dict)
ALGORITHMS = {"md5", "sha1", "sha256", "sha512", "sm3"} & hashlib.algorithms_available
LOOKING_AT = ["the bundle"]  # the place that the last line names when something is wrong

def require(ok, reason):
    if not ok: raise ValueError(reason)
def say(label, text):  # one line, whatever the text: control characters, newlines, terminal escapes are spelt out
    print(f"{label:<12}", "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[:2000]))
def sha256(data): return hashlib.sha256(data).digest()
def node(left, right): return sha256(b"\x01" + left + right)  # RFC 6962; a leaf is sha256(0x00 || entry)
def root_of(edge): return functools.reduce(lambda right, left: node(left, right), edge[::-1]) if edge else sha256(b"")
def encode64(data): return base64.b64encode(data).decode()
def decode64(text):
    require(encode64(base64.b64decode(text)) == text, "base64 that is not canonical")
    return base64.b64decode(text)
def tile_name(level, number, width):  # number 1234067 is written x001/x234/067
    name = f"{number % 1000:03}"
    while number >= 1000: number, name = number // 1000, f"x{number // 1000 % 1000:03}/{name}"
    return f"tile/{level}/{name}" + (f".p/{width}" if width < 256 else "")
def take(files, name):  # a file that is taken is covered by the check; those left over at the end are not
    LOOKING_AT[0], item = name, files.pop(name, None)
    require(item and item.is_file(follow_symlinks=False), "missing, or not a regular file")
    return item.path
def read(files, name, most):
    with open(take(files, name), "rb") as file: data = file.read(most + 1)
    require(len(data) <= most, f"longer than {most} bytes")
    return data
def hash_file(path, algorithms):  # its length, and its digests in hex
    hashers = {name: hashlib.new(name) for name in algorithms}
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            for hasher in hashers.values(): hasher.update(block)
        return file.tell(), {name: hasher.hexdigest() for name, hasher in hashers.items()}

def check_ed25519(public, message, signature):
    der = bytes.fromhex("302a300506032b6570032100") + public  # these 12 bytes say: an Ed25519 public key follows
    with tempfile.TemporaryDirectory() as temp:
        for name, data in ("key", der), ("signature", signature), ("message", message):
            with open(os.path.join(temp, name), "wb") as file: file.write(data)
        command = "openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key -sigfile signature -in message"
        run = subprocess.run(command.split(), cwd=temp, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    require(run.returncode == 0 and b"Verified" in run.stdout, f"bad signature; openssl says {run.stdout}")

def strict_json(raw):
    def members(pairs):
        require(len(dict(pairs)) == len(pairs), "a key twice in one object")
        return dict(pairs)
    def number(text):
        require(re.fullmatch("0|-?[1-9][0-9]{0,15}", text) and abs(int(text)) < 2 ** 53, f"number {text}")
        return int(text)
    require(not re.search(rb"[\x00-\x1f]", raw), "more than one line, or a control character")
    entry = json.loads(raw.decode(), object_pairs_hook=members, parse_int=number, parse_float=number, parse_constant=number)
    json.dumps(entry, ensure_ascii=False).encode()  # fails where half of a surrogate pair stands alone
    steps = [1 if b in b"[{" else -1 for b in re.sub(rb'"(\\.|[^"\\])*"|[^][{}]', b"", raw)]
    require(type(entry) is dict and max(itertools.accumulate(steps)) <= 16, "no object, or nested over 16 deep")
    return entry

def verify(bundle, key, image):
    files, folders = {}, [""]
    for folder in folders:  # grows on the way
        for item in os.scandir(os.path.join(bundle, folder)):
            if item.is_dir(follow_symlinks=False): folders.append(folder + item.name + "/")
            else: files[folder + item.name] = item
    # 1. The key: name, key id in hex and base64(0x01 || public key), with + between them, and a newline.
    line = read(files, "verifier-key", 1000).decode()
    match = re.fullmatch(rf"({NAME})\+([0-9a-f]{{8}})\+(.{{44}})\n", line)
    require(match, "not name+id+key and a newline")
    name, typed = match[1], decode64(match[3])
    key_id = sha256(name.encode() + b"\n" + typed)[:4]
    require(len(typed) == 33 and typed[0] == 1 and key_id.hex() == match[2], "not an Ed25519 key with its id")
    require(key in (None, line[:-1]), "not the key given with --key")
    say("ok", f"verifier-key: {line[:-1]}" + (", as given with --key" if key else ""))
    # 2. The checkpoint: origin (the key's name), size, root; a blank line; signatures (those by unknown keys: ignored).
    note = read(files, "checkpoint", 1 << 20).decode()
    match = re.fullmatch(rf"({re.escape(name)}\n([1-9][0-9]{{0,15}})\n(.{{44}})\n)\n((— {NAME} \S+\n){{1,100}})", note)
    require(match, "not a signed note of origin (the key's name), size and root")
    signatures = [(who, decode64(encoded)) for _, who, encoded in map(str.split, match[4].splitlines())]
    own = [signature[4:] for who, signature in signatures if (who, signature[:4]) == (name, key_id)]
    require(own, f"not signed by {name}+{key_id.hex()}")
    for signature in own: check_ed25519(typed[1:], match[1].encode(), signature)
    size, root = int(match[2]), decode64(match[3])
    say("ok", f"checkpoint: {size} entries, root {match[3]}, signature verified by openssl")
    # 3. The entries, and the tree over them with its tiles.
    edge, upper, blobs, acts, acquired = [], collections.defaultdict(list), {}, collections.Counter(), []
    for first in range(0, size, 256):
        width = min(256, size - first)
        data, raws, end = read(files, tile_name("entries", first // 256, width), 256 * 65537), [], 0
        while end < len(data):  # an entry stands after its length in two bytes
            start, end = end + 2, end + 2 + int.from_bytes(data[end:end + 2], "big")
            raws.append(data[start:end])
        require(end == len(data) and len(raws) == width, f"not {width} entries")
        leaves = [sha256(b"\x00" + raw) for raw in raws]
        tile = read(files, tile_name(0, first // 256, width), 8192)
        require(tile == b"".join(leaves), "not the hashes of the entries")
        for seq, raw, digest in zip(itertools.count(first), raws, leaves):
            LOOKING_AT[0] = f"entry {seq}"
            entry, right = strict_json(raw), {"v": 1, "seq": seq, "tree": {"size": seq, "root": encode64(root_of(edge))}}
            said = {member: entry.get(member) for member in right}
            require(json.dumps(said, sort_keys=True) == json.dumps(right, sort_keys=True), f"says {said} and not {right}")
            require(all(type(entry.get(member)) is TYPES[member] for member in TYPES), "a member missing or of wrong type")
            for blob in entry["blobs"]:
                require(re.fullmatch("[0-9a-f]{64}", blob["sha256"]), "names a blob that is no SHA-256")
                require(blobs.setdefault(blob["sha256"], blob["size"]) == blob["size"], "another size for a blob")
            if entry["act"] == "acquisition.finished": acquired.append((seq, entry["body"]))
            acts[entry["act"]] += 1
            height = 0
            while seq >> height & 1:  # two complete subtrees of one height become one
                digest, height = node(edge.pop(), digest), height + 1
                if height % 8 == 0: upper[height // 8].append(digest)
            edge.append(digest)
    for level, hashes in upper.items():
        for n in range(0, len(hashes), 256):
            tile = read(files, tile_name(level, n // 256, len(hashes[n:n + 256])), 8192)
            require(tile == b"".join(hashes[n:n + 256]), "not the hashes of the tiles below it")
    LOOKING_AT[0] = "checkpoint"
    require(root_of(edge) == root, "the root is not that of the entries")
    say("ok", f"entries: {', '.join(f'{act} {count}' for act, count in acts.most_common())}")
    # 4. The attachments, and nothing else.
    for digest in sorted(blobs):
        found = hash_file(take(files, "blobs/" + digest), ["sha256"])
        require(found == (blobs[digest], {"sha256": digest}), "not the length and SHA-256 that an entry names")
    for LOOKING_AT[0] in sorted(files):
        require(not LOOKING_AT[0].startswith(("tile/", "blobs/")), "does not belong to the bundle")
    say("ok", f"blobs: {len(blobs)} attachments")
    # 5. The images.
    for LOOKING_AT[0] in image:
        length, digests = hash_file(LOOKING_AT[0], ALGORITHMS & {name for _, body in acquired for name in body["digests"]})
        ...
