import Kernels

/// Independent levels of 256, each with a logistic variable's probability of its interval.
package struct LogisticLikelihood<Scalar: KernelScalar>: Sendable {
    /// The raw scale of each number, a view into the parameters; nil where the decoder gives one for each record.
    package let rawScale: Matrix<Scalar>?
    let floor: Scalar

    init(_ scale: LogisticScale, in parameters: Parameters<Scalar>) {
        rawScale = scale.isPerRecord ? nil : parameters["likelihood.scale"]
        floor = Scalar(scale.floor)
    }

    /// - Parameter output: of the decoder for one record: `[1, n]` locations, and `[1, n]` raw scales behind them if
    ///   `rawScale` is nil.
    package func parameters(_ output: Matrix<Scalar>) -> LogisticParameters<Scalar> {
        if let rawScale { return LogisticParameters(location: output, rawScale: rawScale, floor: floor) }
        let (location, rawScale) = halves(output)
        return LogisticParameters(location: location, rawScale: rawScale, floor: floor)
    }

    /// Overwrites the gradient of −w log p of one record by the decoder's output, `[1, n]` or `[1, 2n]`, and in the former case
    /// the one by `rawScale`, `[1, n]`.
    package func backward(
        _ x: Matrix<Scalar>, output: Matrix<Scalar>, weight: Scalar, into dOutput: Matrix<Scalar>,
        _ dRawScale: Matrix<Scalar>
    ) {
        let (dLocation, dRawScale) = rawScale == nil ? halves(dOutput) : (dOutput, dRawScale)
        Scalar.discretizedLogisticBackward(x, parameters(output), weight: weight, into: dLocation, dRawScale)
    }

    /// A decoder's output for one record, or its gradient: locations, then raw scales.
    private func halves(_ output: Matrix<Scalar>) -> (Matrix<Scalar>, Matrix<Scalar>) {
        let n = output.count / 2
        return (output.slice(from: 0, rows: 1, columns: n), output.slice(from: n, rows: 1, columns: n))
    }
}
