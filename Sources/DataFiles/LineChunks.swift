/// Cuts newline-delimited JSON, or any text, into chunks of whole lines, so that several threads can read one file.
///
/// Only what the source throws is thrown here.
package struct LineChunks: ~Copyable {
    /// Bytes a line may have when nothing else is said.
    package static let defaultLineLimit = 64 << 20

    private var cutter: ChunkCutter<LineEnds>

    /// - Parameters:
    ///   - chunkSize: bytes, about: a chunk ends with the first line that ends there or behind.
    ///   - lineLimit: bytes a line may have; the chunk's `LineReader` must be given the same.
    package init(
        _ source: any ByteSource, chunkSize: Int = CSVChunks.defaultChunkSize, lineLimit: Int = defaultLineLimit
    ) {
        cutter = ChunkCutter(source, ends: LineEnds(), chunkSize: chunkSize, recordLimit: lineLimit)
    }

    /// - Returns: nil at the end.
    package mutating func next() throws(DataFileError) -> RecordChunk? { try cutter.next() }
}
