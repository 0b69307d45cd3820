import Custody

/// When a device counts as blank: the first and the last 4 MiB and 1,024 places of 4 KiB between them hold zeros. A partition
/// table, a file system or a disk in use shows there; to read all of a large disk would take as long as writing it.
public enum Blankness {
    static let edge = 4 << 20
    static let placeCount = 1024
    static let place = 4096

    /// The places that are looked at, ascending; all of a small device. They begin at multiples of 4,096.
    public static func places(of capacity: Int) -> [Range<Int>] {
        guard capacity > 2 * edge + 2 * placeCount * place else { return capacity > 0 ? [0..<capacity] : [] }
        // Where the capacity is no multiple of 4,096, a little more than the last 4 MiB.
        let last = (capacity - edge) / place * place
        let step = (last - edge) / placeCount
        let between = (0..<placeCount).map { index in
            let start = edge + index * step / place * place
            return start..<start + place
        }
        return [0..<edge] + between + [last..<capacity]
    }

    /// What a person repeats who wants to overwrite a device: its serial number, or, where it has none, its length in bytes.
    public static func confirmation(of target: RestorationTarget) -> String {
        target.serial.flatMap { $0.isEmpty ? nil : $0 } ?? "\(target.capacity)"
    }

    /// Whether writing may begin.
    ///
    /// - Parameters:
    ///   - content: the first byte that is not zero; nil on a blank device.
    ///   - confirmed: what the person repeated. Where it names another device, he means another.
    /// - Throws: `RestorationError.notConfirmed`, `.notBlank`.
    public static func check(_ target: RestorationTarget, content: Int?, confirmed: String?) throws(RestorationError) {
        let confirmation = confirmation(of: target)
        if let confirmed {
            guard confirmed.utf8.elementsEqual(confirmation.utf8) else {
                throw .notConfirmed(target.device, confirmation: confirmation)
            }
        } else if let content {
            throw .notBlank(target.device, at: content, confirmation: confirmation)
        }
    }
}
