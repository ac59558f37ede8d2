/// Sees where records end, in bytes that grow at their end.
protocol RecordEnds {
    var progress: RecordProgress { get set }

    /// Goes on to the first record end at `target` or behind it, or as far as the bytes go.
    ///
    /// - Parameter isLast: whether no bytes will follow.
    mutating func advance(in bytes: UnsafeBufferPointer<UInt8>, to target: Int, isLast: Bool)
}

/// How far a text was looked through.
struct RecordProgress {
    /// The next byte to look at.
    var position = 0
    /// Behind the last record or blank line that has ended.
    private(set) var end = 0
    /// Records that have ended.
    private(set) var rows = 0
    /// Line ends, also within the record that has not ended.
    var lines = 0

    /// The record, or the blank line, ends at `position` with this many bytes of line end.
    mutating func endRecord(lineEnd width: Int, isBlank: Bool) {
        if !isBlank { rows += 1 }
        lines += 1
        position += width
        end = position
    }

    /// The bytes before `end` are gone.
    mutating func dropEnded() {
        position -= end
        end = 0
    }
}
