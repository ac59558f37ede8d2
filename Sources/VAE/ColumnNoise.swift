import Kernels

/// The random numbers of one drawn record: a uniform and a normal for each column, and normals for heavier tails.
struct ColumnNoise<Scalar: KernelScalar> {
    /// Squared normals that make the χ² of Student's t.
    static var mostDegrees: Int { 16 }

    private let normals: Matrix<Scalar>
    private let stream: NoiseStream
    private let columns: Int

    init(_ stream: NoiseStream, columns: Int) {
        (self.stream, self.columns) = (stream, columns)
        normals = Matrix(rows: columns, columns: 1 + Self.mostDegrees)
        Scalar.normals(stream, into: normals)
    }

    func column(_ place: Int) -> Column {
        // Words behind those that the normals used, so that the two are independent.
        let word = Naive<Double>.word(stream, normals.count + 4 + place)
        return Column(
            uniform: (Double(word) + 0.5) / 4_294_967_296, normal: normals[place, 0],
            tail: normals.rows(place..<place + 1))
    }

    struct Column {
        /// In (0, 1).
        let uniform: Double
        let normal: Scalar
        fileprivate let tail: Matrix<Scalar>

        /// χ² / ν with ν rounded to a whole number of at most `mostDegrees`.
        func chiSquaredRatio(degrees: Scalar) -> Scalar {
            let count = min(max(Int(degrees.rounded()), 1), mostDegrees)
            let squares = (1...count).reduce(Scalar(0)) { $0 + tail[$1] * tail[$1] }
            return squares / Scalar(count)
        }
    }
}
