import Custody

extension RestorationTails {
    /// Decides what of an image goes to a device, and what becomes of the rest of either.
    ///
    /// - Parameters:
    ///   - bytes: length of the image.
    ///   - truncates: whether a device that is too small gets as much as it has room for.
    ///   - wipes: whether the rest of a larger device is filled with zeros.
    /// - Throws: `RestorationError.tooSmall`, `.brokenSector`.
    public init(image bytes: Int, to target: RestorationTarget, truncates: Bool, wipes: Bool) throws(RestorationError) {
        guard bytes <= target.capacity || truncates else {
            throw .tooSmall(target.device, capacity: target.capacity, bytes: bytes)
        }
        let written = min(bytes, target.capacity)
        // What would be left of the last sector would have to be made up.
        guard written > 0, target.sectorSize > 0, written % target.sectorSize == 0 else {
            throw .brokenSector(target.device, bytes: written, sector: target.sectorSize)
        }
        let behind = target.capacity - written
        self.init(
            written: written, missing: bytes > written ? bytes - written : nil, behind: behind > 0 ? behind : nil,
            rest: behind > 0 ? (wipes ? .wiped : .untouched) : nil)
    }
}
