import Kernels
import VAE

extension Architecture {
    /// Rows that a model is tried on where nobody gave any: of the unit interval uniform-like numbers, else standard normal ones;
    /// of a conditional model the levels in turn. The same at every call.
    func drawnInput(rows: Int) -> Matrix<Float> {
        let values = Matrix<Float>(rows: rows, columns: recordDimension)
        Float.normals(NoiseStream(seed: 1, purpose: .observation), into: values)
        if likelihood.isOfUnitInterval { Float.activate(.sigmoid, values, into: values) }
        guard let condition else { return values }
        let input = Matrix<Float>(rows: rows, columns: rowDimension)
        let places = (0..<rows).map { Float($0 % condition.levels.count) }
        Float.join(values, Matrix(places, rows: rows, columns: 1), into: input)
        return input
    }
}
