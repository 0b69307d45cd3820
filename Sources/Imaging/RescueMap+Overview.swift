import Custody

extension RescueMap.State {
    /// The order in which a cell shows its worst state: a bad sector hides everything else.
    fileprivate var badness: Int {
        switch self {
        case .finished: 0
        case .nonTried: 1
        case .nonTrimmed: 2
        case .nonScraped: 3
        case .bad: 4
        }
    }
}

extension RescueMap {
    /// The map in at most so many cells, none of them empty.
    public func overview(cells limit: Int) -> RegionOverview {
        let count = max(0, min(limit, RegionOverview.cellLimit, size))
        var cells = [State](repeating: .finished, count: count)
        for region in regions {
            for index in Self.cell(region.range.offset, of: count, size)...Self.cell(region.range.end - 1, of: count, size)
            where region.state.badness > cells[index].badness { cells[index] = region.state }
        }
        return RegionOverview(
            bytes: size, cells: String(cells.map(\.rawValue)),
            totals: .init(
                finished: bytes(.finished), untried: bytes(.nonTried), untrimmed: bytes(.nonTrimmed),
                unscraped: bytes(.nonScraped), bad: bytes(.bad)), badAreas: areas(.bad))
    }

    /// The cell that a byte lies in.
    private static func cell(_ offset: Int, of count: Int, _ size: Int) -> Int {
        // Cell i begins at i·size/count, rounded down; twice the width keeps the product from overflowing.
        let (high, low) = (offset + 1).multipliedFullWidth(by: count)
        let (quotient, remainder) = size.dividingFullWidth((high, low))
        return remainder == 0 ? quotient - 1 : quotient
    }
}
