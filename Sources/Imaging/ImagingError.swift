import Custody
import DurableFiles
import ImageTree
import Integrity
import SafeText
import SystemPackage

/// Why an image could not be made or read.
public enum ImagingError: Explained {
    /// The folder for images is missing or is no folder.
    case noDestination(FilePath)
    /// Two images are to go to one folder.
    case sameFolder(FilePath)
    /// The file system of the destination has too little space. Both in bytes.
    case destinationFull(FilePath, needed: Int, free: Int)
    /// A segment of this length cannot be: too short, too long, no multiple of 512, or too many of them.
    case segmentSize(Int)
    /// The file system of the destination has no files of this length. Both in bytes.
    case fileTooLong(FilePath, length: Int, longest: Int)
    /// The destination refused.
    case destination(FileError)
    /// The files of the image are no longer to be found: the file system was unmounted, or somebody removed them.
    case destinationGone(FilePath)
    /// The image does not hold what was written at this byte.
    case imageChanged(FilePath, at: Int)
    /// The image of one destination is not what the other holds at this byte.
    case copyDiffers(FilePath, at: Int)
    /// The medium went away.
    case sourceGone(String)
    /// The medium ended before its capacity.
    case sourceShrank(String, at: Int)
    /// The medium or image could not be opened or read.
    case source(FileError)
    /// The image could not be read.
    case image(ImageReadError)
    /// The device node is another disk than the one that was recorded.
    case otherDisk(String)
    /// The medium answers nothing any more, not even where it was read before: so many reads failed in a row.
    case sourceStopped(String, failures: Int)
    /// Not one sector of the medium could be read: it says so of them.
    case nothingReadable(String)
    /// Not one sector of the medium could be read, and the medium said nothing: it may hang.
    case sourceSilent(String)
    /// The earlier image, which is to be taken over, cannot be opened or read.
    case earlierImage(FileError)
    /// The earlier image does not hold what the medium holds at this byte.
    case otherImage(FilePath, at: Int)
    /// The earlier image cannot be compared with the medium: no place that the map calls finished can be read.
    case unprovenImage(FilePath)
    /// A person stopped the job.
    case cancelled
    /// libcrypto failed.
    case digest(IntegrityError)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .noDestination, .sameFolder: "no-destination"
        case .destinationFull: "destination-full"
        case .segmentSize: "bad-segment-size"
        case .fileTooLong: "file-too-long"
        case .destination: "destination-error"
        case .destinationGone: "destination-gone"
        case .imageChanged: "image-changed"
        case .copyDiffers: "copy-differs"
        case .sourceGone: "source-gone"
        case .sourceShrank: "source-shrank"
        case .source: "source-error"
        case .image(let error): error.code
        case .otherDisk: "device-changed"
        case .sourceStopped: "source-stopped"
        case .nothingReadable: "nothing-readable"
        case .sourceSilent: "source-silent"
        case .earlierImage: "earlier-image-error"
        case .otherImage: "image-of-another-drive"
        case .unprovenImage: "image-unproven"
        case .cancelled: "cancelled"
        case .digest: "digest-error"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch language {
        case .english: english
        case .chinese: chinese
        }
    }

    private var english: String {
        switch self {
        case .noDestination(let path): "the destination \(path.string.printable) is no existing folder"
        case .sameFolder(let path): "both images would go to \(path.string.printable): give two folders, best on two disks"
        case .destinationFull(let path, let needed, let free):
            "the destination \(path.string.printable) has \(free) bytes free, the image and its block tree need \(needed)"
        case .segmentSize(let bytes):
            "segments of \(bytes) bytes cannot be: give \(DestinationPlan.shortestSegment) to \(DestinationPlan.longestSegment), "
                + "a multiple of \(DestinationPlan.segmentUnit), and so many that there are at most \(ImageSegments.countLimit)"
        case .fileTooLong(let path, let length, let longest):
            "\(path.string.printable) has files of at most \(longest) bytes, and this one would have \(length); use --segment-size"
        case .destination(let error): "the destination failed: \(error)"
        case .destinationGone(let path): "the image is no longer to be found in \(path.string.printable)"
        case .imageChanged(let path, let offset): "\(path.string.printable) does not hold what was written at byte \(offset)"
        case .copyDiffers(let path, let offset):
            "\(path.string.printable) does not hold what the other image holds at byte \(offset)"
        case .sourceGone(let device): "\(device) went away"
        case .sourceShrank(let device, let offset): "\(device) ended at byte \(offset), before its capacity"
        case .source(let error): error.description
        case .image(let error): error.message(in: .english)
        case .otherDisk(let device): "\(device) is no longer the disk that was recorded"
        case .sourceStopped(let device, let failures):
            "\(device) stopped answering: \(failures) reads in a row failed, and so did places that had been read before; "
                + "switch it off and on"
        case .nothingReadable(let device): "not one sector of \(device) can be read"
        case .sourceSilent(let device):
            "\(device) gives nothing, and does not say that its sectors are bad: it may hang; switch it off and on"
        case .earlierImage(let error): "the earlier image cannot be read: \(error); it must stay until all of it was taken over"
        case .otherImage(let path, let offset):
            "\(path.string.printable) does not hold what the medium holds at byte \(offset)"
        case .unprovenImage(let path):
            "\(path.string.printable) cannot be compared with the medium: no place that the map calls finished can be read"
        case .cancelled: "stopped by the operator"
        case .digest(let error): error.description
        }
    }

    private var chinese: String {
        switch self {
        case .noDestination(let path): "目标 \(path.string.printable) 不是已存在的目录"
        case .sameFolder(let path): "两份镜像的目标均为 \(path.string.printable)；请指定两个不同的目录，最好位于两块磁盘上"
        case .destinationFull(let path, let needed, let free):
            "目标 \(path.string.printable) 可用空间为 \(free) 字节，镜像及其块树需要 \(needed) 字节"
        case .segmentSize(let bytes):
            "分段不能为 \(bytes) 字节：\(DestinationPlan.shortestSegment) 至 \(DestinationPlan.longestSegment) 字节，"
                + "须为 \(DestinationPlan.segmentUnit) 的倍数，且总数不超过 \(ImageSegments.countLimit)"
        case .fileTooLong(let path, let length, let longest):
            "\(path.string.printable) 的单个文件最大为 \(longest) 字节，需要 \(length) 字节；请使用 --segment-size"
        case .destination(let error): "目标写入失败：\(error)"
        case .destinationGone(let path): "在 \(path.string.printable) 中已找不到镜像文件"
        case .imageChanged(let path, let offset): "\(path.string.printable) 在第 \(offset) 字节处与写入内容不符"
        case .copyDiffers(let path, let offset): "\(path.string.printable) 在第 \(offset) 字节处与另一份镜像不一致"
        case .sourceGone(let device): "\(device) 已断开"
        case .sourceShrank(let device, let offset): "\(device) 在第 \(offset) 字节处提前结束"
        case .source(let error): "读取失败：\(error)"
        case .image(let error): error.message(in: .chinese)
        case .otherDisk(let device): "\(device) 已不是记录中的那块磁盘"
        case .sourceStopped(let device, let failures):
            "\(device) 停止响应：连续 \(failures) 次读取失败，此前可读的位置也无法读取；请断电后重新上电"
        case .nothingReadable(let device): "\(device) 没有任何可读扇区"
        case .sourceSilent(let device): "\(device) 未返回任何数据，也未报告扇区损坏，可能已挂起；请断电后重新上电"
        case .earlierImage(let error): "无法读取先前的镜像：\(error)；全部接管之前须保留该镜像"
        case .otherImage(let path, let offset): "\(path.string.printable) 在第 \(offset) 字节处与存储介质内容不一致"
        case .unprovenImage(let path): "无法将 \(path.string.printable) 与存储介质比对：映射文件标为已完成的位置均不可读"
        case .cancelled: "操作人员已停止"
        case .digest(let error): "散列计算失败：\(error)"
        }
    }
}
