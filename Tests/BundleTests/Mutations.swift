import Bundle
import DurableFiles
import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

/// A bundle in memory: the content of each of its files by name. What a mutation does is a change of it.
typealias BundleFiles = [String: [UInt8]]

/// One change, and what it is called.
struct Mutation: Sendable {
    let name: String
    /// The files whose content changes; nil content removes the file.
    let changes: [String: [UInt8]?]
}

/// Every kind of change to a bundle.
enum Mutations {
    /// Each byte of each file changed in several ways, and each file cut and extended.
    static func ofBytes(_ files: BundleFiles) -> [Mutation] {
        files.sorted { $0.key < $1.key }.flatMap { name, sound -> [Mutation] in
            var found: [Mutation] = sound.indices.flatMap { place in
                [0x01, 0x02, 0x10, 0x20, 0x80, 0xFF].map { (change: UInt8) in
                    var bytes = sound
                    bytes[place] ^= change
                    return Mutation(name: "\(name) byte \(place) xor \(change)", changes: [name: bytes])
                }
            }
            for bytes in [sound + [0x0A], sound + [0x00], Array(sound.dropLast()), [], [0x0A] + sound, sound + sound] {
                found.append(Mutation(name: "\(name) with \(bytes.count) bytes", changes: [name: bytes]))
            }
            found.append(Mutation(name: "\(name) removed", changes: [name: Optional<[UInt8]>.none]))
            return found
        }
    }

    /// Whole entries dropped, doubled, exchanged, replaced and cut, framed anew: once with the old tiles of hashes, and once
    /// with tiles that fit the new entries.
    static func ofEntries(_ files: BundleFiles, size: Int) throws -> [Mutation] {
        let tile = Tile(.entries, index: 0, width: size)
        let entries = try tile.decodeEntries(files[tile.path] ?? [])
        var rows: [(name: String, entries: [[UInt8]])] = []
        for first in entries.indices {
            var dropped = entries
            dropped.remove(at: first)
            rows.append(("entry \(first) dropped", dropped))
            rows.append(("the log cut before entry \(first)", Array(entries.prefix(first))))
            var cut = entries
            cut[first].removeLast()
            rows.append(("entry \(first) cut", cut))
            for second in entries.indices where second != first {
                var doubled = entries
                doubled.insert(entries[first], at: second)
                rows.append(("entry \(first) doubled at \(second)", doubled))
                var replaced = entries
                replaced[first] = entries[second]
                rows.append(("entry \(first) replaced by \(second)", replaced))
                var moved = dropped
                moved.insert(entries[first], at: min(second, dropped.count))
                if moved != entries { rows.append(("entry \(first) moved to \(second)", moved)) }
                if first < second {
                    var swapped = entries
                    swapped.swapAt(first, second)
                    rows.append(("entries \(first) and \(second) exchanged", swapped))
                }
            }
        }
        return rows.flatMap { row -> [Mutation] in
            let framed = Tile.encode(entries: row.entries)
            let hashes = Tile.encode(row.entries.map { LogHash.leaf($0) })
            let level0 = Tile(.hashes(level: 0), index: 0, width: size).path
            return [
                Mutation(name: row.name, changes: [tile.path: framed]),
                Mutation(name: row.name + ", tiles made anew", changes: [tile.path: framed, level0: hashes]),
            ]
        }
    }

    /// Applies each mutation to a copy of the bundle, verifies, and takes it back; on all cores.
    ///
    /// - Returns: what was not found, or was not named.
    static func unnoticed(_ mutations: [Mutation], in files: BundleFiles) throws -> [String] {
        let workers = ProcessInfo.processInfo.activeProcessorCount
        let unnoticed = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            let folder = TemporaryFolder(in: "/dev/shm")
            do {
                for (name, bytes) in files { try write(bytes, name, folder.path) }
                for mutation in mutations[...].dropFirst(worker).enumerated().lazy.filter({ $0.offset % workers == 0 }).map(
                    \.element)
                {
                    for (name, bytes) in mutation.changes { try write(bytes, name, folder.path) }
                    if let failure = judge(folder.path) { unnoticed.withLock { $0.append("\(mutation.name): \(failure)") } }
                    for name in mutation.changes.keys { try write(files[name], name, folder.path) }
                }
                if case .failure(let error) = verdict(folder.path) { unnoticed.withLock { $0.append("in the end: \(error)") } }
            } catch {
                unnoticed.withLock { $0.append("\(error)") }
            }
        }
        return unnoticed.withLock { $0 }
    }

    private static func verdict(_ folder: FilePath) -> Result<BundleReport, BundleError> {
        Result { () throws(BundleError) in try BundleVerifier(folder: folder).verify(trusting: AuditorTrust()) }
    }

    private static func judge(_ folder: FilePath) -> String? {
        switch verdict(folder) {
        case .success: return "not noticed"
        case .failure(.altered(let place, let reason)):
            let known = [BundleLayout.verifierKey, BundleLayout.checkpoint, "tile/", "tile", "blobs/", "entry "]
            return known.contains { place.hasPrefix($0) } && !reason.isEmpty ? nil : "names no place: \(place): \(reason)"
        case .failure(let error): return "another error: \(error)"
        }
    }

    private static func write(_ bytes: [UInt8]?, _ name: String, _ folder: FilePath) throws {
        let path = folder.pushing(FilePath(name))
        guard let bytes else { return try FileManager.default.removeItem(atPath: path.string) }
        try FileManager.default.createDirectory(
            atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path.string))
    }
}

@Suite struct MutatedBundles {
    private let scratch = TemporaryFolder()

    /// The bundle that is mutated. What entries may carry (tokens, signatures, certificates) belongs into it as attachments.
    private func sample(entries: Int) async throws -> BundleFiles {
        let folder = scratch("bundle-\(entries)")
        try await MemoryLog(entries: entries, attachments: [Array("photo".utf8)]).write(to: folder)
        let names = FileManager.default.enumerator(atPath: folder.string)?.compactMap { $0 as? String } ?? []
        var files: BundleFiles = [:]
        for name in names where !["README", "verify.py"].contains(name) {
            if let bytes = try? contents(folder.pushing(FilePath(name))) { files[name] = bytes }
        }
        return files
    }

    /// At least ten thousand changes, each found, each with its place.
    @Test(.timeLimit(.minutes(10))) func everyChangeIsFoundAndNamed() async throws {
        let small = try await sample(entries: 3)
        let bytes = Mutations.ofBytes(small)
        let found = try Mutations.unnoticed(bytes, in: small)
        #expect(found.isEmpty, "\(found.prefix(20).joined(separator: "\n"))")
        let long = try await sample(entries: 24)
        let entries = try Mutations.ofEntries(long, size: 24)
        let others = try Mutations.unnoticed(entries, in: long)
        #expect(others.isEmpty, "\(others.prefix(20).joined(separator: "\n"))")
        #expect(bytes.count + entries.count >= 10_000)
        print("mutations of bundles, all found and named: \(bytes.count) of bytes, \(entries.count) of whole entries")
    }
}
