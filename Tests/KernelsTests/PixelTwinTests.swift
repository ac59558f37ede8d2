import RealModule
import Testing

@testable import Kernels

/// The kernels of pixels against their naive twins in `Double`, number by number.
@Suite(.serialized) struct PixelTwinTests {
    /// Grey pixels, black and white ones among them.
    static func pixels(_ count: Int) -> Matrix<Float> {
        let words = NoiseStream(seed: 41, purpose: .sample).words(count)
        return Matrix(words.map { Float(min(max(Int($0 % 300) - 20, 0), 255)) / 255 })
    }

    static func logistic<Scalar: KernelScalar>(
        _ location: Matrix<Float>, _ raw: Matrix<Float>, floor: Double = 1.0 / 512, _: Scalar.Type = Scalar.self
    ) -> LogisticParameters<Scalar> {
        LogisticParameters(
            location: Matrix(location.values.map { Scalar($0) }), rawScale: Matrix(raw.values.map { Scalar($0) }),
            floor: Scalar(floor))
    }

    private static func exact(_ x: Matrix<Float>) -> Matrix<Double> { Matrix(x.values.map { Double($0) }) }

    private static func cell<Scalar>(_ matrix: Matrix<Scalar>, _ i: Int) -> Matrix<Scalar> {
        matrix.slice(from: i, rows: 1, columns: 1)
    }

    @Test(arguments: [1e-4, 0.5, 2, 40] as [Float], [1, 16, 17, 300])
    func continuousBernoulliFollowsItsTwin(span: Float, count: Int) {
        let (x, logits) = (Self.pixels(count), TwinTests.numbers(1, count, seed: 42, span: span))
        let (exactX, exactLogits) = (Self.exact(x), Self.exact(logits))
        let (slope, mean) = (Matrix<Double>(rows: 1, columns: count), Matrix<Double>(rows: 1, columns: count))
        Naive.continuousBernoulliBackward(exactX, logits: exactLogits, weight: 1, into: slope)
        Naive.continuousBernoulliMean(exactLogits, into: mean)
        TwinTests.underEach { set in
            let (d, m) = (Matrix<Float>(rows: 1, columns: count), Matrix<Float>(rows: 1, columns: count))
            Float.continuousBernoulliBackward(x, logits: logits, weight: 1, into: d)
            Float.continuousBernoulliMean(logits, into: m)
            for i in 0..<count {
                let term = Float.continuousBernoulliLogLikelihood(Self.cell(x, i), logits: Self.cell(logits, i))
                let exact = Naive.continuousBernoulliLogLikelihood(
                    Self.cell(exactX, i), logits: Self.cell(exactLogits, i))
                // Four units in the last place of the largest part, which is |l| or of order one; near l = 0 all parts are small.
                let size = span < 1 ? Double(span) : max(1, abs(Double(logits[i])))
                #expect(abs(term - exact) <= 4e-7 * size, "\(set) \(x[i]) \(logits[i])")
                #expect(abs(Double(d[i]) - slope[i]) <= 4e-7, "\(set) \(logits[i])")
                #expect(abs(Double(m[i]) - mean[i]) <= 4e-7, "\(set) \(logits[i])")
            }
        }
    }

    @Test(arguments: [-9, -6.2, -3, 0, 4] as [Float], [1, 16, 17, 300])
    func discretizedLogisticFollowsItsTwin(raw: Float, count: Int) {
        let x = Self.pixels(count)
        let (location, rawScale) = (
            TwinTests.numbers(1, count, seed: 43, span: 1.5), TwinTests.numbers(1, count, seed: 44, span: 0.5)
        )
        for i in 0..<count { rawScale[i] += raw }
        let (p, exactP) = (
            Self.logistic(location, rawScale, Float.self), Self.logistic(location, rawScale, Double.self)
        )
        let make = { Matrix<Double>(rows: 1, columns: count) }
        let (dLocation, dRaw, mean) = (make(), make(), make())
        Naive.discretizedLogisticBackward(Self.exact(x), exactP, weight: 1, into: dLocation, dRaw)
        Naive.discretizedLogisticMean(exactP, into: mean)
        TwinTests.underEach { set in
            let make = { Matrix<Float>(rows: 1, columns: count) }
            let (a, b, m) = (make(), make(), make())
            Float.discretizedLogisticBackward(x, p, weight: 1, into: a, b)
            Float.discretizedLogisticMean(p, into: m)
            for i in 0..<count {
                let (one, exactOne) = (Self.one(p, i), Self.one(exactP, i))
                let term = Float.discretizedLogisticLogLikelihood(Self.cell(x, i), one)
                let exact = Naive.discretizedLogisticLogLikelihood(Self.exact(Self.cell(x, i)), exactOne)
                let inverse = 1 / (1.0 / 512 + Double.log(onePlus: .exp(Double(rawScale[i]))))
                // Four units in the last place of the term, and one of a location over the scale: how far an edge is off.
                let edge = 1.2e-7 * max(1, abs(Double(location[i]))) * inverse
                #expect(abs(term - exact) <= 4e-7 * max(1, abs(exact)) + edge, "\(set) \(x[i]) \(location[i])")
                // Slopes by location are at most 1/s and change by as much for a scale of distance.
                #expect(abs(Double(a[i]) - dLocation[i]) <= (1e-6 + edge) * inverse, "\(set) \(location[i])")
                #expect(abs(Double(b[i]) - dRaw[i]) <= (1e-6 + edge) * max(1, abs(exact)), "\(set) \(location[i])")
                // The integral's promise, and ten roundings.
                #expect(abs(Double(m[i]) - mean[i]) <= 7e-6 + 6e-7 + edge / 100, "\(set) \(location[i])")
            }
        }
    }

