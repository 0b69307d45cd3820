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
    ///
    /// - Parameter changes: what each byte is combined with.
    static func ofBytes(_ files: BundleFiles, with changes: [UInt8]) -> [Mutation] {
        files.sorted { $0.key < $1.key }.flatMap { name, sound -> [Mutation] in
            var found: [Mutation] = sound.indices.flatMap { place in
                changes.map { change in
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

    /// Attachments exchanged, replaced, renamed and doubled.
    static func ofBlobs(_ files: BundleFiles) -> [Mutation] {
        let blobs = files.filter { $0.key.hasPrefix("blobs/") }.sorted { $0.key < $1.key }
        let other = "blobs/" + String(repeating: "0", count: 64)
        return blobs.flatMap { name, bytes -> [Mutation] in
            var found = [
                Mutation(name: "\(name) renamed", changes: [name: Optional<[UInt8]>.none, other: bytes]),
                Mutation(name: "\(name) doubled", changes: [other: bytes]),
            ]
            for (second, content) in blobs where second != name {
                found.append(Mutation(name: "\(name) and \(second) exchanged", changes: [name: content, second: bytes]))
                found.append(Mutation(name: "\(name) replaced by \(second)", changes: [name: content]))
                found.append(Mutation(name: "\(second) behind \(name)", changes: [name: bytes + content]))
            }
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

    /// A bundle that is mutated: in memory.
    private func sample(_ log: MemoryLog) async throws -> BundleFiles {
        let folder = scratch("bundle-\(log.entries.count)")
        try await log.write(to: folder)
        let names = FileManager.default.enumerator(atPath: folder.string)?.compactMap { $0 as? String } ?? []
        var files: BundleFiles = [:]
        for name in names where !["README", "verify.py"].contains(name) {
            if let bytes = try? contents(folder.pushing(FilePath(name))) { files[name] = bytes }
        }
        return files
    }

    /// At least ten thousand changes, each found, each with its place. The large bundle holds everything that comes from
    /// outside: a token, signatures with a certificate, a cosigned checkpoint, a restoration, a change of keys, a policy.
    @Test(.timeLimit(.minutes(30))) func everyChangeIsFoundAndNamed() async throws {
        let small = try await sample(MemoryLog(entries: 3, attachments: [Array("photo".utf8)]))
        let large = try await sample(EvidenceSample(entries: 2).withPolicy())
        let bytes = Mutations.ofBytes(small, with: [0x01, 0x02, 0x10, 0x20, 0x80, 0xFF])
        let evidence = Mutations.ofBytes(large, with: [0x01])
        let blobs = Mutations.ofBlobs(large)
        let long = try await sample(EvidenceSample(entries: 14).log)
        let entries = try Mutations.ofEntries(long, size: 24)
        for (mutations, files) in [(bytes, small), (evidence + blobs, large), (entries, long)] {
            let found = try Mutations.unnoticed(mutations, in: files)
            #expect(found.isEmpty, "\(found.prefix(20).joined(separator: "\n"))")
        }
        #expect(bytes.count + evidence.count + blobs.count + entries.count >= 10_000)
        print(
            "mutations of bundles, all found and named: \(bytes.count + evidence.count) of bytes, \(blobs.count) of attachments,",
            "\(entries.count) of whole entries")
    }
}
