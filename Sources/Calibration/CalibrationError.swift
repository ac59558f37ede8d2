/// Why scores cannot calibrate, or a threshold cannot be had.
package enum CalibrationError: Error, Equatable {
    case noScores
    /// More than a double counts exactly.
    case tooManyScores(count: Int)
    case notFinite(index: Int, value: Double)
    case notSorted(index: Int)
    /// As many scores as there were are stored in another number of values.
    case wrongValueCount(count: Int, expected: Int, got: Int)
    case meanOutOfRange(mean: Double, lowest: Double, highest: Double)
    /// Not between 0 and 1.
    case notAProbability(alpha: Double)
    /// No score, however large, has a p-value this small.
    case alphaTooSmall(alpha: Double, count: Int, smallest: Double)
}

extension CalibrationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noScores:
            "calibration needs at least one score"
        case .tooManyScores(let count):
            "calibration on \(count) scores, which is more than can be counted"
        case .notFinite(let index, let value):
            "the calibration score at index \(index) is \(value)"
        case .notSorted(let index):
            "the stored calibration score at index \(index) is smaller than the one before"
        case .wrongValueCount(let count, let expected, let got):
            "a calibration on \(count) scores stores \(expected) values, got \(got)"
        case .meanOutOfRange(let mean, let lowest, let highest):
            "the stored mean \(mean) of the calibration scores is not between \(lowest) and \(highest)"
        case .notAProbability(let alpha):
            "the false alarm rate must be above 0 and below 1, got \(alpha)"
        case .alphaTooSmall(let alpha, let count, let smallest):
            "a false alarm rate of \(alpha) is too small for \(count) calibration scores; the smallest is \(smallest)"
        }
    }
}
