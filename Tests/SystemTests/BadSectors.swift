import Foundation
import SystemPackage
import TestSupport
import Testing

/// Gives a drive bad sectors: what the loop device reads from is a file of a file system of our own (FUSE), which answers EIO
/// wherever it is told to, to the byte, or does not answer at all there, and gives everything else.
final class BadSectors {
    private let drive: LoopDevice
    private let faults: FilePath
    private let mount: FilePath
    private let process = Process()
    private let lifeline: Lifeline

    /// The kernel's protocol (linux/fuse.h, version 7.31): one folder, one file that is never cached, one request at a time.
    private static let server = """
        import ctypes, errno, os, struct, sys, time
        content, faults, folder = sys.argv[1:]
        data = open(content, "rb").read()
        fuse = os.open("/dev/fuse", os.O_RDWR)
        libc = ctypes.CDLL(None, use_errno=True)
        options = f"fd={fuse},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
        if libc.mount(b"failing-drive", folder.encode(), b"fuse", 6, options): raise OSError(ctypes.get_errno(), "mount")

        def attributes(node):
            size, mode = (0, 0o40755) if node == 1 else (len(data), 0o100600)
            return struct.pack("<6Q10I", node, size, (size + 511) // 512, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)

        def answer(code, node, body):
            if code == 26: return struct.pack("<4I2H2I2H8I", 7, 31, 65536, 0, 16, 12, 65536, 1, 16, *[0] * 9)  # INIT
            if code == 1:  # LOOKUP
                if body.rstrip(b"\\0") != b"drive": return errno.ENOENT
                return struct.pack("<4Q2I", 2, 0, 0, 0, 0, 0) + attributes(2)
            if code == 3: return struct.pack("<Q2I", 0, 0, 0) + attributes(node)  # GETATTR
            if code == 14: return struct.pack("<Q2I", 0, 1, 0)  # OPEN, with FOPEN_DIRECT_IO
            if code == 15:  # READ
                _, offset, size = struct.unpack_from("<2QI", body)
                while True:
                    hit = [what for start, length, what in map(str.split, open(faults))
                           if offset < int(start) + int(length) and int(start) < offset + size]
                    if "hangs" not in hit: break
                    time.sleep(0.05)
                return errno.EIO if hit else data[offset:offset + size]
            return b"" if code in (18, 25) else errno.ENOSYS  # RELEASE, FLUSH

        while True:
            try: request = os.read(fuse, 1 << 20)
            except OSError as error:
                if error.errno == errno.ENODEV: break  # unmounted
                continue
            _, code, unique, node = struct.unpack_from("<2I2Q", request)
            if code in (2, 36, 42): continue  # FORGET, INTERRUPT, BATCH_FORGET want no answer
            reply = answer(code, node, request[40:])
            error, reply = (0, reply) if isinstance(reply, bytes) else (-reply, b"")
            os.write(fuse, struct.pack("<IiQ", 16 + len(reply), error, unique) + reply)
        """

    /// Takes a drive that is not plugged in yet; at first everything can be read.
    init(in drive: LoopDevice, _ folder: TemporaryFolder) throws {
        self.drive = drive
        faults = try folder.write([], to: "faults-\(UUID().uuidString)")
        mount = try folder.folder("failing-\(UUID().uuidString)")
        process.executableURL = URL(fileURLWithPath: try find("python3"))
        process.arguments = ["-c", Self.server, drive.file.string, faults.string, mount.string]
        try process.run()
        lifeline = try Lifeline(process)
        drive.backing = mount.appending("drive")
        while !FileManager.default.fileExists(atPath: drive.backing.string) {
            try #require(process.isRunning, "needs /dev/fuse")
            usleep(10_000)
        }
    }

    /// From now on these bytes cannot be read.
    func fail(_ ranges: [(offset: Int, length: Int)]) throws { try set(ranges, "fails") }

    /// From now on a read of these bytes does not come back, nor does any later one, until other faults are set.
    func hang(_ ranges: [(offset: Int, length: Int)]) throws { try set(ranges, "hangs") }

    private func set(_ ranges: [(offset: Int, length: Int)], _ what: String) throws {
        let text = ranges.map { "\($0.offset) \($0.length) \(what)\n" }.joined()
        try Data(text.utf8).write(to: URL(fileURLWithPath: faults.string), options: .atomic)
        // What the kernel has read already it gives without asking.
        _ = try run("blockdev", ["--flushbufs", drive.node])
    }

    deinit {
        drive.unplug()
        _ = try? run("umount", [mount.string])
        process.waitUntilExit()
    }
}