    private static func one<Scalar>(_ p: LogisticParameters<Scalar>, _ i: Int) -> LogisticParameters<Scalar> {
        LogisticParameters(location: cell(p.location, i), rawScale: cell(p.rawScale, i), floor: p.floor)
    }

    /// Whatever a network that went astray puts out.
    @Test func extremeOutputsGiveNumbers() {
        let sizes: [Float] = [0, 1e-30, 1e-7, 0.999, 1, 30, 87.5, 88.8, 104, 1e4, 1e20, 3e38]
        let outputs = Matrix(sizes.flatMap { [$0, -$0] })
        let n = outputs.count
        let make = { Matrix<Float>(rows: 1, columns: n) }
        TwinTests.underEach { set in
            for pixel in [0, 0.5, 1] as [Float] {
                let (x, d, second, mean, draw) = (make(), make(), make(), make(), make())
                x.fill(pixel)
                #expect(Float.continuousBernoulliLogLikelihood(x, logits: outputs).isFinite, "\(set)")
                Float.continuousBernoulliBackward(x, logits: outputs, weight: 1, into: d)
                #expect(d.values.allSatisfy { abs($0) <= 1 }, "\(set)")
                Float.continuousBernoulliMean(outputs, into: mean)
                Float.continuousBernoulliDraw(outputs, NoiseStream(seed: 1, purpose: .sample), into: draw)
                #expect((mean.values + draw.values).allSatisfy { $0 >= 0 && $0 <= 1 }, "\(set)")
                for raw in outputs.values {
                    let raws = make()
                    raws.fill(raw)
                    let p = Self.logistic(outputs, raws, Float.self)
                    #expect(Float.discretizedLogisticLogLikelihood(x, p).isFinite, "\(set) \(raw)")
                    Float.discretizedLogisticBackward(x, p, weight: 1, into: d, second)
                    #expect((d.values + second.values).allSatisfy { $0.isFinite }, "\(set) \(raw)")
                    Float.discretizedLogisticMean(p, into: mean)
                    Float.discretizedLogisticDraw(p, NoiseStream(seed: 1, purpose: .sample), into: draw)
                    #expect((mean.values + draw.values).allSatisfy { $0 >= 0 && $0 <= 1 }, "\(set) \(raw)")
                }
            }
        }
    }

    /// The bits of each kernel under one instruction set.
    private static func fingerprints(_ count: Int) -> [[UInt64]] {
        let (x, y, z) = (pixels(count), TwinTests.numbers(1, count, seed: 45), TwinTests.numbers(1, count, seed: 46))
        let matrices = (0..<7).map { _ in Matrix<Float>(rows: 1, columns: count) }
        let (p, stream) = (logistic(y, z, Float.self), NoiseStream(seed: 4, purpose: .sample))
        Float.continuousBernoulliBackward(x, logits: y, weight: 0.3, into: matrices[0])
        Float.continuousBernoulliMean(y, into: matrices[1])
        Float.continuousBernoulliDraw(y, stream, into: matrices[2])
        Float.discretizedLogisticBackward(x, p, weight: 0.3, into: matrices[3], matrices[4])
        Float.discretizedLogisticMean(p, into: matrices[5])
        Float.discretizedLogisticDraw(p, stream, into: matrices[6])
        let sums = [
            Float.continuousBernoulliLogLikelihood(x, logits: y), Float.discretizedLogisticLogLikelihood(x, p),
        ]
        return matrices.map(\.bits) + [sums.map(\.bitPattern)]
    }

    @Test(arguments: [1, 15, 16, 17, 33, 200])
    func bitsDoNotDependOnTheInstructionSet(count: Int) {
        var reference: [[UInt64]]?
        TwinTests.underEach { set in
            let bits = Self.fingerprints(count)
            #expect(reference == nil || bits == reference, "\(set)")
            reference = bits
        }
    }
}
