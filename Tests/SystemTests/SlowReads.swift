import Foundation
import SystemPackage
import TestSupport
import Testing

/// Has the kernel give a process so many bytes a second of one drive (the blkio controller of cgroups version 1, the io
/// controller of version 2): a drive that hardly answers, among others that do.
final class SlowReads {
    private static let old = "/sys/fs/cgroup/blkio"
    private static let new = "/sys/fs/cgroup"

    /// Whether this machine can do it.
    static var isAvailable: Bool {
        FileManager.default.fileExists(atPath: old + "/cgroup.procs")
            || ((try? String(contentsOfFile: new + "/cgroup.subtree_control", encoding: .utf8)) ?? "").contains("io")
    }

    private let group: String
    private let limit: (file: String, lifted: String)
    private let process: Int32

    init(of drive: LoopDevice, by process: Int32, bytesPerSecond: Int) throws {
        let isOld = FileManager.default.fileExists(atPath: Self.old + "/cgroup.procs")
        group = (isOld ? Self.old : Self.new) + "/fengcun-test-\(UUID().uuidString)"
        self.process = process
        let name = try #require(drive.node.split(separator: "/").last)
        let number = try String(contentsOfFile: "/sys/class/block/\(name)/dev", encoding: .utf8).filter { $0 != "\n" }
        limit =
            isOld
            ? ("/blkio.throttle.read_bps_device", "\(number) 0") : ("/io.max", "\(number) rbps=max")
        try FileManager.default.createDirectory(atPath: group, withIntermediateDirectories: false)
        try write(isOld ? "\(number) \(bytesPerSecond)" : "\(number) rbps=\(bytesPerSecond)", to: limit.file)
        try write("\(process)", to: "/cgroup.procs")
    }

    private func write(_ text: String, to file: String) throws {
        let handle = try #require(FileHandle(forWritingAtPath: group + file))
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    /// Lets the drive answer again: reads that wait come back.
    func end() { try? write(limit.lifted, to: limit.file) }

    deinit {
        end()
        // The group can only go when nobody is in it.
        let parent = group.prefix(upTo: group.lastIndex(of: "/") ?? group.endIndex)
        try? Data("\(process)".utf8).write(to: URL(fileURLWithPath: parent + "/cgroup.procs"))
        rmdir(group)
    }
}
