import Control
import Hummingbird
import HummingbirdCore
import Logging
import Station
import SystemPackage

/// The HTTP adapter of the station: parses requests, checks rights, and answers. Decides nothing.
struct ControlServer {
    let station: Station
    let socket: FilePath
    let group: String
    let notifier: SystemdNotifier
    let logger: Logger

    /// Connections served at once; a process that holds idle ones open keeps nobody else out before that.
    private static let connectionLimit = 1024
    /// Seconds until an idle connection is closed.
    private static let idleLimit = 60

    /// The service that listens on the socket.
    func application() -> some ApplicationProtocol {
        let router = Router(context: PeerContext.self)
        router.add(middleware: ErrorAnswers())
        router.add(middleware: PeerIdentification())
        let routes = Routes(station: station)
        routes.addDisksAndCases(to: router)
        routes.addImaging(to: router)
        routes.addLedger(to: router)
        routes.addReviews(to: router)
        routes.addWitnesses(to: router)
        var quiet = logger
        quiet.logLevel = .warning
        return Application(
            router: router,
            server: .http1(configuration: .init(idleTimeout: .seconds(Int64(Self.idleLimit)))),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: socket.string), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionLimit)),
            onServerRunning: { [socket, group, notifier, logger] _ in
                ControlSocket.open(socket, group: group, logger: logger)
                logger.info("ready", metadata: ["socket": "\(socket)"])
                notifier.send("READY=1")
            }, logger: quiet)
    }
}
