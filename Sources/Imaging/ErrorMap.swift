import Custody

/// Which parts of an image are what the medium holds: GNU ddrescue's mapfile (its manual, "Mapfile structure").
public enum ErrorMap {
    /// The mapfile of an image that was read to its end.
    ///
    /// - Parameter unreadable: ascending, not overlapping, inside the image.
    public static func text(size: Int, unreadable: [ByteRange]) -> String {
        var lines = [
            "# Mapfile. Created by fengcund", "# current_pos  current_status  current_pass",
            "\(hex(size))     +               1", "#      pos        size  status",
        ]
        var position = 0
        func add(_ end: Int, _ status: Character) {
            if end > position { lines.append("\(hex(position))  \(hex(end - position))  \(status)") }
            position = end
        }
        for range in unreadable {
            add(range.offset, "+")
            add(range.end, "-")
        }
        add(size, "+")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func hex(_ number: Int) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }
}
