/// Where the records of a table end: at LF, CRLF or CR outside of quotes.
///
/// Whether a byte is within quotes is the parity of the quotes before it. That is right as far as the table is well
/// formed, and what is behind a fault does not matter: the reader of that chunk stops at the fault.
struct CSVRecordEnds: RecordEnds {
    var progress = RecordProgress()
    private var isQuoted = false
    private let finder = ByteFinder(quote, lineFeed, carriageReturn, quote)

    mutating func advance(in bytes: UnsafeBufferPointer<UInt8>, to target: Int, isLast: Bool) {
        while progress.end < target {
            progress.position = unsafe finder.next(in: bytes, from: progress.position)
            guard progress.position < bytes.count else { return }
            if unsafe bytes[progress.position] == quote {
                isQuoted.toggle()
                progress.position += 1
            } else if isQuoted {
                unsafe consumeQuotedLineEnd(bytes)
            } else {
                guard let width = unsafe lineEndWidth(bytes, isLast: isLast) else { return }
                progress.endRecord(lineEnd: width, isBlank: progress.position == progress.end)
            }
        }
    }

    private mutating func consumeQuotedLineEnd(_ bytes: UnsafeBufferPointer<UInt8>) {
        let position = progress.position
        // A quote stands before, so there is a byte before.
        let isSecond = unsafe bytes[position] == lineFeed && bytes[position - 1] == carriageReturn
        if !isSecond { progress.lines += 1 }
        progress.position += 1
    }

    /// Nil when a LF may still follow a CR.
    private func lineEndWidth(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Int? {
        guard unsafe bytes[progress.position] == carriageReturn else { return 1 }
        guard progress.position + 1 < bytes.count else { return isLast ? 1 : nil }
        return unsafe bytes[progress.position + 1] == lineFeed ? 2 : 1
    }
}
