internal import Glibc
import Locking

/// An HTTP/1.1 server: it listens from its creation until `stop`.
///
/// Each daemon's thread reads requests and calls the handler; one for each socket accepts connections, one keeps house.
package final class Server: Sendable {
    /// Where it listens, with the port that it was given when any was asked for.
    package let addresses: [HTTPAddress]

    private let core: ServerCore
    private let daemons: [MHDDaemon]
    private let acceptors: [Acceptor]
    private let housekeeper: Housekeeper
    private let isStopped = Locked(false)

    /// How long responses to the last requests may take to leave, once nothing is waited for any more.
    private static let farewell = Duration.seconds(1)

    /// - Parameters:
    ///   - load: told what the server is busy with.
    ///   - intake: chooses which bodies are streamed; without it, all are collected.
    ///   - handler: decides about requests whose bodies are collected.
    package init(
        configuration: HTTPServerConfiguration, load: HTTPLoad = HTTPLoad(), intake: HTTPIntakeChoice? = nil,
        handler: @escaping HTTPHandler
    ) throws(HTTPServerError) {
        try configuration.validate()
        let sockets = try Self.listen(configuration)
        addresses = sockets.map(\.address)
        core = try ServerCore(configuration: configuration, load: load, intake: intake, handler: handler)
        daemons = try Self.startDaemons(core)
        housekeeper = try Housekeeper(core: core)
        do {
            acceptors = try Self.accept(from: sockets, daemons, core)
        } catch {
            housekeeper.stop()
            throw error
        }
    }

    /// Stops as `stop(deadline:)` without patience.
    ///
    /// It waits for the threads that call the handler, so the last reference must not be dropped on one of them: a
    /// handler does not hold its server.
    deinit {
        stop(deadline: .zero)
    }

    /// The first port it listens on; 0 when it listens on Unix sockets only.
    package var port: UInt16 { addresses.compactMap(\.port).first ?? 0 }

    /// Requests whose header has been read and whose response has not been sent entirely.
    package var inFlight: Int { core.load.inFlight }

    /// Refuses new connections; those open are served, and each response ends its connection.
    package func beginDrain() {
        core.advance(to: .draining)
        acceptors.forEach { $0.stop() }
    }

    /// While draining: blocks until no connection is open, or the time has passed.
    ///
    /// A busy client's connection ends with its next response, so that none of its requests meets a closed door; only
    /// connections without requests use the time up.
    package func letConnectionsEnd(within patience: Duration) {
        wait(until: .now + patience) { core.connections.isEmpty }
    }

    /// Ends the server; blocks until all of it has ended.
    ///
    /// New requests are refused at once (503). Those in progress have until the deadline; the rest is answered 503, or
    /// cut off where the client is still sending. The readers of streamed bodies are told, but not waited for.
    /// Without effect the second time.
    package func stop(deadline: Duration) {
        isStopped.withLock { isStopped in
            guard !isStopped else { return }
            isStopped = true
            finish(by: .now + deadline)
        }
    }

    private func finish(by deadline: MonotonicTime) {
        core.advance(to: .stopping)
        acceptors.forEach { $0.stop() }
        wait(until: deadline) { inFlight == 0 }
        for job in core.waiting.close() + core.paused.close() {
            job.answer(.rejection(.stopping), bodyError: .serverStopped)
        }
        wait(until: .never) { !core.hasSuspendedConnections }
        wait(until: .now + Self.farewell) { inFlight == 0 }
        endConnections()
        daemons.forEach { $0.stop() }
        housekeeper.stop()
    }

    /// Ends all connections before their daemons: libmicrohttpd 0.9.75 dereferences null when it has to answer a
    /// malformed request itself while its daemon is being stopped (`MHD_queue_response` ignores the answer then, but
    /// `transmit_error_response_len` goes on to send it).
    private func endConnections() {
        core.connections.cutOffAll()
        wait(until: .now + Self.farewell) { core.connections.isEmpty }
    }

    /// Looks again and again: this happens once in a process, and a signal would cost something with each request.
    private func wait(until deadline: MonotonicTime, _ isDone: () -> Bool) {
        while !isDone() && MonotonicTime.now < deadline {
            usleep(1_000)
        }
    }

    private static func listen(_ configuration: HTTPServerConfiguration) throws(HTTPServerError) -> [ListeningSocket] {
        let only = HTTPEndpoint.tcp(host: configuration.host, port: configuration.port)
        var sockets: [ListeningSocket] = []
        for endpoint in configuration.endpoints.isEmpty ? [only] : configuration.endpoints {
            sockets.append(try ListeningSocket(endpoint))
        }
        return sockets
    }

    private static func accept(
        from sockets: [ListeningSocket], _ daemons: [MHDDaemon], _ core: ServerCore
    ) throws(HTTPServerError) -> [Acceptor] {
        var acceptors: [Acceptor] = []
        do {
            for socket in sockets { acceptors.append(try Acceptor(socket: socket, daemons: daemons, core: core)) }
        } catch {
            acceptors.forEach { $0.stop() }
            throw error
        }
        return acceptors
    }

    private static func startDaemons(_ core: ServerCore) throws(HTTPServerError) -> [MHDDaemon] {
        var daemons: [MHDDaemon] = []
        for _ in 0..<core.configuration.threads {
            daemons.append(try MHDDaemon(core: core))
        }
        return daemons
    }
}
