#!/usr/bin/env python3
"""核验封存 (Fengcun) 导出的台账 / Check a custody ledger that Fengcun 封存 exported.
Exit 0 proves that the holder of the station's key signed exactly these entries in exactly this order, that every
attachment is the one its entry names, and that each image given has the digests that an entry records. It does not
prove that an entry is true; when it was written (the clock is the station's own); whose key it is, unless --key gives
a copy got another way (of any key that the station had: each one names the next); or that no other ledger was signed
(compare with a checkpoint handed out earlier). What it leaves unchecked, it says. Exit 1: something does not verify.
64: wrong usage. `openssl` 3.x checks the Ed25519 signatures; all else is done here."""
import os, sys
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path = [p for p in sys.path if os.path.realpath(p) != HERE]  # a json.py laid beside this script is not imported
import argparse, base64, bisect, collections, functools, hashlib, itertools, json, pathlib, re, subprocess, tempfile
TYPES = {"time": [str], "boot": [str], "monotonic": [int], "clockSynchronised": [bool, type(None)], "act": [str], "actor": [dict],
         "subjects": [list], "blobs": [list], "body": [dict]}
ALGORITHMS = {"md5", "sha1", "sha256", "sha512", "sha3-256", "blake2b512"} | {"sm3"} & hashlib.algorithms_available
EVIDENCE = {"checkpoint.timestamped": "time-stamp", "checkpoint.cosigned": "witness cosignature",
            "act.signed": "person's signature"}
LOOKING_AT = ["bundle"]  # the place that is named when something is wrong
def require(ok, reason):
    if not ok: raise ValueError(reason)
