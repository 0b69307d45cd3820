import Testing

@testable import Review

extension Rule {
    /// Of the sorts of defects that the row can have none is missing among those that are tried.
    ///
    /// - Parameter areFinal: of each defect whether it is final (R44).
    func expectDefects(_ areFinal: [Bool]) {
        switch answerable {
        case .remediable: #expect(!areFinal.isEmpty && !areFinal.contains(true), "\(id)")
        case .finalInPart: #expect(areFinal.contains(true) && areFinal.contains(false), "\(id)")
        case .final: #expect(!areFinal.isEmpty && !areFinal.contains(false), "\(id)")
        case .noDefect: #expect(areFinal.isEmpty, "\(id)")
        }
    }
}
