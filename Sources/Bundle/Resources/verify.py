#!/usr/bin/env python3
"""验证封存 (Fengcun) 导出的保管账本 / Check a custody ledger exported by Fengcun 封存.

    python3 verify.py [BUNDLE] [--key VKEY] [--image FILE]...        BUNDLE: else the folder this script lies in

Exit 0 proves: the holder of the station's key signed exactly these entries in exactly this order; every attachment is
the one its entry names; every image given has the digests that an entry records. It does not prove: that an entry is
true; when it was written (the clock is the station's own); whose key it is, unless --key gives a copy got another way;
that no other ledger was signed (compare with a checkpoint handed out earlier). Exit 1: something does not verify. 64:
wrong usage. The command `openssl` (3.x) checks the Ed25519 signature, and nothing else is used but Python itself.
"""
import os, sys
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path = [p for p in sys.path if os.path.realpath(p) != HERE]  # a json.py laid beside this script is not imported
import argparse, base64, collections, hashlib, itertools, json, re, subprocess, tempfile

class Bad(Exception): """What does not verify, and where."""
def require(ok, place, reason):
    if not ok: raise Bad(f"{place}: {reason}")
def say(label, text):  # one line, whatever the text: control characters, newlines, terminal escapes are spelt out
    print(label.ljust(12), "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(text)[:1500]))
def sha256(data): return hashlib.sha256(data).digest()
def node(left, right): return sha256(b"\x01" + left + right)  # RFC 6962; a leaf is sha256(0x00 || entry)
def encode64(data): return base64.b64encode(data).decode()
def decode64(text, place):
    try: data = base64.b64decode(text)
    except ValueError: data = b""
    require(data and encode64(data) == text, place, "not base64 in its canonical spelling")
    return data

def list_files(root):  # by name: whatever is not a folder
    files, folders = {}, [""]
    for folder in folders:  # grows on the way
        for item in os.scandir(os.path.join(root, folder)):
            if item.is_dir(follow_symlinks=False): folders.append(folder + item.name + "/")
            else: files[folder + item.name] = item
    return files
def take(files, name):  # a file that is taken is covered by the check; those left over at the end are not
    item = files.pop(name, None)
    require(item and item.is_file(follow_symlinks=False), name, "missing, or not a regular file")
    return item.path
def read(files, name, most):
    with open(take(files, name), "rb") as file: data = file.read(most + 1)
    require(len(data) <= most, name, f"longer than {most} bytes")
    return data
def read_text(files, name):
    data = read(files, name, 1 << 20)
    require(data.decode("utf-8", "replace").encode() == data, name, "not UTF-8")
    return data.decode()
def hash_file(path, algorithms):  # the length, and the digests in hex of those algorithms that this Python has
    hashers = {name: hashlib.new(name) for name in algorithms if name in hashlib.algorithms_available}
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
    require(run.returncode == 0 and b"Verified" in run.stdout, "checkpoint", f"bad signature; openssl says {run.stdout}")

def strict_json(raw, place):
    def members(pairs):
        require(len(dict(pairs)) == len(pairs), place, "a key twice in one object")
        return dict(pairs)
    def number(text):
        require(re.fullmatch("0|-?[1-9][0-9]{0,15}", text) and abs(int(text)) < 2 ** 53, place, f"bad number {text}")
        return int(text)
    try:
        entry = json.loads(raw.decode(), object_pairs_hook=members, parse_int=number, parse_float=number,
                           parse_constant=number)
        json.dumps(entry, ensure_ascii=False).encode()  # fails where half of a surrogate pair stands alone
    except (ValueError, RecursionError) as error: raise Bad(f"{place}: not strict JSON: {error}")
    brackets = re.sub(rb'"(\\.|[^"\\])*"|[^][{}]', b"", raw)
    depth = max(itertools.accumulate(1 if b in b"[{" else -1 for b in brackets), default=0)
    require(type(entry) is dict and depth <= 16, place, "not an object, or nested deeper than 16")
    require(not re.search(rb"[\x00-\x1f]", raw), place, "not one line")
    return entry

def tile_name(level, number, width):  # number 1234067 is written x001/x234/067
    name = f"{number % 1000:03}"
    while number >= 1000: number, name = number // 1000, f"x{number // 1000 % 1000:03}/{name}"
    return f"tile/{level}/{name}" + (f".p/{width}" if width < 256 else "")

TYPES = {"time": str, "boot": str, "monotonic": int, "clockSynchronised": bool, "act": str, "actor": dict,
         "subjects": list, "blobs": list, "body": dict}

def verify(bundle, trusted, images):
    files = list_files(bundle)
    # 1. The key: name, key id in hex and base64(0x01 || public key), with + between them, and a newline.
    line = read_text(files, "verifier-key")
    name, _, encoded = (line[:-1].split("+", 2) + ["", ""])[:3]
    key = decode64(encoded, "verifier-key")
    key_id = sha256(name.encode() + b"\n" + key)[:4]
    require(re.fullmatch(r"[^\s+\x00-\x1f]+", name) and len(key) == 33 and key[0] == 1
            and line == f"{name}+{key_id.hex()}+{encoded}\n", "verifier-key", "not an Ed25519 key with its right id")
    require(trusted in (None, line[:-1]), "verifier-key", "not the key given with --key")
    say("ok", f"verifier-key: {line[:-1]}")
    # 2. The checkpoint: three lines of text, a blank line, signature lines (those by unknown keys are ignored).
    note = read_text(files, "checkpoint")
    text, blank, rest = note.rpartition("\n\n")
    lines, others = re.findall(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)\n", rest), 0
    require(rest == "".join(f"— {signer} {encoded}\n" for signer, encoded in lines) and len(lines) <= 100, ...)
