import Foundation
import SystemPackage
import TestSupport
import Testing

/// What can be said of the programs without running them on a drive.
@Suite struct Programs {
    /// Names of modules as they stand in the symbols of a Swift program (their length goes before them).
    private static let forbidden = [
        "4GRDB", "6Ledger", "5Media", "7Imaging", "7Station", "7Control", "7NIOCore", "8NIOPosix", "11Hummingbird",
        "19FoundationNetworking",
    ]

    private func symbols(_ program: String) throws -> String {
        try run("nm", [try find(program)]).output
    }

    private func libraries(_ program: String) throws -> String { try run("ldd", [try find(program)]).output }

    @Test func theVerifierLinksNoDatabaseNoUdevAndNoNetwork() throws {
        let own = try symbols("fengcun-verify")
        let daemon = try symbols("fengcund")
        for module in Self.forbidden.dropLast() {
            #expect(daemon.contains("$s\(module)"), "the daemon has \(module), or this test looks for the wrong name")
            #expect(!own.contains("$s\(module)"), "\(module)")
        }
        let linked = try libraries("fengcun-verify")
        #expect(linked.contains("libcrypto"))
        for library in ["sqlite", "udev", "Networking", "curl", "libssl"] { #expect(!linked.contains(library), "\(library)") }
    }

    @Test func theOperatorsProgramKnowsTheDaemonOnlyThroughItsAPI() throws {
        let own = try symbols("fengcun")
        for module in ["4GRDB", "6Ledger", "5Media", "7Imaging", "7Station"] {
            #expect(!own.contains("$s\(module)"), "\(module)")
        }
        #expect(own.contains("$s7Control"))
    }

    /// The order of docs/architecture.md: a module imports only what stands above it.
    @Test func modulesImportUpwardsOnly() throws {
        let order = [
            "CUdev", "COpenSSL", "CQRencode", "CEwf", "CSeccomp", "CLinux", "CMultiBuffer", "SafeText", "ServiceLog",
            "DurableFiles", "DriveReplies", "DriveCommands", "Integrity",
            "TransparencyLog", "Custody", "Review", "Restoration", "ImageTree", "Bundle", "Witness", "Report",
            "Ledger", "Media",
            "Imaging",
            "Control", "Ports", "Exchange", "Station", "fengcund", "fengcun", "fengcun-verify",
            "fengcun-witness", "fengcun-probe", "fengcun-ewf", "fengcun-restore",
        ]
        let sources = Checkout.path + "/Sources"
        #expect(Set(try FileManager.default.contentsOfDirectory(atPath: sources)) == Set(order))
        for (place, module) in order.enumerated() {
            let imports = try run("grep", ["-rhE", "^(public )?import ", "\(sources)/\(module)"]).output.split(separator: "\n")
                .compactMap { $0.split(separator: " ").last.map(String.init) }
            for name in Set(imports) where order.contains(name) {
                #expect(order[..<place].contains(name), "\(module) imports \(name)")
                #expect(!(module.hasPrefix("fengcun") && name.hasPrefix("fengcun")))
            }
        }
    }

    @Test func wrongUsage() throws {
        #expect(try run("fengcun-verify", []).status == 64)
        #expect(try run("fengcun-verify", ["/nonexistent", "--key", "nonsense"]).status == 64)
        #expect(try run("fengcun-verify", ["/nonexistent"]).status == 1)
        #expect(try run("fengcun", ["no-such-command"]).status == 64)
        #expect(try run("fengcund", ["--no-such-option"]).status == 64)
        // In the language of the user, and of what is wrong.
        for (program, arguments, words) in [
            ("fengcun", ["--lang", "zh", "seal", "E1"], "错误：缺少参数“--number <number>”\n说明：--number <number>  封条编号。\n用法："),
            ("fengcun", ["seal", "E1", "--number", "1", "--method", "x", "E2", "--lang", "zh"], "错误：多余的参数“E2”\n"),
            ("fengcun", ["--lang", "zh", "no-such-command"], "错误：多余的参数“no-such-command”\n"),
            ("fengcun", ["--lang", "en", "no-such-command"], "Error: Unexpected argument 'no-such-command'\n"),
            ("fengcun-verify", ["B", "--roots", "--lang", "zh"], "错误：“--roots <file>”缺少取值\n"),
            ("fengcun-verify", ["--lang", "zh"], "错误：请指定导出目录"),
        ] {
            let outcome = try run(program, arguments)
            #expect(outcome.status == 64 && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
        }
    }

    @Test func helpInBothLanguages() throws {
        #expect(try run("fengcun", ["--help"], environment: ["LC_ALL": "C.UTF-8"]).output.contains("Operates a Fengcun station"))
        #expect(try run("fengcun", ["--help"], environment: ["LC_ALL": "zh_CN.UTF-8"]).output.contains("操作封存台站"))
        for shell in ["bash", "zsh", "fish"] {
            #expect(try run("fengcun", ["--generate-completion-script", shell]).status == 0)
        }
    }

    /// The second sector comes back on the ninth try, the last one never.
    @Test func theRescueCanBeRehearsedWithoutADrive() throws {
        let folder = TemporaryFolder()
        let bytes = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 5 | 1) }
        let drive = try folder.write(bytes, to: "drive").string
        let faults = try folder.write("512 512 bad 9\n\(bytes.count - 512) 512 -\n".utf8, to: "faults").string
        let rehearse = ["rehearse", drive, "--faults", faults, "--to", folder.path.string]
        let image = folder("rehearsal.dd").string

