import JSON
import Locking

/// Which changes of what is served are told to the log: all, unless a client says otherwise.
final class LoggingSettings: Sendable {
    private struct State: Sendable {
        var info = true
        var warning = true
        var error = true
    }

    private let state = Locked(State())

    func tells(_ change: ModelChange) -> Bool {
        state.withLock { state in
            switch change.outcome {
            case .loaded, .unloaded: state.info
            case .refused: state.error
            }
        }
    }

    /// Whether requests are told.
    func tellsRequests(failed: Bool) -> Bool {
        state.withLock { failed ? $0.error : $0.info }
    }

    /// Changes the settings that the request names.
    ///
    /// - Throws: `ServiceError.badField` for one that cannot be changed; then none is.
    func update(_ fields: RequestFields) throws(ServiceError) {
        var (fields, changed) = (fields, state.withLock { $0 })
        changed.info = try fields.bool("log_info") ?? changed.info
        changed.warning = try fields.bool("log_warning") ?? changed.warning
        changed.error = try fields.bool("log_error") ?? changed.error
        if let level = try fields.int("log_verbose_level", in: 0...Int.max), level != 0 {
            throw .badField("log_verbose_level", expected: "0: there are no verbose messages", got: "\(level)")
        }
        if let format = try fields.string("log_format"), format != Self.format {
            throw .badField("log_format", expected: "'\(Self.format)'", got: "'\(format)'")
        }
        if let file = try fields.string("log_file"), !file.isEmpty {
            throw .badField("log_file", expected: "unchanged while the server runs", got: "another")
        }
        try fields.finish()
        state.withLock { [changed] in $0 = changed }
    }

    /// swift-log's.
    private static let format = "default"

    func body() -> [UInt8] {
        let state = state.withLock { $0 }
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("log_file")
            writer.string("")
            for (key, isOn) in [("log_info", state.info), ("log_warning", state.warning), ("log_error", state.error)] {
                writer.key(key)
                writer.bool(isOn)
            }
            writer.key("log_verbose_level")
            writer.int(0)
            writer.key("log_format")
            writer.string(Self.format)
        }
        return writer.bytes
    }
}
