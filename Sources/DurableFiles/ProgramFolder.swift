import Glibc
import SystemPackage

/// Path of a program in the folder of the running one: programs that belong together are installed together, and the PATH is
/// anybody's.
public func programBesideThis(_ name: String) -> FilePath {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let own = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return FilePath(own.isEmpty ? "/usr/bin/fengcun" : own).removingLastComponent().appending(name)
}
