import JSON

/// One line of a log, written field by field: what there is nothing to say of is left out.
package struct LogLine: ~Copyable {
    private let format: LogFormat
    private var writer: JSONWriter

    package init(_ format: LogFormat, level: String, message: String, at time: LogTime = .now) {
        self.format = format
        var bytes: [UInt8] = []
        bytes.reserveCapacity(640)
        writer = JSONWriter(appendingTo: bytes)
        switch format {
        case .json:
            writer.beginObject()
            add("ts", time.text)
            add("level", level)
            add("msg", message)
        case .text: writer.bytes += Array("\(time.text) \(level) \(Self.printable(message))".utf8)
        }
    }

    package mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        switch format {
        case .json:
            writer.key(name)
            writer.string(value)
        case .text: append(name, Self.isWord(value) ? value : Self.quoted(value))
        }
    }

    package mutating func add(_ name: String, _ value: Int?) {
        guard let value else { return }
        switch format {
        case .json:
            writer.key(name)
            writer.int(value)
        case .text: append(name, "\(value)")
        }
    }

    /// As seconds, exactly.
    package mutating func add(_ name: String, nanoseconds: Int?) {
        guard let nanoseconds else { return }
        let text = Self.seconds(nanoseconds)
        switch format {
        case .json:
            writer.key(name)
            writer.literal(text)
        case .text: append(name, text)
        }
    }

    /// With the end of the line.
    package consuming func finish() -> [UInt8] {
        if format == .json { writer.endObject() }
        writer.bytes.append(UInt8(ascii: "\n"))
        return writer.bytes
    }

    private mutating func append(_ name: String, _ value: String) {
        writer.bytes += Array(" \(name)=\(value)".utf8)
    }

    /// `0.000123456`, not negative: a number for JSON too.
    static func seconds(_ nanoseconds: Int) -> String {
        let nanoseconds = max(0, nanoseconds)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        var unit = 1_000_000_000
        while unit <= nanoseconds / 10 { unit *= 10 }
        while unit > 0 {
            if unit == 100_000_000 { bytes.append(UInt8(ascii: ".")) }
            bytes.append(UInt8(ascii: "0") + UInt8(nanoseconds / unit % 10))
            unit /= 10
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Text

    /// Whether a value can stand without quotes.
    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }
    }

    private static func quoted(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Without what would end the line or command a terminal.
    private static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.reduce(into: "") { printable, scalar in
            printable += isControl(scalar) ? scalar.escaped(asASCII: true) : String(scalar)
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }
}
