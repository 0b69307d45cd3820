import Custody

/// What is wrong with what was written, though every read and write succeeded.
enum ImageProblem: Explained {
    /// The image that was read is another one than the record says.
    case notRecorded
    /// The content does not have the digests that its files state.
    case statedDigests
    /// What was written reads otherwise.
    case notWritten
    /// The files that were written state other digests than their content has.
    case statedOtherwise
    /// A device does not hold what was written to it.
    case device
    /// The rest of a device was to be wiped.
    case notWiped(byte: Int)

    /// See `Explained.code`.
    var code: String {
        switch self {
        case .notRecorded: "image-differs"
        case .statedDigests, .statedOtherwise: "stated-digests"
        case .notWritten, .device: "written-differs"
        case .notWiped: "not-wiped"
        }
    }

    /// See `Explained.message(in:)`.
    func message(in language: Language) -> String {
        switch self {
        case .notRecorded: language("the image that was read is not what was recorded", "读取的镜像与记录不符")
        case .statedDigests: language("the content does not have the digests that the files state", "内容与文件自述的散列值不符")
        case .notWritten: language("what was written and read back is not what was read", "写入后回读的内容与读取的内容不符")
        case .statedOtherwise:
            language("the files that were written state other digests than their content has", "写出的文件自述的散列值与其内容不符")
        case .device: language("the device does not hold what was written to it", "设备内容与写入的内容不符")
        case .notWiped(let byte):
            language("the rest of the device was not wiped: byte \(byte) is not zero", "设备其余部分未清零：第 \(byte) 字节不为零")
        }
    }
}
