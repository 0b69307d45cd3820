extension String {
    /// Whether a resident identity number (GB 11643: 17 digits with a date of birth, and a check character that fits) stands in
    /// the text: such a number must not enter the record in clear.
    var holdsIdentityNumber: Bool {
        let characters = Array(utf8)
        guard characters.count >= 18 else { return false }
        return characters.indices.dropLast(17).contains { start in
            let run = characters[start..<start + 18]
            let before = start > 0 ? characters[start - 1] : 0
            let after = start + 18 < characters.count ? characters[start + 18] : 0
            guard !(0x30...0x39).contains(before), !(0x30...0x39).contains(after) else { return false }
            let digits = run.prefix(17).map { Int($0) - 0x30 }
            guard digits.allSatisfy({ (0...9).contains($0) }) else { return false }
            let date = run.dropFirst(6).prefix(8).map { Character(Unicode.Scalar($0)) }
            guard CalendarDate("\(String(date[0..<4]))-\(String(date[4..<6]))-\(String(date[6..<8]))") != nil else {
                return false
            }
            let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
            let check = zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 } % 11
            let expected = Array("10X98765432".utf8)[check]
            guard let last = run.last else { return false }
            return last == expected || (last == UInt8(ascii: "x") && expected == UInt8(ascii: "X"))
        }
    }
}
