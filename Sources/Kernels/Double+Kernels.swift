import RealModule

/// In double precision a network runs on the naive references: slow, and close enough to the formulas for finite differences.
extension Double: KernelScalar {
    package static func product(
        _ a: Matrix<Double>, _ b: PackedMatrix<Double>, _ f: Activation, into c: Matrix<Double>
    ) {
        Naive.product(a, b, f, into: c)
    }

    package static func pack(
        transposing weight: Matrix<Double>, bias: Matrix<Double>?, into packed: PackedMatrix<Double>
    ) {
        Naive.pack(transposing: weight, bias: bias, into: packed)
    }

    package static func pack(_ matrix: Matrix<Double>, into packed: PackedMatrix<Double>) {
        Naive.pack(matrix, into: packed)
    }

    package static func transpose(_ a: Matrix<Double>, into b: Matrix<Double>) {
        Naive.transpose(a, into: b)
    }

    package static func activate(_ f: Activation, _ x: Matrix<Double>, into y: Matrix<Double>) {
        Naive.activate(f, x, into: y)
    }

    package static func activateBackward(
        _ f: Activation, _ x: Matrix<Double>, _ dy: Matrix<Double>, into dx: Matrix<Double>
    ) {
        Naive.activateBackward(f, x, dy, into: dx)
    }

    package static func gate(_ value: Matrix<Double>, _ gate: Matrix<Double>, into y: Matrix<Double>) {
        Naive.gate(value, gate, into: y)
    }

    package static func gateBackward(
        _ value: Matrix<Double>, _ gate: Matrix<Double>, _ dy: Matrix<Double>, into dValue: Matrix<Double>,
        _ dGate: Matrix<Double>
    ) {
        Naive.gateBackward(value, gate, dy, into: dValue, dGate)
    }

    package static func columnSums(_ a: Matrix<Double>, into sums: Matrix<Double>) {
        Naive.columnSums(a, into: sums)
    }

    package static func sumOfSquares(_ x: Matrix<Double>) -> Double {
        Naive.sumOfSquares(x)
    }

    package static func reparameterise(
        _ mean: Matrix<Double>, _ sigma: Matrix<Double>, _ noise: Matrix<Double>, into z: Matrix<Double>
    ) {
        Naive.reparameterise(mean, sigma, noise, into: z)
    }

    package static func klDivergence(_ mean: Matrix<Double>, _ logVariance: Matrix<Double>) -> Double {
        Naive.klDivergence(mean, logVariance)
    }

    package static func posteriorBackward(
        _ posterior: PosteriorSample<Double>, _ dz: Matrix<Double>, klWeight: Double, into dMean: Matrix<Double>,
        _ dLogVariance: Matrix<Double>
    ) {
        Naive.posteriorBackward(posterior, dz, klWeight: klWeight, into: dMean, dLogVariance)
    }

    package static func bernoulliLogLikelihood(_ x: Matrix<Double>, logits: Matrix<Double>) -> Double {
        Naive.bernoulliLogLikelihood(x, logits: logits)
    }

    package static func bernoulliBackward(
        _ x: Matrix<Double>, logits: Matrix<Double>, weight: Double, into dLogits: Matrix<Double>
    ) {
        Naive.bernoulliBackward(x, logits: logits, weight: weight, into: dLogits)
    }

    package static func squaredError(_ x: Matrix<Double>, mean: Matrix<Double>, precision: Matrix<Double>) -> Double {
        Naive.squaredError(x, mean: mean, precision: precision)
    }

    package static func gaussianBackward(
        _ x: Matrix<Double>, mean: Matrix<Double>, precision: Matrix<Double>, weight: Double, into dMean: Matrix<Double>
    ) {
        Naive.gaussianBackward(x, mean: mean, precision: precision, weight: weight, into: dMean)
    }

    package static func columnSquaredErrors(_ x: Matrix<Double>, mean: Matrix<Double>, into sums: Matrix<Double>) {
        Naive.columnSquaredErrors(x, mean: mean, into: sums)
    }

    package static func adam(_ state: AdamState<Double>, gradient: Matrix<Double>, step: AdamStep) {
        Naive.adam(state, gradient: gradient, step: step)
    }

    package static func normals(_ stream: NoiseStream, into x: Matrix<Double>) {
        Naive.normals(stream, into: x)
    }

    package static func binarise(_ p: Matrix<Double>, _ stream: NoiseStream, into x: Matrix<Double>) {
        Naive.binarise(p, stream, into: x)
    }

    package static func exponential(_ x: Matrix<Double>, into y: Matrix<Double>) {
        Naive.map(x, into: y) { .exp($0) }
    }

    package static func logarithm(_ x: Matrix<Double>, into y: Matrix<Double>) {
        Naive.map(x, into: y) { .log($0) }
    }

    package static func add(_ x: Matrix<Double>, to y: Matrix<Double>) {
        for i in 0..<x.count { y[i] += x[i] }
    }

    package static func scale(_ x: Matrix<Double>, by a: Double, into y: Matrix<Double>) {
        Naive.map(x, into: y) { a * $0 }
    }

    package static func standardDeviation(_ logVariance: Matrix<Double>, into sigma: Matrix<Double>) {
        Naive.map(logVariance, into: sigma) { .exp($0 / 2) }
    }
}
