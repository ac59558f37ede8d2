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
    private(set) var line: Int

    private let separator: UInt8
    private let plainEnds: ByteFinder
    private let quotedEnds = ByteFinder(quote, lineFeed, carriageReturn, quote)
    private var state = State.fieldStart
    private var position = 0
    private(set) var recordStart = 0
    private var fieldStart = 0
    private var hasDoubledQuotes = false
    private var currentLine: Int
    private var quoteLine = 1
    private var lastByteWasReturn = false
    private var isRecordComplete = true
    private var recordEnd = 0

    /// - Parameter line: where the bytes begin.
    init(separator: UInt8, bytes: [UInt8] = [], line: Int = 1) {
        self.separator = separator
        plainEnds = ByteFinder(separator, quote, lineFeed, carriageReturn)
        buffer = bytes
        self.line = line
        currentLine = line
    }

    /// Bytes of the current record that were looked at, without its line end.
    var recordCount: Int { (isRecordComplete && position > recordStart ? recordEnd : position) - recordStart }
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
        recordEnd = position
        isRecordComplete = true
        return true
    }

    /// Forgets the records before the current one.
    mutating func dropUsedBytes() {
        buffer.removeFirst(recordStart)
        position -= recordStart
        recordEnd -= recordStart
        fieldStart -= recordStart
        for index in fields.indices {
            fields[index].start -= recordStart
            fields[index].end -= recordStart
        }
        recordStart = 0
    }

    /// The bytes that no record given so far has used, and the line on which they begin.
    ///
    /// - Parameter keepingRecord: whether the current record is one of them.
    func rest(keepingRecord: Bool) -> (bytes: ArraySlice<UInt8>, line: Int, isWithinLineEnd: Bool) {
        if keepingRecord { return (buffer[recordStart...], line, false) }
        return (buffer[position...], currentLine, lastByteWasReturn)
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
        consumePlainFields()
        guard state == .plain, position < buffer.count else { return }
        let byte = buffer[position]
        guard byte != quote else { throw .strayQuote(line: currentLine) }
        end(byte, fieldEnd: position)
    }

    /// Uses up plain fields and the separators behind them; stops at whatever else there is.
    private mutating func consumePlainFields() {
        unsafe buffer.withUnsafeBufferPointer { bytes in
            while true {
                position = unsafe plainEnds.next(in: bytes, from: position)
                guard position < bytes.count, unsafe bytes[position] == separator else { return }
                fields.append(Field(start: fieldStart, end: position))
                position += 1
                fieldStart = position
                guard position < bytes.count, unsafe bytes[position] != quote else {
                    state = .fieldStart
                    return
                }
            }
        }
    }

    private mutating func consumeQuoted() {
        unsafe buffer.withUnsafeBufferPointer { bytes in
            while position < bytes.count {
                let start = position
                position = unsafe quotedEnds.next(in: bytes, from: position)
                if position > start { lastByteWasReturn = false }
                guard position < bytes.count else { return }
                let byte = unsafe bytes[position]
                position += 1
                if byte == quote {
                    state = .quoteSeen
                    return
                }
                if byte == carriageReturn || !lastByteWasReturn { currentLine += 1 }
                lastByteWasReturn = byte == carriageReturn
            }
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
        recordEnd = position - 1
        isRecordComplete = true
    }

    private mutating func endField(at end: Int) {
        fields.append(Field(start: fieldStart, end: end, hasDoubledQuotes: hasDoubledQuotes))
        state = .fieldStart
        fieldStart = position + 1
        hasDoubledQuotes = false
    }
}
