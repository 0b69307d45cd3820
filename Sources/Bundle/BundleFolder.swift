import DurableFiles
import SystemPackage
import TransparencyLog

/// The files of a bundle; every error names the place.
struct BundleFolder {
    let path: FilePath

    init(_ path: FilePath) { self.path = path }

    func contents(_ name: String, _ limit: Int) throws(BundleError) -> [UInt8] {
        do throws(FileError) {
            return try readFile(path.appending(name), limit: limit)
        } catch {
            throw .altered(place: name, reason: error.errno == .noSuchFileOrDirectory ? "is missing" : "\(error.errno)")
        }
    }

    /// The entries of a tile; empty ones are left out of the bundle.
    func entries(of tile: Tile) throws(BundleError) -> [[UInt8]] {
        let bytes = try contents(tile.path, BundleLayout.tileLimit)
        do throws(LogError) {
            return try tile.decodeEntries(bytes)
        } catch {
            throw .altered(place: tile.path, reason: error.description)
        }
    }

    /// The hashes of a tile.
    func hashes(of tile: Tile) throws(BundleError) -> [LogHash] {
        let bytes = try contents(tile.path, Tile.fullWidth * LogHash.byteCount)
        do throws(LogError) {
            return try tile.decodeHashes(bytes)
        } catch {
            throw .altered(place: tile.path, reason: error.description)
        }
    }

    func list(_ name: String) throws(BundleError) -> [String] {
        do throws(FileError) {
            return try listDirectory(name.isEmpty ? path : path.appending(name))
        } catch {
            throw .altered(place: name.isEmpty ? path.string : name, reason: "\(error.errno)")
        }
    }
}
