import DataFiles

/// What records are written in.
package enum InputFormat: String, CaseIterable, Sendable {
    case csv, ndjson

    /// Told by the first byte that is no white space: no table is thought to begin with a brace or a bracket.
    ///
    /// - Returns: the format, and a source that gives all bytes but a byte order mark.
    static func guess(
        _ source: any ByteSource
    ) throws(DataFileError) -> (format: InputFormat, source: any ByteSource) {
        var start: [UInt8] = []
        while start.count < byteOrderMark.count, try source.append(to: &start) {}
        if start.starts(with: byteOrderMark) { start.removeFirst(byteOrderMark.count) }
        var first = firstVisible(start)
        while first == nil, start.count < mostBlanks, try source.append(to: &start) { first = firstVisible(start) }
        let isJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        return (isJSON ? .ndjson : .csv, ReplayedBytes(start, then: source))
    }

    private static func firstVisible(_ bytes: [UInt8]) -> UInt8? {
        bytes.first { !" \t\r\n".utf8.contains($0) }
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    /// Whatever begins with more white space is read as a table.
    private static let mostBlanks = 1 << 20
}

/// Bytes that were read to look at them, then those that follow.
private final class ReplayedBytes: ByteSource {
    private var start: [UInt8]
    private let source: any ByteSource

    init(_ start: [UInt8], then source: any ByteSource) {
        (self.start, self.source) = (start, source)
    }

    func append(to bytes: inout [UInt8]) throws(DataFileError) -> Bool {
        guard start.isEmpty else {
            bytes.append(contentsOf: start)
            start = []
            return true
        }
        return try source.append(to: &bytes)
    }
}
