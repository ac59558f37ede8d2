/// Reads a table of text (RFC 4180), one record at a time, in memory that does not grow with the file.
///
/// Fields are looked at through the reader while it stands on their record:
///
///     var reader = try CSVReader(source)
///     while try reader.next() { sum += try reader.float(0) }
package struct CSVReader: ~Copyable {
    /// Whether the first record names the columns.
    package enum Header: Sendable {
        case present
        /// Columns are then named `1`, `2`, ….
        case absent
    }

    /// Bytes a record may have when nothing else is said: beyond, a quote is missing somewhere.
    package static let defaultRecordLimit = 64 << 20

    package private(set) var columns: [String] = []
    /// The current data record, from 1; 0 before the first.
    package private(set) var row = 0
    /// The line of the file on which the current record begins, from 1.
    package var line: Int { tokenizer.line }

    /// None when the bytes are all there.
    private let source: (any ByteSource)?
    private let recordLimit: Int
    private var tokenizer: CSVTokenizer
    /// Whether the first record was read to count its fields, and is still to be given.
    private var isFirstPending = false

    package init(
        _ source: any ByteSource, header: Header = .present, separator: UInt8 = UInt8(ascii: ","),
        recordLimit: Int = defaultRecordLimit
    ) throws(DataFileError) {
        self.source = source
        self.recordLimit = recordLimit
        tokenizer = CSVTokenizer(separator: separator)
        try skipByteOrderMark(source)
        guard try advance() else { throw .noRecords }
        switch header {
        case .present: try readHeader()
        case .absent:
            columns = tokenizer.fields.indices.map { "\($0 + 1)" }
            isFirstPending = true
        }
    }

    /// Reads one chunk of a table whose header was read before; rows, lines and faults are those of the whole table.
    ///
    /// - Parameter columns: those of the `CSVChunks` that cut it.
    package init(
        _ chunk: RecordChunk, columns: [String], separator: UInt8 = UInt8(ascii: ","),
        recordLimit: Int = defaultRecordLimit
    ) {
        source = nil
        self.recordLimit = recordLimit
        tokenizer = CSVTokenizer(separator: separator, bytes: chunk.bytes, line: chunk.firstLine)
        self.columns = columns
        row = chunk.firstRow - 1
    }

    // MARK: Records

    /// Moves to the next data record.
    ///
    /// After `DataFileError.raggedRow` the reader stands behind that record, so a caller may go on with the next one;
    /// every other failure is there to stay.
    ///
    /// - Returns: false at the end.
    package mutating func next() throws(DataFileError) -> Bool {
        if isFirstPending {
            isFirstPending = false
        } else {
            guard try advance() else { return false }
        }
        row += 1
        guard tokenizer.fields.count == columns.count else {
            throw .raggedRow(row: row, line: line, expected: columns.count, got: tokenizer.fields.count)
        }
        return true
    }

    private mutating func advance() throws(DataFileError) -> Bool {
        while try step() == .needsBytes {
            guard let source else { return try tokenizer.finish() }
            tokenizer.dropUsedBytes()
            guard try source.append(to: &tokenizer.buffer) else { return try tokenizer.finish() }
        }
        return true
    }

    /// A record that is too long is refused as that, whatever the pieces it came in and whatever is wrong behind.
    private mutating func step() throws(DataFileError) -> CSVTokenizer.Step {
        let step: CSVTokenizer.Step
        do {
            step = try tokenizer.step()
        } catch {
            guard tokenizer.recordCount <= recordLimit else { throw recordTooLong }
            throw error
        }
        guard tokenizer.recordCount <= recordLimit else { throw recordTooLong }
        return step
    }

    private var recordTooLong: DataFileError { .recordTooLong(line: line, limit: recordLimit) }

    private mutating func skipByteOrderMark(_ source: any ByteSource) throws(DataFileError) {
        while tokenizer.buffer.count < 3, try source.append(to: &tokenizer.buffer) {}
        if tokenizer.buffer.starts(with: [0xEF, 0xBB, 0xBF]) { tokenizer.buffer.removeFirst(3) }
    }

    private mutating func readHeader() throws(DataFileError) {
        columns = try strings()
        var places: [String: Int] = [:]
        for (index, name) in columns.enumerated() {
            if let first = places.updateValue(index, forKey: name) {
                throw .duplicateColumn(name: name, first: first + 1, second: index + 1)
            }
        }
    }

    // MARK: Fields of the current record

    /// A field as text, its quotes undone.
    package func string(_ column: Int) throws(DataFileError) -> String {
        guard let text = String(validating: bytes(column), as: UTF8.self) else {
            throw .invalidText(line: line, field: column + 1)
        }
        return text
    }

    /// All fields of the current record as text.
    package func strings() throws(DataFileError) -> [String] {
        var strings: [String] = []
        for column in tokenizer.fields.indices { strings.append(try string(column)) }
        return strings
    }

    package func isEmpty(_ column: Int) -> Bool {
        tokenizer.fields[column].start == tokenizer.fields[column].end
    }

    /// Calls with a field's bytes, its quotes undone; nothing is copied unless it has doubled quotes.
    package func withField<Result, Failure: Error>(
        _ column: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let field = tokenizer.fields[column]
        guard !field.hasDoubledQuotes else { return try body(bytes(column).span) }
        return try body(tokenizer.buffer.span.extracting(field.start..<field.end))
    }

    /// A field as bytes, its quotes undone.
    private func bytes(_ column: Int) -> [UInt8] {
        let field = tokenizer.fields[column]
        let bytes = tokenizer.buffer[field.start..<field.end]
        return field.hasDoubledQuotes ? undoubled(bytes) : Array(bytes)
    }

    private func undoubled(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var isSecond = false
        for byte in bytes {
            isSecond = byte == quote && !isSecond
            if byte != quote || isSecond { result.append(byte) }
        }
        return result
    }

    // MARK: For the chunks

    /// What is left of the bytes that were read, without the header.
    var rest: (bytes: ArraySlice<UInt8>, line: Int, isWithinLineEnd: Bool) {
        tokenizer.rest(keepingRecord: isFirstPending)
    }

    // MARK: For the numeric fields

    /// Calls with a field's bytes as they stand in the file.
    func withRawField<Result>(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let field = tokenizer.fields[column]
        return unsafe tokenizer.buffer.withUnsafeBufferPointer { buffer in
            unsafe body(UnsafeBufferPointer(rebasing: buffer[field.start..<field.end]))
        }
    }
}
