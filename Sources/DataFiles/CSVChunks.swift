/// Cuts a table of text into chunks of whole records, so that several threads can read one file.
///
///     var chunks = try CSVChunks(DataFile.open(path))
///     while let chunk = try chunks.next() {
///         var reader = CSVReader(chunk, columns: chunks.columns)  // on any thread
///
/// The chunks, read in order, give the records, rows, lines and first fault that one `CSVReader` of the whole gives.
/// Only what the source throws is thrown here.
package struct CSVChunks: ~Copyable {
    package static let defaultChunkSize = 1 << 20

    package let columns: [String]
    private var cutter: ChunkCutter<CSVRecordEnds>

    /// Reads the header, with the faults of `CSVReader`.
    ///
    /// - Parameters:
    ///   - chunkSize: bytes, about: a chunk ends with the first record that ends there or behind.
    ///   - recordLimit: bytes a record may have; the chunk's reader must be given the same.
    package init(
        _ source: any ByteSource, header: CSVReader.Header = .present, separator: UInt8 = UInt8(ascii: ","),
        chunkSize: Int = defaultChunkSize, recordLimit: Int = CSVReader.defaultRecordLimit
    ) throws(DataFileError) {
        precondition(separator != quote && !isLineEnd(separator), "a separator is no quote and no line end")
        let start = try Self.readHeader(
            CSVReader(source, header: header, separator: separator, recordLimit: recordLimit), source)
        columns = start.columns
        cutter = ChunkCutter(
            source, ends: CSVRecordEnds(), chunkSize: chunkSize, recordLimit: recordLimit, bytes: start.rest,
            firstLine: start.line)
    }

    /// - Returns: nil at the end.
    package mutating func next() throws(DataFileError) -> RecordChunk? { try cutter.next() }

    private static func readHeader(
        _ reader: consuming CSVReader, _ source: any ByteSource
    ) throws(DataFileError) -> (columns: [String], rest: ArraySlice<UInt8>, line: Int) {
        var (bytes, line, isWithinLineEnd) = reader.rest
        if isWithinLineEnd { try dropLineFeed(&bytes, source) }
        return (reader.columns, bytes, line)
    }

    /// The LF of a CRLF whose CR has ended the header.
    private static func dropLineFeed(_ bytes: inout ArraySlice<UInt8>, _ source: any ByteSource) throws(DataFileError) {
        if bytes.isEmpty {
            var more: [UInt8] = []
            _ = try source.append(to: &more)
            bytes = more[...]
        }
        if bytes.first == lineFeed { bytes.removeFirst() }
    }
}
