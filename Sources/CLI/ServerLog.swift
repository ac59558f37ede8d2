import Logging
import Logs
import Service

/// The log of a server: its own messages and its requests, on standard error.
struct ServerLog: Sendable {
    let logger: Logger
    private let writer: LogWriter
    private let format: LogFormat
    private let logsRequests: Bool

    init(_ format: LogFormat, level: Logger.Level, logsRequests: Bool) throws {
        LogWriter.occupyStandardStreams()
        let writer = LogWriter()
        guard writer.start() else { throw Failure("cannot start the thread that writes the log") }
        (self.writer, self.format, self.logsRequests) = (writer, format, logsRequests)
        logger = Logger(label: "elbo") { _ in LineLogHandler(writer, format, level: level) }
    }

    /// Gives the service what it needs of the log.
    func attach(to configuration: inout Service.Configuration) {
        let (writer, logger) = (writer, logger)
        configuration.droppedLogLines = { writer.dropped }
        configuration.tell = { Self.log($0, logger) }
        guard logsRequests, logger.logLevel <= .error else { return }
        let line = RequestLine(format)
        let logsAll = logger.logLevel <= .info
        configuration.tellRequest = { record in
            if logsAll || record.status >= 500 { writer.append(line.bytes(record)) }
        }
    }

    /// Waits until all is written, as long as that may take at an end.
    func flush(within patience: Duration) {
        writer.flush(within: patience)
    }

    private static func log(_ change: ModelChange, _ logger: Logger) {
        let model = change.version.isEmpty ? change.name : "\(change.name) version \(change.version)"
        switch change.outcome {
        case .loaded: logger.notice("loaded \(model)")
        case .unloaded: logger.notice("unloaded \(model)")
        case .refused(let reason): logger.error("refused \(model): \(reason)")
        }
    }
}
