import Kernels
import Records

/// Some records as they were read: coded rows, and the faults of those that could not be coded.
package struct RecordBatch: Sendable {
    /// The numbers of the coded rows, one after the other.
    package private(set) var codes: [Float] = []
    /// For each record its coded row, or −1 less the place of its fault.
    private var places: [Int] = []
    /// In the order of the records.
    package private(set) var faults: [RowFault] = []
    /// The caller's own names of the records; empty where there are none.
    package private(set) var ids: [RecordID] = []
    /// The cells of the coded rows as they came, for explanations; empty unless asked for.
    package private(set) var observed: [CellValue] = []
    /// Numbers of a coded row.
    package let width: Int
    private var draft: RowDraft

    package init(width: Int) {
        self.width = width
        draft = RowDraft(width: width)
    }

    /// Records, good and bad.
    package var count: Int { places.count }
    package var codedCount: Int { codes.count / width }

    /// `[codedCount, width]`
    package var matrix: Matrix<Float> { Matrix(codes, rows: codedCount, columns: width) }

    /// What became of a record.
    package enum Outcome: Equatable, Sendable {
        case coded(row: Int)
        case faulty(RowFault)
    }

    package func outcome(_ record: Int) -> Outcome {
        let place = places[record]
        return place >= 0 ? .coded(row: place) : .faulty(faults[-1 - place])
    }

    // MARK: Building

    /// Adds a record that `write` codes, or its fault.
    ///
    /// - Parameter row: the number of the record as its author counts.
    mutating func add(row: Int, line: Int?, write: (inout RowDraft) throws(RecordError) -> Void) {
        // Taken out and put back, so that the row is written in place.
        var current = RowDraft(width: 0)
        swap(&current, &draft)
        current.clear()
        do throws(RecordError) {
            try write(&current)
            places.append(codedCount)
            codes += current.codes
        } catch {
            places.append(-1 - faults.count)
            faults.append(RowFault(row: row, line: line, reason: .record(error)))
        }
        swap(&current, &draft)
    }

    mutating func add(_ fault: RowFault) {
        places.append(-1 - faults.count)
        faults.append(fault)
    }

    mutating func add(_ id: RecordID) { ids.append(id) }

    mutating func add(observed cells: [CellValue]) { observed += cells }

    /// Drops a record and all behind it.
    package mutating func removeRecords(from record: Int) {
        let coded = places[..<record].count { $0 >= 0 }
        codes.removeSubrange((coded * width)...)
        faults.removeSubrange((record - coded)...)
        if !observed.isEmpty { observed.removeSubrange((coded * width)...) }
        if !ids.isEmpty { ids.removeSubrange(record...) }
        places.removeSubrange(record...)
    }

    /// The record that became a coded row.
    package func record(ofRow row: Int) -> Int? { places.firstIndex(of: row) }
}

/// A row that is being coded.
struct RowDraft: Sendable {
    fileprivate private(set) var codes: [Float]

    fileprivate init(width: Int) {
        codes = Array(repeating: Self.unset, count: width)
    }

    /// No code: a signal that nothing was written yet. Its bits are not those of a missing cell.
    private static let unset = Float(bitPattern: 0x7FC0_DEAD)

    var width: Int { codes.count }

    subscript(place: Int) -> Float {
        get { codes[place] }
        set { codes[place] = newValue }
    }

    func isSet(_ place: Int) -> Bool { codes[place].bitPattern != Self.unset.bitPattern }

    fileprivate mutating func clear() {
        for place in codes.indices { codes[place] = Self.unset }
    }
}
