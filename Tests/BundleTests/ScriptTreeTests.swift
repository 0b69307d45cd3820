import SystemPackage
import TestSupport
import Testing

@Suite("The block tree of the bundle's script") struct ScriptTreeTests {
    private let scratch = TemporaryFolder()

    /// Both sides of a block, of what one block of hashes covers, and of what two levels cover; in one file and in segments that end
    /// within a block.
    @Test(arguments: [0, 1, 4096, 4097, 128 * 4096, 128 * 4096 + 1, 300 * 4096 + 5, 128 * 128 * 4096, 128 * 128 * 4096 + 1])
    func isThatOfTheKernelsTool(_ count: Int) throws {
        var random = SeededRandom(UInt64(count))
        let block = (0..<65_521).map { _ in UInt8.random(in: 0...255, using: &random) }
        let bytes = (0..<count).map { block[$0 % block.count] }
        let whole = try scratch.write(bytes, to: "whole")
        let segments = try stride(from: 0, to: max(1, count), by: 9_999_872).enumerated().map { index, start in
            try scratch.write(bytes[start..<min(start + 9_999_872, count)], to: "segment-\(index)").string
        }
        let script = Checkout.path + "/Sources/Bundle/Resources/verify.py"
        let program = "import runpy, sys; tree = runpy.run_path(sys.argv[1])['fsverity']; print(tree(sys.argv[2:]))"
        let theirs = try run("fsverity", ["digest", "--compact", "--block-size=4096", whole.string]).output
        #expect(try run("python3", ["-c", program, script, whole.string]).output == theirs)
        #expect(try run("python3", ["-c", program, script] + segments).output == theirs)
    }
}
