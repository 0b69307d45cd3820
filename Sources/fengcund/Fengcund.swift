import ArgumentParser
import Custody
import Glibc
import Logging
import ServiceLifecycle
import ServiceLog
import Station
import SystemPackage

/// The daemon: watches udev, records media, makes images, owns the ledger, serves the control socket.
@main
struct Fengcund: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fengcund", abstract: "The Fengcun 封存 daemon: records, protects and images seized drives.",
        discussion: """
            Without a configuration file it runs on built-in defaults. Options go before the file.
            Exit status: 0 after an orderly stop, 1 when it cannot start or its ledger gives up, 64 on wrong usage, 78 on a
            configuration that cannot be used.
            """, version: Release.version, subcommands: [ServeCommand.self, RestoreCommand.self, RehearseCommand.self],
        defaultSubcommand: ServeCommand.self)
}

/// Runs the daemon; what `fengcund` does without a subcommand.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "Run the daemon (the default).")

    @Option(help: "Configuration file (TOML). Default: \(ConfigurationFile.defaultPath), where it exists.")
    var config: String?

    @Option(help: "State directory: ledger, key, attachments. Default: \(ConfigurationFile.defaultState)")
    var state: String?

    @Option(help: "Control socket. Default: \(ConfigurationFile.defaultSocket)")
    var socket: String?

    @Option(
        help: ArgumentHelp(
            "Treat disks whose device node matches as evidence; for trials and tests. Repeatable.", valueName: "glob"))
    var evidence: [String] = []

    func run() async throws {
        do {
            let file = try ConfigurationFile.read(config)
            try await serve(try file.settings(state: state, socket: socket, evidence: evidence))
        } catch let error as ConfigurationError {
            // EX_CONFIG of sysexits.h: the unit does not start the daemon again with the same file.
            throw Fengcund.failure(error.message(in: .ofEnvironment()), status: 78)
        } catch let error as any Explained {
            throw Fengcund.failure(error.message(in: .ofEnvironment()))
        } catch {
            throw Fengcund.failure("\(error)")
        }
    }

    private func serve(_ settings: Settings) async throws {
        signal(SIGPIPE, SIG_IGN)
        Self.raiseFileLimit()
        var logger = Logger(label: "fengcund") { ServiceLogHandler(label: $0) }
        logger.logLevel = .info
        // Only the owner may touch what is created, the socket included, until its group is set.
        umask(0o077)
        let lock = try ControlSocket.lock(settings.socket)
        let station = try await Station.open(settings.station, logger: logger)
        let notifier = SystemdNotifier()
        let server = ControlServer(
            station: station, socket: settings.socket, group: settings.group, notifier: notifier, logger: logger)
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: station, successTerminationBehavior: .gracefullyShutdownGroup),
                .init(service: server.application(), successTerminationBehavior: .gracefullyShutdownGroup),
                .init(
                    service: Watchdog(station: station, notifier: notifier), successTerminationBehavior: .gracefullyShutdownGroup),
            ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // Clients that hold a connection open may not hold up the stop.
        configuration.maximumGracefulShutdownDuration = .seconds(5)
        let outcome: Result<Void, any Error>
        do {
            try await ServiceGroup(configuration: configuration).run()
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        notifier.send("STOPPING=1")
        await station.finish(reason: outcome.isFailure ? "failure" : "stopped in order")
        withExtendedLifetime(lock) {}
        try outcome.get()
    }

    private static func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

}

extension Fengcund {
    /// One line on standard error, and an exit status.
    static func failure(_ message: String, status: Int32 = 1) -> ExitCode {
        _ = try? FileDescriptor.standardError.writeAll(Array("fengcund: \(message)\n".utf8))
        return ExitCode(status)
    }
}

extension Result {
    fileprivate var isFailure: Bool {
        guard case .failure = self else { return false }
        return true
    }
}
