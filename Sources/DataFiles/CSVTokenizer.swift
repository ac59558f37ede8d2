/// Cuts bytes into the fields of one record after the other (RFC 4180), whatever the pieces they come in.
///
/// A value that decides; whoever holds it brings bytes. Line ends are LF, CRLF or CR. A line without any byte is no
/// record, so a table of one column says `""` for an empty field.
struct CSVTokenizer {
    /// A field's bytes in the buffer, without its quotes.
    struct Field {
        var start: Int
        var end: Int
        /// Whether two quotes in a row stand for one.
        var hasDoubledQuotes = false
    }

    private enum State {
        case fieldStart
        case plain
        case quoted
        /// Behind a quote within a quoted field: its end, or the first of two.
        case quoteSeen
    }

    enum Step: Equatable {
        case record
        case needsBytes
    }

    /// Bytes from the start of the current record; those before are dropped when more are needed.
    var buffer: [UInt8] = []
    /// Of the current record.
    private(set) var fields: [Field] = []
    /// Where the current record begins.
    private(set) var line = 1

    private let separator: UInt8
    private var state = State.fieldStart
    private var position = 0
    private var recordStart = 0
    private var fieldStart = 0
    private var hasDoubledQuotes = false
    private var currentLine = 1
    private var quoteLine = 1
    private var lastByteWasReturn = false
    private var isRecordComplete = true

    init(separator: UInt8) {
        self.separator = separator
    }
}

// MARK: Steps

extension CSVTokenizer {
    /// Goes on to the end of a record, or of the bytes.
    mutating func step() throws(DataFileError) -> Step {
        if isRecordComplete { beginRecord() }
        while position < buffer.count {
            switch state {
            case .fieldStart: beginField()
            case .plain: try consumePlain()
            case .quoted: consumeQuoted()
            case .quoteSeen: try consumeBehindQuote()
            }
            if isRecordComplete { return .record }
        }
        return .needsBytes
    }

    /// When there are no more bytes: whether a last record without a line end was there.
    mutating func finish() throws(DataFileError) -> Bool {
        if state == .quoted { throw .unterminatedQuote(line: quoteLine) }
        guard !isRecordComplete, position > recordStart else { return false }
        endField(at: state == .quoteSeen ? position - 1 : position)
        isRecordComplete = true
        return true
    }

    /// Forgets the records before the current one.
    mutating func dropUsedBytes() {
        buffer.removeFirst(recordStart)
        position -= recordStart
        fieldStart -= recordStart
        for index in fields.indices {
            fields[index].start -= recordStart
            fields[index].end -= recordStart
        }
        recordStart = 0
    }

    private mutating func beginRecord() {
        isRecordComplete = false
        recordStart = position
        fieldStart = position
        fields.removeAll(keepingCapacity: true)
        line = currentLine
        state = .fieldStart
    }
}

// MARK: Bytes

extension CSVTokenizer {
    private mutating func beginField() {
        let byte = buffer[position]
        if fields.isEmpty, isLineEnd(byte), byte != separator { return skipBlankLine(byte) }
        hasDoubledQuotes = false
        state = byte == quote ? .quoted : .plain
        if byte == quote {
            quoteLine = currentLine
            position += 1
        }
        fieldStart = position
        lastByteWasReturn = false
    }

    /// Also the LF of a CRLF, whose CR has ended the record before.
    private mutating func skipBlankLine(_ byte: UInt8) {
        if !(byte == lineFeed && lastByteWasReturn) { currentLine += 1 }
        lastByteWasReturn = byte == carriageReturn
        position += 1
        recordStart = position
        line = currentLine
    }

    private mutating func consumePlain() throws(DataFileError) {
        while position < buffer.count {
            let byte = buffer[position]
            if byte == separator || byte <= quote && (isLineEnd(byte) || byte == quote) {
                guard byte != quote else { throw .strayQuote(line: currentLine) }
                return end(byte, fieldEnd: position)
            }
            position += 1
        }
    }

    private mutating func consumeQuoted() {
        while position < buffer.count {
            let byte = buffer[position]
            position += 1
            if byte == quote {
                state = .quoteSeen
                return
            }
            if byte == carriageReturn || byte == lineFeed && !lastByteWasReturn { currentLine += 1 }
            lastByteWasReturn = byte == carriageReturn
        }
    }

    private mutating func consumeBehindQuote() throws(DataFileError) {
        let byte = buffer[position]
        if byte == quote {
            hasDoubledQuotes = true
            lastByteWasReturn = false
            state = .quoted
            position += 1
        } else {
            guard byte == separator || isLineEnd(byte) else { throw .textAfterQuote(line: currentLine) }
            end(byte, fieldEnd: position - 1)
        }
    }

    /// The field ends before the separator or line end `byte`, which is used up.
    private mutating func end(_ byte: UInt8, fieldEnd: Int) {
        endField(at: fieldEnd)
        position += 1
        guard byte != separator else { return }
        currentLine += 1
        lastByteWasReturn = byte == carriageReturn
        isRecordComplete = true
    }

    private mutating func endField(at end: Int) {
        fields.append(Field(start: fieldStart, end: end, hasDoubledQuotes: hasDoubledQuotes))
        state = .fieldStart
        fieldStart = position + 1
        hasDoubledQuotes = false
    }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }
}

private let quote = UInt8(ascii: "\"")
private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
