/// The place of a request in a trace that runs through several services.
///
/// Source: W3C Trace Context, https://www.w3.org/TR/trace-context/, §3.2 and §4.3.
package struct TraceContext: Equatable, Sendable {
    private let high: UInt64
    private let low: UInt64
    /// Of who called; 0 where the trace begins here.
    private let parent: UInt64
    /// Of this request, here.
    private let span: UInt64
    /// Bit 0: the caller may have recorded its part; the others mean nothing yet, and are 0 (§3.2.2.5).
    package let flags: UInt8
    /// What other tracing systems have sent along; nil where that is long or no text.
    package private(set) var state: String?

    /// A trace that begins here.
    init(high: UInt64, low: UInt64, span: UInt64) {
        (self.high, self.low, parent, self.span, flags) = (high, low, 0, span, 0)
    }

    /// A trace that goes on here.
    ///
    /// - Parameters:
    ///   - traceparent: `00-<32 digits>-<16 digits>-<2 digits>`; of a later version, more may follow behind another `-`.
    ///   - span: for this request.
    /// - Returns: nil for a header that must be ignored.
    init?(traceparent: ArraySlice<UInt8>, span: UInt64) {
        let start = traceparent.startIndex
        guard traceparent.count >= Self.length, [2, 35, 52].allSatisfy({ traceparent[start + $0] == Self.dash }) else {
            return nil
        }
        let word = { (places: Range<Int>) in
            Hexadecimal.word(traceparent[start + places.lowerBound..<start + places.upperBound])
        }
        guard let version = word(0..<2), let high = word(3..<19), let low = word(19..<35), let parent = word(36..<52),
            let flags = word(53..<55), high | low != 0, parent != 0, version != 255
        else { return nil }
        if traceparent.count > Self.length {
            guard version > 0, traceparent[start + Self.length] == Self.dash else { return nil }
        }
        (self.high, self.low, self.parent, self.span, self.flags) = (high, low, parent, span, UInt8(flags) & 1)
    }

    /// Keeps `tracestate` where it is short printable text.
    mutating func keep(state: [UInt8]) {
        guard (1...Self.mostStateBytes).contains(state.count), state.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            return
        }
        self.state = String(decoding: state, as: UTF8.self)
    }

    /// As the specification wants to see kept at least.
    private static let mostStateBytes = 512
    private static let length = 55
    private static let dash = UInt8(ascii: "-")

    /// Whether somebody else has begun the trace.
    package var isContinued: Bool { parent != 0 }

    /// 32 hexadecimal digits.
    package var traceID: String {
        Hexadecimal.text(capacity: 32) { text in
            Hexadecimal.append(high, to: &text)
            Hexadecimal.append(low, to: &text)
        }
    }

    /// 16 hexadecimal digits.
    package var spanID: String { Hexadecimal.text(capacity: 16) { Hexadecimal.append(span, to: &$0) } }

    /// Of who called; nil where the trace begins here.
    package var parentID: String? {
        isContinued ? Hexadecimal.text(capacity: 16) { Hexadecimal.append(parent, to: &$0) } : nil
    }

    /// `traceparent` of what happens on behalf of this request.
    package var traceparent: String {
        Hexadecimal.text(capacity: Self.length) { text in
            Hexadecimal.append(0, digits: 2, to: &text)
            text.append(Self.dash)
            Hexadecimal.append(high, to: &text)
            Hexadecimal.append(low, to: &text)
            text.append(Self.dash)
            Hexadecimal.append(span, to: &text)
            text.append(Self.dash)
            Hexadecimal.append(UInt64(flags), digits: 2, to: &text)
        }
    }
}