        let outcome = try run("fengcund", rehearse + ["--retries", "20"], environment: ["LC_ALL": "C.UTF-8"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("1048064 of 1048576 bytes were read; areas that were not: 1\n"))
        #expect(try contents(FilePath(image)) == bytes.dropLast(512) + [UInt8](repeating: 0, count: 512))
        let digest = try run("openssl", ["dgst", "-sha256", "-r", image]).output.prefix { $0 != " " }
        #expect(outcome.output.contains("sha256 \(digest) (read-back)\n"))
        let tree = try run("fsverity", ["digest", "--compact", image]).output.prefix { $0 != "\n" }
        #expect(outcome.output.contains("fs-verity \(tree) (read-back)\n"))

        let again = try run("fengcund", rehearse, environment: ["LC_ALL": "zh_CN.UTF-8"])
        #expect(again.status == 0)
        #expect(again.output.contains("共 1048576 字节，读出 1047552 字节；未读出的区域：2\n"))
        let bare = try run("fengcund", rehearse + ["--hash", "none"], environment: ["LC_ALL": "C.UTF-8"])
        #expect(bare.status == 0 && bare.output.contains("fs-verity ") && !bare.output.contains("sha256"))
        let unknown = try run("fengcund", rehearse + ["--hash", "sha256,crc32"], environment: ["LC_ALL": "C.UTF-8"])
        #expect(unknown.status == 1 && unknown.errors.contains("crc32"))
        let wrong = try run("fengcund", rehearse + ["--retries", "101"], environment: ["LC_ALL": "zh_CN.UTF-8"])
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("必须在 0 到 100 之间"))
        #expect(again.output.contains("已全部尝试") && again.output.contains("(回读)"))
        _ = try folder.write("0 512 broken\n".utf8, to: "nonsense")
        let nonsense = ["rehearse", drive, "--faults", folder("nonsense").string, "--to", folder.path.string]
        let said = try run("fengcund", nonsense, environment: ["LC_ALL": "zh_CN.UTF-8"])
        #expect(said.status == 1 && said.errors.contains("第 1 行不是可模拟的故障"), "\(said.errors)")
        #expect(try run("fengcund", ["rehearse", "--help"], environment: ["LC_ALL": "zh_CN.UTF-8"]).output.contains("演练"))
    }

    @Test func theUnitIsExposedLittle() throws {
        let unit = Checkout.path + "/systemd/fengcund.service"
        let outcome = try run("systemd-analyze", ["security", "--offline=true", "--no-pager", unit])
        let line = try #require(outcome.output.split(separator: "\n").last { $0.contains("Overall exposure level") })
        print(line)
        let figure = try #require(line.split(separator: " ").compactMap { Double($0) }.first)
        #expect(figure <= 1.5)
    }

    @Test func theAPIIsDescribed() throws {
        let text = try String(contentsOfFile: Checkout.path + "/docs/openapi.yaml", encoding: .utf8)
        let routes = try String(contentsOfFile: Checkout.path + "/Sources/Control/Paths.swift", encoding: .utf8)
        let names = routes.split(separator: "\"").filter {
            $0.hasPrefix("/") && $0 != "/v1" && $0.count > 2 && !$0.hasSuffix("/") && !$0.contains(where: \.isWhitespace)
        }
        #expect(names.count > 10)
        for name in names { #expect(text.contains(name) as Bool, "\(name) is missing in docs/openapi.yaml") }
    }
}
