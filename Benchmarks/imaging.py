"""The measuring part of Benchmarks/imaging; run that."""
import atexit, collections, ctypes, glob, http.client, json, os, random, shutil, socket, statistics, subprocess, sys, time

folder, size, rounds, largest = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
programs, cores, sha = os.environ["PROGRAMS"], os.cpu_count(), os.environ["SHA"]
tick = os.sysconf("SC_CLK_TCK")
times = collections.defaultdict(list)       # name -> (seconds by the clock, seconds of the processor)
devices = []
targets = []        # what docs/benchmarks.md promises: (name, what was reached, the most it may be)


class Station:
    """A daemon with exhibits: each its own loop device."""

    def __init__(self, sources, *options):
        self.state = f"{folder}/station{len(devices)}"
        self.devices = [attach(source, *options) for source in sources]
        command = [programs + "/fengcund", "--state", self.state, "--socket", self.state + ".sock"]
        for device in self.devices: command += ["--evidence", device]
        self.daemon = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        atexit.register(self.daemon.kill)
        self.say("case", "open", "B", "--cause", "benchmark", "--unit", "benchmark")
        for index, device in enumerate(self.devices):
            self.say("medium", "register", device, "--case", "B", "--exhibit", f"E{index}", "--location", "x", "--custodian", "y")

    def command(self, *arguments): return [programs + "/fengcun", "--socket", self.state + ".sock", *arguments, "--json"]

    def say(self, *arguments): return json.loads(subprocess.check_output(self.command(*arguments)))

    def image(self, index, digests, *options, to=None):
        return self.command("image", "start", f"E{index}", "--to", to or out(), "--hash", digests, "--wait", *options)

    def done(self):
        """Bytes that each running job has read; asked of the socket itself, which costs next to nothing."""
        connection = http.client.HTTPConnection("station")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(self.state + ".sock")
        connection.request("GET", "/v1/jobs")
        jobs = json.loads(connection.getresponse().read())
        connection.close()
        return {job["job"]: job["bytesDone"] for job in jobs if job["state"] == "running"}

    def processor(self):
        fields = open(f"/proc/{self.daemon.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / tick

    def peak(self):
        """MiB since the last call."""
        lines = dict(line.split(":", 1) for line in open(f"/proc/{self.daemon.pid}/status") if ":" in line)
        open(f"/proc/{self.daemon.pid}/clear_refs", "w").write("5")
        return int(lines["VmHWM"].split()[0]) / 1024

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait()
        for device in self.devices: subprocess.check_call(["losetup", "-d", device])
        for device in self.devices: devices.remove(device)
        shutil.rmtree(self.state)


@atexit.register
def detach():
    for device in devices: subprocess.call(["losetup", "-d", device])


def attach(source, *options):
    device = subprocess.check_output(["losetup", "--find", "--show", "--read-only", *options, source], text=True).strip()
    devices.append(device)
    return device


def out():
    """An empty folder for what comes next."""
    path = folder + "/out"
    shutil.rmtree(path, ignore_errors=True)
    os.mkdir(path)
    return path


def keep_memory():
    """A virtual machine's host may take back memory that nobody uses, and whoever writes next waits for it, seconds for a gigabyte:
    then what came before a program decides how long it takes. Only whole large pages are given back, so one small page of each stays
    in use."""
    fallocate, page, large = ctypes.CDLL(None, use_errno=True).fallocate64, 4096, 1 << 20
    fallocate.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64]
    with open(folder + "/memory", "wb") as file:
        for _ in range(3 * size): file.write(b"\xff" * large)
        file.flush()
        for start in range(0, 3 * size * large, large):
            # FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE
            if fallocate(file.fileno(), 3, start + page, large - page): raise OSError(ctypes.get_errno(), "fallocate")


def drive(parent, name, mebibytes, mixed=True):
    """A third of it is zero, as on a drive that was used for a while; what is not mixed is a hole."""
    path = f"{parent}/{name}"
    with open(path, "wb") as file:
        for _ in range(mebibytes * 2 // 3 if mixed else 0): file.write(random.randbytes(1 << 20))
        file.truncate(mebibytes << 20)
    return path


def run(name, *commands, station=None, environment=None, watch=lambda: None):
    """Runs commands at once; keeps how long all of them took and what the processor worked for them.

    watch is called until the first of them ends."""
    before = station.processor() if station else 0
    start = time.perf_counter()
    running = [
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         env={**os.environ, **(environment or {})}) for command in commands]
    if len(running) > 1:
        # Not by wait(2), which is for what they used.
        while not any(os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) for process in running):
            watch()
            time.sleep(0.02)
    outputs = [process.stdout.read() for process in running]
    work = 0
    for process, command in zip(running, commands):
        _, status, usage = os.wait4(process.pid, 0)
        if status: raise SystemExit(f"imaging: {' '.join(command)} failed")
        work += usage.ru_utime + usage.ru_stime
    seconds = time.perf_counter() - start
    times[name].append((seconds, work + (station.processor() - before if station else 0)))
    return outputs


