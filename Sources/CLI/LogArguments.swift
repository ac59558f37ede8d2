import ArgumentParser
import Logging
import Logs

/// What `elbo serve` logs, and how.
struct LogArguments: ParsableArguments {
    @Option(help: "The form of the log on standard error: json or text (ELBO_LOG_FORMAT; default: json).")
    var logFormat: String?

    @Option(
        help:
            "The least level that is logged: trace, debug, info, notice, warning, error or critical (ELBO_LOG_LEVEL; default: info)."
    )
    var logLevel: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Log each request (ELBO_REQUEST_LOG=false forbids it; default: yes).")
    var requestLog: Bool?

    /// Starts writing.
    func makeLog() throws -> ServerLog {
        let format = try Self.choice(
            Settings.text(logFormat, "ELBO_LOG_FORMAT", default: "json"), "ELBO_LOG_FORMAT", of: LogFormat.self)
        let level = try Self.choice(
            Settings.text(logLevel, "ELBO_LOG_LEVEL", default: "info"), "ELBO_LOG_LEVEL", of: Logger.Level.self)
        let logsRequests = try Settings.flag(requestLog, "ELBO_REQUEST_LOG", default: true)
        return try ServerLog(format, level: level, logsRequests: logsRequests)
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ text: String, _ variable: String, of type: Choice.Type
    ) throws -> Choice {
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("\(variable) or its flag is '\(text)'; expected one of \(known)")
        }
        return choice
    }
}
