import DurableFiles
import Glibc
import ImageTree
import SystemPackage

/// The room that file systems have for images.
public enum DestinationSpace {
    /// Bytes that are free for users in the file system of a folder; 0 where it cannot be asked.
    public static func free(_ folder: FilePath) -> Int {
        var status = statvfs()
        guard statvfs(folder.string, &status) == 0 else { return 0 }
        let (bytes, overflow) = Int(clamping: status.f_bavail).multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
        return overflow ? .max : bytes
    }

    /// Whether two folders lie in one file system.
    static func isShared(_ one: FilePath, _ other: FilePath) -> Bool {
        guard let one = try? status(of: one), let other = try? status(of: other) else { return false }
        return one.st_dev == other.st_dev
    }

    /// Whether two paths lead to one folder.
    static func isSame(_ one: FilePath, _ other: FilePath) -> Bool {
        guard let one = try? status(of: one), let other = try? status(of: other) else { return false }
        return (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
    }

    /// Which of the segments of an image go to which of several folders: as many whole ones as there is room for, one folder
    /// after the other.
    ///
    /// - Parameters:
    ///   - taken: bytes of the first folder that are spoken for: the block tree, and another image there.
    /// - Returns: the number of the first segment in each folder that gets one, from 1; nil where there is too little room.
    static func assign(
        _ byteCount: Int, segmentSize: Int, to free: [Int], taken: Int
    ) -> [(firstSegment: Int, folder: Int)]? {
        var (left, next) = (byteCount, 1)
        var volumes: [(firstSegment: Int, folder: Int)] = []
        for (index, free) in free.enumerated() {
            let room = max(0, index == 0 ? free - taken : free)
            // The last segment may be shorter than the others.
            let segments = room >= left ? (left + segmentSize - 1) / segmentSize : room / segmentSize
            guard segments > 0 || byteCount == 0 else { continue }
            volumes.append((next, index))
            next += segments
            left -= min(left, segments * segmentSize)
            if left == 0 { return volumes }
        }
        return nil
    }
}