def median(name, part=0): return statistics.median(value[part] for value in times[name])


def table(header, rows):
    print("| " + " | ".join(header) + " |\n|" + "---|" * len(header))
    for row in rows: print("| " + " | ".join(row) + " |")
    print(flush=True)


def spread(name):
    values = [value[0] for value in times[name]]
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def others(device, digests):
    """How the others make an image of a device: their names and commands."""
    yield "dc3dd", ["dc3dd", "if=" + device, f"of={out()}/image", *["hash=" + digest for digest in digests]]
    yield "dcfldd", ["dcfldd", "if=" + device, f"of={out()}/image", "bs=1M", "hash=" + ",".join(digests)]
    # It always computes MD5, too; of several -d only the last one counts.
    more = ["-d", ",".join(digest for digest in digests if digest != "md5")]
    yield "ewfacquire", ["ewfacquire", "-u", "-q", "-c", "none", "-S", f"{size + 1024}MiB", *more, "-t", f"{out()}/image", device]


def imaging():
    source = drive(folder, "drive", size)
    station = Station([source])
    device = station.devices[0]
    sets = {"SHA-256": ["sha256"], "MD5 + SHA-1 + SHA-256": ["md5", "sha1", "sha256"],
            "MD5 + SHA-1 + SHA-256 + SM3": ["md5", "sha1", "sha256", "sm3"]}
    plain = {"OPENSSL_ia32cap": ":~0x20000000"}
    peak = 0
    for _ in range(rounds):
        for digest in ["md5", "sha1", "sha256", "sm3"]: run("openssl " + digest, ["openssl", "dgst", "-" + digest, source])
        run("dd", ["dd", "if=" + device, f"of={out()}/image", "bs=4M"])
        station.peak()
        run("fengcun block tree", station.image(0, "none"), station=station)
        peak = max(peak, station.peak())
        run("ddrescue, no digest", ["ddrescue", "-q", device, f"{out()}/image", folder + "/out/map"])
        for name, digests in sets.items():
            station.peak()
            run("fengcun " + name, station.image(0, ",".join(digests)), station=station)
            peak = max(peak, station.peak())
            if "sm3" in digests: continue
            for tool, command in others(device, digests): run(f"{tool} {name}", command)
        # What is read back is the same file for all.
        kept = folder + "/kept"
        shutil.rmtree(kept, ignore_errors=True)
        os.mkdir(kept)
        image = json.loads(run("kept", station.image(0, "sha256", to=kept))[0])["image"]
        run("verify quick", station.command("image", "verify", "E0", "--quick"), station=station)
        run("verify full", station.command("image", "verify", "E0"), station=station)
        run("openssl sha256 of the image", ["openssl", "dgst", "-sha256", image])
        if sha == "with":
            run("openssl sha256 without SHA instructions", ["openssl", "dgst", "-sha256", image], environment=plain)
        run("b3sum of the image", ["b3sum", image])
        run("fsverity digest of the image", ["fsverity", "digest", image])
        shutil.rmtree(kept)
        out()
    print(f"{size:,} MiB, {cores} cores, {rounds} rounds, {sha} SHA instructions, load {os.getloadavg()[0]:.1f} at the end; seconds: median (least to most)\n")
    rows = []
    for name, digests in sets.items():
        alone = [median("openssl " + digest) for digest in digests]
        limit = max(max(alone), (sum(alone) + median("dd", 1)) / cores)
        ours = median("fengcun " + name)
        targets.append((name + ", × limit", ours / limit, 1.10 if digests == ["sha256"] else 1.20))
        if digests == ["sha256"]:
            fastest = min(median(f"{tool} {name}") for tool in ["dc3dd", "dcfldd", "ewfacquire"])
            targets.append((name + ", × the fastest other", ours / fastest, 1 / 1.5))
        elif "sm3" not in digests:
            targets.append((name + ", × ewfacquire", ours / median("ewfacquire " + name), 1 / 1.4))
            targets.append((name + ", × dc3dd", ours / median("dc3dd " + name), 1 / 1.7))
        for tool in ["fengcun", "dc3dd", "dcfldd", "ewfacquire"]:
            key = f"{tool} {name}"
            if key not in times: continue
            ratio = "" if tool == "fengcun" else f"{median(key) / median('fengcun ' + name):.2f}"
            rows.append([name, tool, spread(key), f"{median(key, 1):.2f}", f"{size / median(key):,.0f}",
                         f"{median(key) / limit:.2f}", ratio])
    table(["digests", "program", "seconds", "CPU s", "MiB/s", "× limit", "× fengcun"], rows)
    table(["block tree only", "seconds", "CPU s", "MiB/s", "× dd"],
          [[name, spread(name), f"{median(name, 1):.2f}", f"{size / median(name):,.0f}", f"{median(name) / median('dd'):.2f}"]
           for name in ["fengcun block tree", "dd"]])
    rows = [[name, spread(name), f"{median(name, 1):.2f}", f"{size / median(name):,.0f}"] for name in
            [*["openssl " + digest for digest in ["md5", "sha1", "sha256", "sm3"]], "dd", "ddrescue, no digest"]]
    table(["what the limit is made of", "seconds", "CPU s", "MiB/s"], rows)
    targets.append(("block tree only, × dd", median("fengcun block tree") / median("dd"), 1.25))
    names = ["verify quick", "verify full", "openssl sha256 of the image", "openssl sha256 without SHA instructions",
             "b3sum of the image", "fsverity digest of the image"]
    names = [name for name in names if name in times]
    openssl = next(name for name in reversed(names) if name.startswith("openssl"))
    targets.append((f"verify quick, × {openssl}", median("verify quick") / median(openssl), 1 / 8))
    targets.append(("verify quick, × b3sum", median("verify quick") / median("b3sum of the image"), 2))
    table(["reading an image back", "seconds", "CPU s", "MiB/s", "× verify quick"],
          [[name, spread(name), f"{median(name, 1):.2f}", f"{size / median(name):,.0f}", f"{median(name) / median(names[0]):.2f}"]
           for name in names])
    station.stop()
    os.remove(source)
    return peak


