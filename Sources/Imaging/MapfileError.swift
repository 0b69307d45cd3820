import Custody

/// Why a mapfile cannot be continued from.
public struct MapfileError: Explained, Equatable {
    /// What is wrong.
    public enum Fault: Sendable, Equatable {
        /// The line is none of a mapfile.
        case syntax
        /// The line of a simulated drive says nothing that can be wrong with it.
        case noFault
        /// The region begins before the one above it ends.
        case overlap
        /// The region begins behind the end of the one above it.
        case gap
        /// The status line is missing.
        case noStatus
        /// The map ends before or behind the drive's last byte.
        case otherSize(capacity: Int)
        /// More regions than `Mapfile.regionLimit`.
        case tooManyRegions
        /// More bytes than `Mapfile.byteLimit`.
        case tooLong
        /// The map says that it is of another medium.
        case otherMedium
    }

    /// Number of the line, from 1; nil where the whole file is meant.
    public let line: Int?
    /// What is wrong.
    public let fault: Fault

    /// Describes a fault.
    public init(_ line: Int?, _ fault: Fault) {
        self.line = line
        self.fault = fault
    }

    /// See `Explained.code`.
    public var code: String {
        switch fault {
        case .otherSize, .otherMedium: "mapfile-of-another-drive"
        case .syntax, .noFault, .overlap, .gap, .noStatus, .tooManyRegions, .tooLong: "mapfile-malformed"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        let place = line.map { language("line \($0) of the mapfile", "映射文件第 \($0) 行") } ?? language("the mapfile", "映射文件")
        return switch fault {
        case .syntax: language("\(place) is not what GNU ddrescue writes", "\(place)不符合 GNU ddrescue 格式")
        case .noFault:
            language(
                "\(line.map { "line \($0)" } ?? "the text") says no fault that a drive can be given: OFFSET LENGTH and -, bad N, slow N or "
                    + "hang N; or sector N, stop N [SECONDS], gone N",
                "\(line.map { "第 \($0) 行" } ?? "该文本")不是可模拟的故障：应为“位置 长度”加 -、bad N、slow N 或 hang N，或 sector N、stop N [秒数]、gone N")
        case .overlap: language("\(place) begins before the region above it ends", "\(place)与上一区域重叠或次序有误")
        case .gap: language("\(place) begins behind the end of the region above it", "\(place)与上一区域之间有空缺")
        case .noStatus: language("\(place) has no status line", "\(place)缺少状态行")
        case .otherSize(let capacity):
            language("\(place) does not cover the drive's \(capacity) bytes exactly", "\(place)与磁盘容量 \(capacity) 字节不一致")
        case .tooManyRegions:
            language("\(place) is more than \(Mapfile.regionLimit) regions", "\(place)超过 \(Mapfile.regionLimit) 个区域")
        case .tooLong: language("\(place) is longer than \(Mapfile.byteLimit) bytes", "\(place)超过 \(Mapfile.byteLimit) 字节")
        case .otherMedium: language("\(place) is of another medium", "\(place)属于另一存储介质")
        }
    }
}
