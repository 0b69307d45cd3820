import Custody
import DurableFiles
import Glibc
import SystemPackage

/// A file on the operator's side that cannot be read or written.
struct LocalFileError: Explained {
    let error: FileError
    /// The duty that the file was to serve.
    var row: String?

    var code: String { "file-error" }

    func message(in language: Language) -> String {
        let rule = row.map { language(" (\($0))", "（\($0)）") } ?? ""
        return language(error.description, "文件操作失败：\(error)") + rule
    }
}

/// A path as the station has to see it: from the root.
func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let directory = getcwd(nil, 0) else { return path }
    defer { free(directory) }
    return FilePath(platformString: directory).pushing(FilePath(path)).string
}

/// Writes a text file that must not exist yet.
///
/// - Throws: `LocalFileError`.
func writeNew(_ text: String, to path: String) throws(LocalFileError) {
    do {
        try writeDurably(
            text.utf8, to: FilePath(absolute(path)), permissions: [.ownerReadWrite, .groupRead, .otherRead], existing: .keep)
    } catch {
        throw LocalFileError(error: error)
    }
}