def on_disk():
    """A file on a disk, of which nothing is in memory: the disk decides, and whether whoever reads keeps it busy."""
    source = drive(os.environ["DISK"], "drive", size)
    station = Station([source], "--direct-io=on")
    device = station.devices[0]

    def cold(name, command, station=None):
        os.sync()
        with open("/proc/sys/vm/drop_caches", "w") as file: file.write("1")
        run(name + ", disk", command, station=station)

    for _ in range(rounds):
        cold("dd", ["dd", "if=" + device, f"of={out()}/image", "bs=4M", "iflag=direct"])
        cold("ddrescue", ["ddrescue", "-q", "--idirect", device, f"{out()}/image", folder + "/out/map"])
        cold("fengcun", station.image(0, "sha256"), station)
        for tool, command in others(device, ["sha256"]): cold(tool, command)
    names = ["fengcun", "dc3dd", "dcfldd", "ewfacquire", "ddrescue", "dd"]
    labels = {"ddrescue": "ddrescue --idirect, no digest", "dd": "dd iflag=direct, no digest"}
    table([f"SHA-256 of {size:,} MiB on a disk", "seconds", "CPU s", "MiB/s", "× fengcun"],
          [[labels.get(name, name), spread(name + ", disk"), f"{median(name + ', disk', 1):.2f}",
            f"{size / median(name + ', disk'):,.0f}", f"{median(name + ', disk') / median('fengcun, disk'):.2f}"]
           for name in names])
    station.stop()
    os.remove(source)
    out()


def several():
    """Drives at once: rate of all, how evenly it is shared, memory."""
    each = size // 8
    sources = [drive(folder, f"drive{index}", each) for index in range(8)]
    station = Station(sources)
    rows, peaks = [], {}
    for _ in range(rounds):
        for count in [1, 2, 4, 8]:
            station.peak()
            target = out()
            seen = []
            run(f"{count} at once", *[station.image(index, "sha256", to=target) for index in range(count)], station=station,
                watch=lambda: seen.append(station.done()))
            peaks[count] = max(peaks.get(count, 0), station.peak())
            # Shares of the time during which all of them read.
            both = [done for done in seen if len(done) == count and all(0 < bytes < each << 20 for bytes in done.values())]
            if len(both) < 2: continue
            shares = [both[-1][job] - both[0][job] for job in both[0]]
            times[f"uneven {count}"].append(((max(shares) - min(shares)) / statistics.mean(shares), 0))
    for count in [1, 2, 4, 8]:
        name = f"{count} at once"
        expected = count * median("1 at once") / min(count, cores)
        uneven = f"uneven {count}"
        rows.append([str(count), spread(name), f"{count * each / median(name):,.0f}", f"{median(name) / expected:.2f}",
                     f"{median(uneven) * 100:.0f} %" if uneven in times else "", f"{peaks[count]:.0f}"])
        if count == 4:
            targets.append(("4 drives, × (4 × one) / cores", median(name) / expected, 1.15))
            if uneven in times: targets.append(("4 drives, shares differ by", median(uneven), 0.10))
        if count == 8: targets.append(("MiB in memory, 8 jobs", peaks[count], 256))
    table([f"drives of {each} MiB", "seconds", "MiB/s in all", "× (n × one) / cores", "shares differ by", "peak MiB"], rows)
    station.stop()
    for source in sources: os.remove(source)