def say(label, text):  # one line, whatever the text: control characters, newlines, terminal escapes are spelt out
    print(f"{label:<12}", "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text))
def sha256(data): return hashlib.sha256(data).digest()
def encode64(data): return base64.b64encode(data).decode()
def node(left, right): return sha256(b"\x01" + left + right)  # RFC 6962; a leaf is sha256(0x00 || entry)
def root_of(edge): return functools.reduce(lambda right, left: node(left, right), edge[::-1]) if edge else sha256(b"")
def tile_name(level, number, width):  # number 1234067 is written x001/x234/067
    *high, low = f"{number:,}".split(",")
    return f"tile/{level}/{''.join(f'x{h:0>3}/' for h in high)}{low:0>3}" + (f".p/{width}" if width < 256 else "")
def extend(edge, upper, seq, digest):  # two complete subtrees of one height become one
    height = 0
    while seq >> height & 1:
        digest, height = node(edge.pop(), digest), height + 1
        if height % 8 == 0: upper[height // 8].append(digest)
    edge.append(digest)
def take(files, name):  # a file that is taken is covered by the check; those left over at the end are not
    LOOKING_AT[0], path = name, files.pop(name, None)
    require(path and path.is_file() and not path.is_symlink(), "missing, or not a regular file")
    return path
def read(files, name, most):
    with open(take(files, name), "rb") as file: data = file.read(most + 1)
    require(len(data) <= most, f"longer than {most} bytes")
    return data
def hash_files(paths, algorithms):  # the length of all, and their digests in hex, as if they were one file
    hashers, length = {name: hashlib.new(name) for name in sorted(algorithms)}, 0
    for path in paths:
        with open(path, "rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                for hasher in hashers.values(): hasher.update(block)
            length += file.tell()
    return length, {name: hasher.hexdigest() for name, hasher in hashers.items()}
def fsverity(paths):  # of the files as if they were one: SHA-256, blocks of 4,096 bytes, no salt (Linux, fsverity.rst)
    levels, length, rest = [b""], 0, b""
    def put(level, block):
        if level == len(levels): levels.append(b"")
        levels[level] += sha256(block.ljust(4096, b"\0"))
        if len(levels[level]) == 4096:
            full, levels[level] = levels[level], b""
            put(level + 1, full)
    for path in paths:
        with open(path, "rb") as file:
            for data in iter(lambda: file.read(1 << 20), b""):
                length, data = length + len(data), rest + data
                whole = len(data) // 4096 * 4096
                for start in range(0, whole, 4096): put(0, data[start:start + 4096])
                rest = data[whole:]
    if rest: put(0, rest)
    level = 0
    while level + 1 < len(levels) or len(levels[level]) > 32:
        if levels[level]: put(level + 1, levels[level])
        level += 1
    root = levels[level].ljust(64, b"\0")
    return sha256(bytes([1, 1, 12, 0, 0, 0, 0, 0]) + length.to_bytes(8, "little") + root + bytes(176)).hex()
def segments(path, acquired):  # NAME.001, NAME.002 and so on; where a record has that name, with the lengths that it says
    if not path.endswith(".001"): return [path]
    names = [f"{path[:-3]}{number:03}" for number in range(1, 65537)]
    there = [name for name in names if os.path.lexists(name)]
    require(there == names[:len(there)], f"a segment is missing before {there[-1]}")
    for _, body in acquired:
        if os.path.basename(body["image"]) == os.path.basename(path) and body.get("layout"):
            size, left = body["layout"]["segmentSize"], body["bytes"]
            right = {name: min(size, left - first) for name, first in zip(names, range(0, left, size))} or {path: 0}
            require(there == list(right), f"{len(there)} segments are there, and {len(right)} are recorded")
            odd = [name for name in there if os.path.getsize(name) != right[name]]
            require(not odd, f"these segments do not have their recorded length: {odd}")
    return there
def key_of(vkey):  # name, key id in hex and base64(0x01 || public key), with + between them
    name, _, encoded = vkey.split("+", 2)
    typed = b"\x01" + base64.b64decode(encoded)[1:]
    key_id = sha256(name.encode() + b"\n" + typed)[:4]
    require(vkey == f"{name}+{key_id.hex()}+{encode64(typed)}" and len(typed) == 33, "not an Ed25519 key with its id")
    return name, key_id, typed[1:]
def check_note(note, text, vkeys):  # that all these keys signed this text; how many signatures are by other keys
    form = r"— ([^\s+\x00-\x1f\x7f-\x9f\ufffd]+) ([^\s=]{7}\S+)\n"  # a name without spaces, + and control characters
    signatures = [(who, base64.b64decode(code)) for who, code in re.findall(form, note)]
    right = text + "\n" + "".join(f"— {who} {encode64(signature)}\n" for who, signature in signatures)
    require(note == right and len(signatures) <= 100, "not a signed note, or of another text")
    for name, key_id, public in map(key_of, vkeys):
        own = [signature[4:] for who, signature in signatures if (who, signature[:4]) == (name, key_id)]
        require(own, f"no signature by {name}+{key_id.hex()}")
        for signature in own: check_ed25519(public, text.encode(), signature)
        signatures = [(who, signature) for who, signature in signatures if (who, signature[:4]) != (name, key_id)]
    return len(signatures)
def check_ed25519(public, message, signature):
    key = bytes.fromhex("302a300506032b6570032100") + public  # these 12 bytes say: an Ed25519 public key follows
    with tempfile.TemporaryDirectory() as temp:
        for name, data in ("key", key), ("signature", signature), ("message", message):
            pathlib.Path(temp, name).write_bytes(data)
        command = "openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key -sigfile signature -in message"
        run = subprocess.run(command.split(), cwd=temp, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    require(run.returncode == 0 and b"Verified" in run.stdout, f"bad signature; openssl says {run.stdout}")
def strict_json(raw):  # `require` returns nothing, or does not return
    def once(pairs): return require(len(dict(pairs)) == len(pairs), "a key twice in one object") or dict(pairs)
    def whole(text): return require(re.fullmatch("0|-?[1-9][0-9]{0,15}", text) and abs(int(text)) < 2 ** 53,
                                    f"the number {text}") or int(text)
    entry = json.loads(raw.decode(), object_pairs_hook=once, parse_int=whole, parse_float=whole, parse_constant=whole)
    json.dumps(entry, ensure_ascii=False).encode()  # fails where half of a surrogate pair stands alone
    steps = [1 if b in b"[{" else -1 for b in re.sub(rb'"(\\.|[^"\\])*"|[^][{}]', b"", raw)]
    require(type(entry) is dict and max(itertools.accumulate(steps)) <= 16, "not an object, or nested over 16 deep")
    require(not re.search(rb"[\x00-\x1f]", raw), "more than one line, or a control character")
    return entry

def verify(bundle, key, images):
    files = {p.relative_to(bundle).as_posix(): p for p in bundle.rglob("*") if p.is_symlink() or not p.is_dir()}
    # 1. The station's newest key, and a newline.
    newest, end = read(files, "verifier-key", 310).decode().split("\n")
    name = require(end == "", "more than one line") or key_of(newest)[0]
    # 2. The checkpoint: origin (the key's name), size, root; a blank line; signatures.
    note = read(files, "checkpoint", 1 << 20).decode()
    size, root = int(note.split("\n")[1][:16]), note.split("\n")[2]
    text = f"{name}\n{size}\n{root}\n"
    others = require(0 < size <= 2 ** 53, "no size of a log") or check_note(note, text, [newest])
    say("checked", f"checkpoint: {size} entries, root {root}; {newest}")
    # 3. The entries, the tree over them with its tiles, and the keys: each change of the key is signed by the old and the new.
    keys, lost = [], []  # in their order; how many of them the station itself does not believe, and which entry says so
    edge, upper = [], collections.defaultdict(list)  # complete subtrees, the largest first; hashes by level of tile
    blobs, acts, acquired, later = {}, collections.Counter(), [], {}
    withheld, decided, mayBeAbsent = [], [], {}  # what an edition leaves out: runs of entries, who decided it, files
    for first in range(0, size, 256):
        width, raws, end = min(256, size - first), [], 0
        data = read(files, tile_name("entries", first // 256, width), 256 * 65537)
        while end < len(data):  # an entry stands after its length in two bytes
            start, end = end + 2, end + 2 + int.from_bytes(data[end:end + 2], "big")
            raws.append(data[start:end])
        require(end == len(data) and len(raws) == width, f"not {width} entries")
        hashes = read(files, tile_name(0, first // 256, width), 8192)  # of an entry that is withheld, only the hash is there
        leaves = [sha256(b"\x00" + raw) if raw else hashes[32 * n:32 * n + 32] for n, raw in enumerate(raws)]
        require(hashes == b"".join(leaves), "disagrees with tile/entries")
        for seq, raw, digest in zip(itertools.count(first), raws, leaves):
            LOOKING_AT[0] = f"entry {seq}"
            if not raw:
                if not (withheld and withheld[-1][1] == seq - 1): withheld.append([seq, seq])
                withheld[-1][1] = seq
                extend(edge, upper, seq, digest)
                continue
            entry, right = strict_json(raw), dict(v=1, seq=seq, tree=dict(size=seq, root=encode64(root_of(edge))))
            same = json.dumps({**entry, **right}, sort_keys=True) == json.dumps(entry, sort_keys=True)
            require(same, f"its v, seq and tree are not {right}")
            require(all(m in entry and type(entry[m]) in TYPES[m] for m in TYPES), "a member is missing or wrong")
            for blob in entry["blobs"]:
                named = re.fullmatch("[0-9a-f]{64}", blob["sha256"]) and blobs.setdefault(blob["sha256"], blob["size"])
                require(named == blob["size"] and type(named) is int, "a blob without SHA-256, or of two sizes")
            if entry["act"] == "acquisition.finished": acquired.append((seq, {"digests": {}, **entry["body"]}))
            same, tree, made = (entry["body"].get(name) for name in ("matches", "tree", "acquisition"))
            if entry["act"] == "image.verified" and not (same and "ranges" in (tree or {})): later[made] = same
            if entry["act"] in ("station.started", "key.rotated"):
                said = entry["body"]
                in_force = said["old" if entry["act"] == "key.rotated" else "verifierKey"]
                keys = keys or [in_force]
                require(keys[-1] == in_force, "another key was in force")
            if entry["act"] == "key.rotated":
                old, new, before = in_force, said["new"], f"{name}\n{seq}\n{right['tree']['root']}\n"
                require(new not in keys and key_of(new)[0] == key_of(old)[0] == name, "no new key of this log")
                check_note(said["statement"], f"Fengcun key rotation v1\n{before}{old}\n{new}\n", [old, new])
                if said.get("compromisedSince"): lost.append((len(keys), seq, said["compromisedSince"]))
                keys.append(new)
            if entry["act"] == "edition.decided":  # ranges such as 3-17, of entries before it
                here, said = [], entry["body"]
                by = f"by entry {seq}: {said['basis']}; {said['reason']}; decided by {said['decidedBy']}, for {said['recipient']}"
                for low, high in [map(int, (span.split("-") * 2)[:2]) for span in said["withheld"]]:
                    at = max(bisect.bisect_right(withheld, [low, size]) - 1, 0)  # the last run that begins no later
                    while at < len(withheld) and withheld[at][0] <= high:
                        if withheld[at][1] >= low: here.append((max(low, withheld[at][0]), min(high, withheld[at][1])))
                        at += 1
                decided.append((here, by))
                mayBeAbsent.update({digest: by for digest in said.get("files", [])})
            acts[entry["act"]] += 1
            extend(edge, upper, seq, digest)
    for level, hashes in upper.items():
        for n in range(0, len(hashes), 256):
            tile = read(files, tile_name(level, n // 256, len(hashes[n:n + 256])), 8192)
            require(tile == b"".join(hashes[n:n + 256]), "not the hashes of the tiles below it")
    LOOKING_AT[0] = "checkpoint"
    require(encode64(root_of(edge)) == root, "its root is not that of the entries")
    spans, reach = collections.deque(sorted(span for here, _ in decided for span in here)), -1
    for seq, last in withheld:
        while seq <= last:
            while spans and spans[0][0] <= seq: reach = max(reach, spans.popleft()[1])
            LOOKING_AT[0] = f"entry {seq}"
            require(reach >= seq, "is withheld, and no decision in the record names it")
            seq = reach + 1
    if raw and entry["act"] == "key.rotated": others = check_note(note, text, keys[-2:])  # at the change itself, both sign
    LOOKING_AT[0], keys = "verifier-key", keys or [newest]
    require(keys[-1] == newest, "not the key that the entries leave in force")
    require(key in (None, *keys), "neither the key given with --key, nor one that follows from it")
    for count, seq, since in lost:  # a thief can name a successor, too
        require(key not in keys[:count], f"give a later key: entry {seq} says that one was in other hands since {since}")
    if keys[1:]: say("checked", f"{len(keys) - 1} changes of the key, each signed by old and new; the first was {keys[0]}")
    # 4. The attachments, and that nothing else is there.
    left = [digest for digest in sorted(blobs) if digest in mayBeAbsent and "blobs/" + digest not in files]
    for digest in sorted(blobs.keys() - set(left)):
        path = take(files, "blobs/" + digest)
        require(os.path.getsize(path) == blobs[digest], "not the length that an entry names")  # before any of it is read
        require(hash_files([path], ["sha256"]) == (blobs[digest], {"sha256": digest}), "not the SHA-256 that an entry names")
    LOOKING_AT[0], stray = "bundle", sorted(name for name in files if name.startswith(("tile/", "blobs/")))
    require(not stray, f"these files do not belong to it: {stray}")
    counts = ", ".join(f"{acts[act]} {act}" for act in sorted(acts))
    say("checked", f"{len(blobs) - len(left)} blobs, {size - sum(last - seq + 1 for seq, last in withheld)} entries: {counts}")
    for here, words in decided:
        if here: say("WITHHELD", f"entries {', '.join(f'{a}-{b}' if a < b else str(a) for a, b in here)}, {words}")
    for digest in left: say("WITHHELD", f"blob {digest}, {mayBeAbsent[digest]}")
    bad = [seq for seq, body in acquired if later.get(body.get("acquisition")) is False]
    require(not bad, f"the station itself found the images of these entries changed: {bad}")
    # 5. The images, each against every acquisition.
    for path in images:
        recorded, LOOKING_AT[0], found = {name for _, body in acquired for name in body["digests"]}, path, []
        parts = segments(path, acquired)
        length, digests = hash_files(parts, recorded & ALGORITHMS)
        only_tree = any(length == body.get("bytes") and not body["digests"] for _, body in acquired)
        if only_tree: digests["fs-verity"] = fsverity(parts)
        for seq, body in acquired:
            values = body["digests"] or {"fs-verity": body.get("blockTree")}
            same, other = sorted(values.keys() & digests), sorted(values.keys() - digests)
            if length == body.get("bytes") and same and all(digests[name] == values[name] for name in same):
                found.append(f"{seq} ({' '.join(same)}; unchecked: {other}; unreadable: {body.get('unreadableBytes')})")
        require(found, f"no acquisition.finished records {length} bytes with {digests}")
        say("checked", f"image {path}: {length} bytes, as recorded in entry {', '.join(found)}")
    say("absent", ", ".join([EVIDENCE[act] for act in EVIDENCE if not acts[act]] + ([] if key else ["trusted copy of the key"])))
    unchecked = [f"what the {acts[act]} {act} say" for act in [*EVIDENCE, "ledger.restored", "certificate.checked"] if acts[act]]
    unchecked += [f"who signed the entries up to {seq}, by a key in other hands since {since}" for _, seq, since in lost]
    unchecked += [f"{others} signatures under the checkpoint by other keys"] * (others > 0)
    say("not checked", "; ".join(unchecked) or "nothing of the above")
    say("not covered", ", ".join(sorted(files)))
    warning = "BUT THE KEY CAME FROM THE BUNDLE ITSELF (use --key) 公钥取自本文件夹，未与可信副本核对"
    but = "; BUT FOR WHAT IS WITHHELD 未展示的内容除外" if withheld or left else ""
    say("VERIFIED", "核验通过: " + ("signed with the key given 公钥与所给的一致" if key else warning) + but)

if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("bundle", nargs="?", default=HERE, type=pathlib.Path, help="else the folder of this script")
    parser.add_argument("--key", metavar="VKEY")
    parser.add_argument("--image", metavar="FILE", action="append", default=[], dest="images")
    parser.error = lambda message: parser.exit(64, f"verify.py: {message}\n")
    try: verify(**vars(parser.parse_args()))
    except Exception as error:  # whatever the bytes are: one line, and not 0
        say("NOT VERIFIED", f"核验未通过: {LOOKING_AT[0]}: {str(error) or repr(error)}")
        sys.exit(1)
