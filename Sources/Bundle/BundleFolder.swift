import DurableFiles
import SystemPackage

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

    func list(_ name: String) throws(BundleError) -> [String] {
        do throws(FileError) {
            return try listDirectory(name.isEmpty ? path : path.appending(name))
        } catch {
            throw .altered(place: name.isEmpty ? path.string : name, reason: "\(error.errno)")
        }
    }
}
