"""Changes every STEPth byte of a bundle's files and runs the bundle's own script on it: each must be refused.

    mutate.py BUNDLE STEP FILE...
"""
import contextlib, io, runpy, sys

bundle, step, files = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
sys.dont_write_bytecode = True


def verdict():
    """Exit status and output of verify.py, run in this process."""
    sys.argv = ["verify.py", bundle]
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            runpy.run_path(bundle + "/verify.py", run_name="__main__")
        status = 0
    except SystemExit as stop:
        status = stop.code or 0
    out.flush()
    return status, out.buffer.getvalue().decode()


status, text = verdict()
if status != 0:
    sys.exit("the bundle does not verify to begin with: " + text)
count = 0
for path in files:
    with open(path, "rb") as file:
        sound = file.read()
    for place in range(0, len(sound), step):
        for change in (0x01, 0x80):
            bytes_ = bytearray(sound)
            bytes_[place] ^= change
            with open(path, "wb") as file:
                file.write(bytes_)
            count += 1
            status, text = verdict()
            if status != 1 or "Traceback" in text:
                sys.exit(f"{path} byte {place}: exit status {status}: {text}")
    with open(path, "wb") as file:
        file.write(sound)
if verdict()[0] != 0:
    sys.exit("the bundle does not verify any more")
print(f"mutations found by the script: {count}")
