// swift-tools-version: 6.2

import PackageDescription

/// Every target of ours: Swift 6 language mode, no warning passes.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

// The order is the order of imports: a module imports only what stands above it (docs/architecture.md).
let package = Package(
    name: "fengcun",
    products: [
        .executable(name: "fengcund", targets: ["fengcund"]),
        .executable(name: "fengcun", targets: ["fengcun"]),
        .executable(name: "fengcun-verify", targets: ["fengcun-verify"]),
        .executable(name: "fengcun-witness", targets: ["fengcun-witness"]),
        .executable(name: "fengcun-probe", targets: ["fengcun-probe"]),
        .executable(name: "fengcun-ewf", targets: ["fengcun-ewf"]),
        .executable(name: "fengcun-restore", targets: ["fengcun-restore"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // MARK: What Linux and its libraries give us
        .systemLibrary(name: "CUdev", pkgConfig: "libudev", providers: [.apt(["libudev-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CEwf", pkgConfig: "libewf", providers: [.apt(["libewf-dev"])]),
        .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        .target(name: "CLinux"),
        .target(name: "CMultiBuffer"),
        .target(name: "CQRencode"),
        .target(name: "SafeText", swiftSettings: strict),
        .target(name: "ServiceLog", dependencies: ["SafeText", logging], swiftSettings: strict),
        .target(name: "DurableFiles", dependencies: ["CLinux", "SafeText", system], swiftSettings: strict),

        // MARK: What is asked of drives, and what they answer
        .target(name: "DriveReplies", swiftSettings: strict),
        .target(name: "DriveCommands", dependencies: ["CLinux", "DriveReplies", system], swiftSettings: strict),

        // MARK: What can be proved
        .target(name: "Integrity", dependencies: ["SafeText", "COpenSSL", "CMultiBuffer"], swiftSettings: strict),
        .target(name: "TransparencyLog", dependencies: ["SafeText", "Integrity"], swiftSettings: strict),
        .target(name: "Custody", dependencies: ["SafeText", "Integrity", "TransparencyLog"], swiftSettings: strict),
        .target(name: "Review", dependencies: ["SafeText", "Integrity", "Custody"], swiftSettings: strict),
        .target(name: "Restoration", dependencies: ["SafeText", "Custody"], swiftSettings: strict),
        .target(
            name: "ImageTree", dependencies: ["SafeText", "CLinux", "DurableFiles", "Integrity", "Custody", system],
            swiftSettings: strict),
        .target(
            name: "Bundle",
            dependencies: ["SafeText", "DurableFiles", "Integrity", "TransparencyLog", "Custody", "ImageTree", system],
            resources: [.embedInCode("Resources/verify.py"), .embedInCode("Resources/README")], swiftSettings: strict),

        // MARK: Who vouches for a log that is not his
        .target(
            name: "Witness", dependencies: ["SafeText", "DurableFiles", "Integrity", "TransparencyLog", "Custody", system],
            swiftSettings: strict),
        // MARK: What people take away on paper
        .target(name: "Report", dependencies: ["CQRencode", "SafeText", "TransparencyLog", "Custody"], swiftSettings: strict),

        // MARK: What the daemon is made of
        .target(
            name: "Ledger",
            dependencies: [
                "CLinux", "SafeText", "DurableFiles", "Integrity", "TransparencyLog", "Custody",
                .product(name: "GRDB", package: "GRDB.swift"), system,
            ], swiftSettings: strict),
        .target(
            name: "Media",
            dependencies: [
                "SafeText", "CUdev", "CLinux", "DurableFiles", "DriveReplies", "DriveCommands", "Integrity", "Custody", system,
            ],
            swiftSettings: strict),
        .target(
            name: "Imaging",
            dependencies: ["SafeText", "CLinux", "DurableFiles", "Integrity", "Custody", "ImageTree", system],
            swiftSettings: strict),
        .target(
            name: "Control",
            dependencies: [
                "SafeText", "Integrity", "Custody",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ], swiftSettings: strict),
        .target(
            name: "Station",
            dependencies: [
                "SafeText", "DurableFiles", "DriveCommands", "Integrity", "TransparencyLog", "Custody", "Review", "Restoration",
                "ImageTree", "Ledger", "Media", "Imaging", "Control", logging, serviceLifecycle, system,
            ], swiftSettings: strict),

        // MARK: How a station is set up
        .target(name: "Ports", dependencies: ["SafeText", "Custody"], swiftSettings: strict),

        // MARK: What the command line talks to outside
        .target(name: "Exchange", dependencies: ["SafeText", "Custody"], swiftSettings: strict),

        // MARK: The programs
        .executableTarget(
            name: "fengcund",
            dependencies: [
                "CLinux", "SafeText", "ServiceLog", "DurableFiles", "Integrity", "TransparencyLog", "Custody", "Bundle", "Ledger",
                "Media", "Imaging", "Control", "Station",
                argumentParser, logging, serviceLifecycle, system,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "TOMLKit", package: "TOMLKit"),
            ], swiftSettings: strict),
        .executableTarget(
            name: "fengcun",
            dependencies: [
                "SafeText", "DurableFiles", "Integrity", "TransparencyLog", "Custody", "Review", "Restoration", "Bundle",
                "Report", "Control", "Ports", "Exchange", argumentParser, system,
                .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "fengcun-verify",
            dependencies: [
                "SafeText", "DurableFiles", "Integrity", "TransparencyLog", "Custody", "Review", "ImageTree", "Bundle",
                argumentParser, system,
            ],
            swiftSettings: strict),

        .executableTarget(
            name: "fengcun-witness",
            dependencies: [
                "SafeText", "ServiceLog", "DurableFiles", "TransparencyLog", "Custody", "Witness", argumentParser, logging,
                serviceLifecycle, system,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "TOMLKit", package: "TOMLKit"),
            ], swiftSettings: strict),
        .executableTarget(
            name: "fengcun-probe",
            dependencies: ["CUdev", "CLinux", "DurableFiles", "DriveCommands", argumentParser, system],
            swiftSettings: strict),

        // Runs apart from the daemon and without its rights: it parses files of strangers.
        .executableTarget(
            name: "fengcun-ewf", dependencies: ["CEwf", "CSeccomp", "CLinux", "Integrity"], swiftSettings: strict),

        // Runs as root, and is the one program that writes to a disk.
        .executableTarget(
            name: "fengcun-restore",
            dependencies: [
                "CUdev", "CLinux", "DurableFiles", "Custody", "Restoration", "ImageTree", "Media", argumentParser, system,
            ],
            swiftSettings: strict),

        // MARK: Tests
        .target(name: "TestSupport", dependencies: [system], path: "Tests/TestSupport", swiftSettings: strict),
        // Works on a ledger without a daemon: for the fault sweep and for Benchmarks/ledger.
        .executableTarget(
            name: "ledger-driver",
            dependencies: ["DurableFiles", "Integrity", "TransparencyLog", "Custody", "Bundle", "Ledger", system],
            path: "Tests/LedgerDriver", swiftSettings: strict),
        // Makes images of simulated drives and is killed on the way.
        .executableTarget(
            name: "imaging-driver", dependencies: ["DurableFiles", "Integrity", "Custody", "Imaging", system],
            path: "Tests/ImagingDriver", swiftSettings: strict),
        .testTarget(
            name: "BundleTests",
            dependencies: [
                "TestSupport", "DurableFiles", "Integrity", "TransparencyLog", "Custody", "Bundle", "fengcun-verify", system,
            ], exclude: ["Independent"], swiftSettings: strict),
        .testTarget(
            name: "ReportTests", dependencies: ["TestSupport", "Integrity", "TransparencyLog", "Custody", "Report", system],
            swiftSettings: strict),
        .testTarget(name: "FengcunTests", dependencies: ["Custody", "Control", "fengcun"], swiftSettings: strict),
        .testTarget(name: "PortsTests", dependencies: ["Ports"], swiftSettings: strict),
        .testTarget(name: "ExchangeTests", dependencies: ["TestSupport", "Exchange"], swiftSettings: strict),
        .testTarget(
            name: "WitnessTests", dependencies: ["TestSupport", "Integrity", "TransparencyLog", "Witness", system],
            swiftSettings: strict),
        .testTarget(name: "ControlTests", dependencies: ["Custody", "Control"], swiftSettings: strict),
        .testTarget(
            name: "StationTests", dependencies: ["TestSupport", "SafeText", "Custody", "Control", "Ledger", "Media", "Station"],
            swiftSettings: strict),
        .testTarget(
            name: "LedgerTests",
            dependencies: [
                "TestSupport", "DurableFiles", "TransparencyLog", "Custody", "Ledger", "ledger-driver", system,
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SystemTests",
            dependencies: [
                "TestSupport", "fengcund", "fengcun", "fengcun-verify", "fengcun-witness", "fengcun-probe", "fengcun-ewf",
                "fengcun-restore", "ledger-driver", system,
            ],
            swiftSettings: strict),
        // Knows the programs only as packages (scripts/package) in an emulated machine.
        .testTarget(
            name: "VMTests", dependencies: ["TestSupport", system], exclude: ["Guest"], swiftSettings: strict),
        .testTarget(name: "IntegrityTests", dependencies: ["TestSupport", "Integrity", system], swiftSettings: strict),
        .testTarget(
            name: "TransparencyLogTests", dependencies: ["TestSupport", "TransparencyLog", "Integrity", system],
            exclude: ["Independent"], swiftSettings: strict),
        .testTarget(name: "RestorationTests", dependencies: ["TestSupport", "Restoration", "Custody"], swiftSettings: strict),
        .testTarget(name: "ReviewTests", dependencies: ["TestSupport", "Integrity", "Custody", "Review"], swiftSettings: strict),
        .testTarget(name: "SafeTextTests", dependencies: ["SafeText"], swiftSettings: strict),
        .testTarget(name: "ServiceLogTests", dependencies: ["ServiceLog", logging], swiftSettings: strict),
        .testTarget(
            name: "CustodyTests", dependencies: ["TestSupport", "SafeText", "Custody", "Integrity"], swiftSettings: strict),
        .testTarget(name: "DurableFilesTests", dependencies: ["TestSupport", "DurableFiles", system], swiftSettings: strict),
        .testTarget(
            name: "ImageTreeTests", dependencies: ["TestSupport", "ImageTree", "Custody", "DurableFiles", "Integrity", system],
            swiftSettings: strict),
        .testTarget(
            name: "ImagingTests",
            dependencies: [
                "TestSupport", "Imaging", "ImageTree", "Custody", "DurableFiles", "Integrity", "imaging-driver", system,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "DriveRepliesTests", dependencies: ["TestSupport", "DriveReplies"], swiftSettings: strict),
        .testTarget(
            name: "DriveCommandsTests", dependencies: ["DriveReplies", "DriveCommands"], swiftSettings: strict),
        .testTarget(
            name: "MediaTests",
            dependencies: ["TestSupport", "DriveReplies", "DriveCommands", "Media", "Custody", "DurableFiles", system],
            swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)
