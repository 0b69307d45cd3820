"""The measuring part of Benchmarks/imaging; run that."""
import atexit, collections, glob, json, os, random, shutil, statistics, subprocess, sys, time

folder, size, rounds, largest = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
programs, cores = os.environ["PROGRAMS"], os.cpu_count()
tick = os.sysconf("SC_CLK_TCK")
times = collections.defaultdict(list)       # name -> (seconds by the clock, seconds of the processor)
devices = []


class Station:
    """A daemon with exhibits: each its own loop device."""

    def __init__(self, sources):
        self.state = f"{folder}/station{len(devices)}"
        self.devices = [attach(source) for source in sources]
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


def attach(source):
    device = subprocess.check_output(["losetup", "--find", "--show", "--read-only", source], text=True).strip()
    devices.append(device)
    return device


def out():
    """An empty folder for what comes next."""
    path = folder + "/out"
    shutil.rmtree(path, ignore_errors=True)
    os.mkdir(path)
    return path


def drive(name, mebibytes, mixed=True):
    """A third of it is zero, as on a drive that was used for a while; what is not mixed is a hole."""
    path = f"{folder}/{name}"
    with open(path, "wb") as file:
        for _ in range(mebibytes * 2 // 3 if mixed else 0): file.write(random.randbytes(1 << 20))
        file.truncate(mebibytes << 20)
    return path


def run(name, *commands, station=None, environment=None):
    """Runs commands at once; keeps how long all of them took and what the processor worked for them."""
    before = station.processor() if station else 0
    start = time.perf_counter()
    running = [
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         env={**os.environ, **(environment or {})}) for command in commands]
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


def imaging():
    source = drive("drive", size)
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
            run("dc3dd " + name, ["dc3dd", "if=" + device, f"of={out()}/image", *["hash=" + digest for digest in digests]])
            run("dcfldd " + name, ["dcfldd", "if=" + device, f"of={out()}/image", "bs=1M", "hash=" + ",".join(digests)])
            # It always computes MD5, too.
            more = [option for digest in digests if digest != "md5" for option in ["-d", digest]]
            run("ewfacquire " + name, ["ewfacquire", "-u", "-q", "-c", "none", "-S", f"{size + 1024}MiB", *more, "-t",
                                       f"{out()}/image", device])
        # What is read back is the same file for all.
        kept = folder + "/kept"
        shutil.rmtree(kept, ignore_errors=True)
        os.mkdir(kept)
        image = json.loads(run("kept", station.image(0, "sha256", to=kept))[0])["image"]
        run("verify quick", station.command("image", "verify", "E0", "--quick"), station=station)
        run("verify full", station.command("image", "verify", "E0"), station=station)
        run("openssl sha256 of the image", ["openssl", "dgst", "-sha256", image])
        run("openssl sha256 without SHA instructions", ["openssl", "dgst", "-sha256", image], environment=plain)
        run("b3sum of the image", ["b3sum", image])
        run("fsverity digest of the image", ["fsverity", "digest", image])
        shutil.rmtree(kept)
        out()
    print(f"{size:,} MiB, {cores} cores, {rounds} rounds, load {os.getloadavg()[0]:.1f} at the end; seconds: median (least to most)\n")
    rows = []
    for name, digests in sets.items():
        alone = [median("openssl " + digest) for digest in digests]
        limit = max(max(alone), (sum(alone) + median("dd", 1)) / cores)
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
    names = ["verify quick", "verify full", "openssl sha256 of the image", "openssl sha256 without SHA instructions",
             "b3sum of the image", "fsverity digest of the image"]
    table(["reading an image back", "seconds", "CPU s", "MiB/s", "× verify quick"],
          [[name, spread(name), f"{median(name, 1):.2f}", f"{size / median(name):,.0f}", f"{median(name) / median(names[0]):.2f}"]
           for name in names])
    station.stop()
    os.remove(source)
    return peak


def several():
    """Drives at once: rate of all, how evenly it is shared, memory."""
    each = size // 8
    sources = [drive(f"drive{index}", each) for index in range(8)]
    station = Station(sources)
    rows, peaks = [], {}
    for _ in range(rounds):
        for count in [1, 2, 4, 8]:
            station.peak()
            target = out()
            ended = run(f"{count} at once", *[station.image(index, "sha256", to=target) for index in range(count)], station=station)
            peaks[count] = max(peaks.get(count, 0), station.peak())
            seconds = []
            for output in ended:
                answer = json.loads(output)
                seconds.append(moment(answer["finishedAt"]) - moment(answer["startedAt"]))
            # Equal work: a share is the other way round as its time.
            times[f"uneven {count}"].append(((max(seconds) - min(seconds)) / statistics.mean(seconds), 0))
    for count in [1, 2, 4, 8]:
        name = f"{count} at once"
        expected = count * median("1 at once") / min(count, cores)
        rows.append([str(count), spread(name), f"{count * each / median(name):,.0f}", f"{median(name) / expected:.2f}",
                     f"{median(f'uneven {count}') * 100:.0f} %", f"{peaks[count]:.0f}"])
    table([f"drives of {each} MiB", "seconds", "MiB/s in all", "× (n × one) / cores", "shares differ by", "peak MiB"], rows)
    station.stop()
    for source in sources: os.remove(source)


def moment(text):
    whole, fraction = text[:-1].split(".")
    return time.mktime(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float("0." + fraction)


def bad_sectors():
    """1,000 on 1 GiB, without delay: ours on a simulated drive, ddrescue in its test mode, with one map of what is bad."""
    source = drive("drive", 1024)
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
        run("ddrescue", ["ddrescue", "-q", "--test-mode=" + faults, source, target + "/image", target + "/map"])
        same = same and ours == finished(target + "/map")
    table(["1,000 bad sectors on 1 GiB", "seconds", "CPU s"],
          [["fengcun, with SHA-256 and block tree read back", spread("rehearse"), f"{median('rehearse', 1):.2f}"],
           ["ddrescue, no digest", spread("ddrescue"), f"{median('ddrescue', 1):.2f}"]])
    print(f"{median('rehearse') / median('ddrescue'):.2f} × ddrescue; the same sectors were rescued: {'yes' if same else 'NO'}\n")
    os.remove(source)


def growth():
    """Sparse sources into sparse images, so that neither memory nor disk decides; once each."""
    rows, gibibytes = [], 1
    while gibibytes <= largest:
        source = drive("drive", gibibytes << 10, mixed=False)
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


peak = imaging()
print(f"Peak memory of the daemon for one job: {peak:.0f} MiB.\n", flush=True)
several()
bad_sectors()
growth()
