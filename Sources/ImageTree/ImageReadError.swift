import Custody
import DurableFiles
import SafeText
import SystemPackage

/// Why the files of an image cannot be read as one.
public enum ImageReadError: Explained, Equatable {
    /// A file could not be opened or read.
    case file(FileError)
    /// A segment is missing, or has another name.
    case segmentMissing(FilePath, number: Int, count: Int)
    /// A segment has another length than it must have. Both in bytes.
    case segmentLength(FilePath, bytes: Int, expected: Int)
    /// A segment too many.
    case segmentSurplus(FilePath, count: Int)
    /// A file of the series has a number that cannot follow: those before it are missing. Only names are known.
    case segmentGap(missing: FilePath, found: FilePath)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .file: "source-error"
        case .segmentMissing, .segmentGap: "segment-missing"
        case .segmentLength: "segment-length"
        case .segmentSurplus: "segment-surplus"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch self {
        case .file(let error): language(error.description, "读取失败：\(error)")
        case .segmentMissing(let path, let number, let count):
            language(
                "segment \(number) of \(count) is missing: there is no \(path.string.printable)",
                "缺少第 \(number) 段（共 \(count) 段）：\(path.string.printable) 不存在")
        case .segmentLength(let path, let bytes, let expected):
            language(
                "the segment \(path.string.printable) has \(bytes) bytes, and must have \(expected)",
                "分段 \(path.string.printable) 为 \(bytes) 字节，应为 \(expected) 字节")
        case .segmentSurplus(let path, let count):
            language(
                "\(path.string.printable) does not belong to the image, which has \(count) segments",
                "\(path.string.printable) 不属于该镜像：镜像共 \(count) 段")
        case .segmentGap(let missing, let found):
            language(
                "a segment is missing: there is \(found.string.printable), and no \(missing.string.printable)",
                "缺少分段：存在 \(found.string.printable)，但没有 \(missing.string.printable)")
        }
    }
}
