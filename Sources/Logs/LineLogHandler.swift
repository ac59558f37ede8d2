import Logging

/// Lets swift-log's messages be lines of a `LogWriter`.
package struct LineLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    private let writer: LogWriter
    private let format: LogFormat

    package init(_ writer: LogWriter, _ format: LogFormat, level: Logger.Level) {
        (self.writer, self.format, logLevel) = (writer, format, level)
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = LogLine(format, level: event.level.rawValue, message: event.message.description)
        let metadata = metadata.merging(event.metadata ?? [:]) { $1 }
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) { line.add(name, value.description) }
        writer.append(line.finish())
    }
}
