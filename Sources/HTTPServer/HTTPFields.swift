/// The header fields of one request, packed so that a request costs two allocations however many it has.
///
/// Names and values stay bytes until somebody asks: most requests are answered after one or two look-ups.
struct HTTPFields: Sendable {
    /// Where one field lies in `bytes`: its name, then directly its value.
    private struct Entry {
        let nameStart: Int
        let valueStart: Int
        let end: Int
    }

    /// Whether these are all the bytes of the header: libmicrohttpd cuts a line at a NUL without a word.
    var isWhole = true
    private var bytes: [UInt8] = []
    private var entries: [Entry] = []

    init() {
        bytes.reserveCapacity(512)
        entries.reserveCapacity(12)
    }

    mutating func append(name: some Collection<UInt8>, value: some Collection<UInt8>) {
        let nameStart = bytes.count
        bytes.append(contentsOf: name)
        let valueStart = bytes.count
        bytes.append(contentsOf: value)
        entries.append(Entry(nameStart: nameStart, valueStart: valueStart, end: bytes.count))
    }

    /// The value of a field, its name compared without regard to case; several are joined by a comma (RFC 9110 §5.3).
    ///
    /// Bytes that are not UTF-8 are replaced: field values are opaque (RFC 9110 §5.5), so this is no reason to refuse.
    func value(of name: String) -> String? {
        var joined: String?
        for entry in entries where isNamed(entry, name.utf8) {
            let value = String(decoding: trimmed(entry), as: UTF8.self)
            joined = joined.map { "\($0), \(value)" } ?? value
        }
        return joined
    }

    /// Calls `body` with every field in the order received.
    func forEach(_ body: (_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Void) {
        for entry in entries {
            body(bytes[entry.nameStart..<entry.valueStart], value(of: entry))
        }
    }

    /// Without blanks at its end, which mean nothing (RFC 9110 §5.5).
    private func trimmed(_ entry: Entry) -> ArraySlice<UInt8> {
        let value = value(of: entry)
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        return value[..<((value.lastIndex { !isBlank($0) }).map { $0 + 1 } ?? value.startIndex)]
    }

    private func value(of entry: Entry) -> ArraySlice<UInt8> {
        bytes[entry.valueStart..<entry.end]
    }

    private func isNamed(_ entry: Entry, _ wanted: String.UTF8View) -> Bool {
        entry.valueStart - entry.nameStart == wanted.count
            && bytes[entry.nameStart..<entry.valueStart].equalsIgnoringCase(wanted)
    }
}
