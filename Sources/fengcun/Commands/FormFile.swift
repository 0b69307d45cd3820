import Control
import Custody
import DurableFiles
import Integrity
import SafeText
import SystemPackage
import TOMLKit

/// A form that was filled in beforehand, and the files that it names.
struct FormFile {
    var caseNumber: String?
    var body = JSONValue.object([:])
    var files: [(type: Attachment.Kind, path: String)] = []

    /// Longest form in bytes.
    private static let byteLimit = 1 << 20

    /// Reads a form: the members of the act, and perhaps `case` and `attachments` (objects of `type` and `file`).
    ///
    /// - Parameter path: a TOML or JSON file, `-` for JSON on standard input; nil for an empty form.
    static func read(_ path: String?) throws -> FormFile {
        guard let path else { return FormFile() }
        var form = FormFile()
        guard case .object(var members) = try json(path) else { throw FormFileError(file: path, reason: "no object") }
        if case .string(let number)? = members.removeValue(forKey: "case") { form.caseNumber = number }
        members.removeValue(forKey: "act")
        if case .array(let files)? = members.removeValue(forKey: "attachments") {
            for file in files {
                guard case .object(let parts) = file, case .string(let word)? = parts["type"],
                    let type = Attachment.Kind(rawValue: word), case .string(let name)? = parts["file"]
                else { throw FormFileError(file: path, reason: "attachments need 'type' and 'file'") }
                form.files.append((type, name))
            }
        }
        form.body = .object(members)
        return form
    }

    /// A JSON value from a file, which may be TOML.
    static func json(_ path: String) throws -> JSONValue {
        let bytes: [UInt8]
        if path == "-" {
            var text = ""
            while text.utf8.count <= byteLimit, let line = readLine(strippingNewline: false) { text += line }
            bytes = Array(text.utf8)
        } else {
            do {
                bytes = try readFile(FilePath(path), limit: byteLimit, followLinks: true)
            } catch {
                throw LocalFileError(error: error)
            }
        }
        do {
            guard FilePath(path).extension == "toml" else { return try JSONForm.decode(JSONValue.self, from: bytes) }
            let table = try TOMLTable(string: String(decoding: bytes, as: UTF8.self))
            return try JSONForm.decode(JSONValue.self, from: Array(table.convert(to: .json).utf8))
        } catch {
            throw FormFileError(file: path, reason: "\(error)")
        }
    }

    /// Name, length and integrity values of a file, read once.
    static func measured(_ path: String) throws -> JSONValue {
        var sha256 = try StreamingDigest(.sha256)
        var sm3 = try StreamingDigest(.sm3)
        var length = 0
        do {
            let descriptor = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec])
            defer { try? descriptor.close() }
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            while true {
                let count = try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                if count == 0 { break }
                length += count
                try buffer.withUnsafeBytes {
                    try sha256.update(UnsafeRawBufferPointer(rebasing: $0[..<count]))
                    try sm3.update(UnsafeRawBufferPointer(rebasing: $0[..<count]))
                }
            }
        } catch let error as Errno {
            throw LocalFileError(error: FileError("read", FilePath(path), error))
        }
        let table: [String: JSONValue] = [
            "sha256": .string(try sha256.finish().hex), "sm3": .string(try sm3.finish().hex),
        ]
        return .object([
            "name": .string(FilePath(path).lastComponent?.string ?? path), "bytes": .integer(length), "digests": .object(table),
        ])
    }
}

/// A form in a file that cannot be read.
struct FormFileError: Explained {
    let file: String
    let reason: String

    var code: String { "bad-form-file" }

    func message(in language: Language) -> String {
        let line = reason.split(separator: "\n").first.map(String.init) ?? ""
        return language("\(file) is no form: \(line)", "\(file) 不是有效的表单：\(line)").printable
    }
}