def bad_sectors():
    """1,000 on 1 GiB, without delay: ours on a simulated drive, ddrescue in its test mode, with one map of what is bad."""
    source = drive(folder, "drive", 1024)
    chosen = sorted(random.Random(4).sample(range(0, 1 << 30, 512), 1000))
    faults = folder + "/faults"
    with open(faults, "w") as file:
        file.write("0x0 + 1\n")
        position = 0
        for place in chosen:
            if place > position: file.write(f"0x{position:X} 0x{place - position:X} +\n")
            file.write(f"0x{place:X} 0x200 -\n")
            position = place + 512
        if position < 1 << 30: file.write(f"0x{position:X} 0x{(1 << 30) - position:X} +\n")

    def finished(path):
        good = set()
        for line in open(path).read().splitlines():
            parts = line.split()
            if len(parts) == 3 and parts[2] == "+": good.add((int(parts[0], 0), int(parts[1], 0)))
        merged = []
        for start, length in sorted(good):
            if merged and sum(merged[-1]) == start: merged[-1] = (merged[-1][0], merged[-1][1] + length)
            else: merged.append((start, length))
        return merged

    same = True
    for _ in range(rounds):
        target = out()
        run("rehearse", [programs + "/fengcund", "rehearse", source, "--faults", faults, "--to", target])
        ours = finished(glob.glob(target + "/*.map")[0])
        target = out()
        run("rehearse none", [programs + "/fengcund", "rehearse", source, "--faults", faults, "--to", target, "--hash", "none"])
        target = out()
        run("ddrescue", ["ddrescue", "-q", "--test-mode=" + faults, source, target + "/image", target + "/map"])
        same = same and ours == finished(target + "/map")
    names = {"rehearse": "fengcun, with SHA-256 and block tree read back", "rehearse none": "fengcun, with the block tree read back",
             "ddrescue": "ddrescue, nothing read back"}
    table(["1,000 bad sectors on 1 GiB", "seconds", "CPU s", "× ddrescue"],
          [[label, spread(name), f"{median(name, 1):.2f}", f"{median(name) / median('ddrescue'):.2f}"]
           for name, label in names.items()])
    print(f"The same sectors were rescued: {'yes' if same else 'NO'}.\n")
    targets.append(("bad sectors with SHA-256, × ddrescue", median("rehearse") / median("ddrescue"), 1.5))
    targets.append(("bad sectors without digest, × ddrescue", median("rehearse none") / median("ddrescue"), 1.5))
    os.remove(source)


def growth():
    """Sparse sources into sparse images, so that neither memory nor disk decides; once each."""
    rows, gibibytes = [], 1
    while gibibytes <= largest:
        source = drive(folder, "drive", gibibytes << 10, mixed=False)
        station = Station([source])
        station.peak()
        name = f"{gibibytes} GiB"
        run(name, station.image(0, "sha256", "--sparse"), station=station)
        rows.append([name, f"{median(name):.2f}", f"{median(name, 1):.2f}", f"{median(name) / gibibytes:.3f}", f"{station.peak():.0f}"])
        station.stop()
        os.remove(source)
        out()
        gibibytes *= 2
    if rows: table(["SHA-256, sparse source", "seconds", "CPU s", "seconds for 1 GiB", "peak MiB"], rows)


keep_memory()
peak = imaging()
print(f"Peak memory of the daemon for one job: {peak:.0f} MiB.\n", flush=True)
targets.append(("MiB in memory, one job", peak, 128))
on_disk()
several()
bad_sectors()
growth()
table(["target", "reached", "at most", ""],
      [[name, f"{reached:.2f}", f"{most:.3g}", "yes" if reached <= most else "**no**"] for name, reached, most in targets])
