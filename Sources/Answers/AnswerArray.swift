import Inference
import Kernels
import NumPy

/// One kind of numbers of an answer as one array: `[rows, width]`, or `[rows]` where each row has one number.
package struct AnswerArray: Sendable {
    /// The raw values are the names that the numbers have in the JSON answer.
    package enum Output: String, CaseIterable, Sendable {
        case mu, sigma, z
        case mean, draw, latent, sample
        /// Of a record its mean; of a score the part of it.
        case reconstruction
        case score, kl
        case standardError = "std_error"
        case anomalyScore = "anomaly_score"
        case pValue = "p_value"
        case percentile
    }

    /// How the bytes of an array stand.
    package enum Format: Sendable {
        /// Little-endian `Float`s and nothing else; a number that none can hold becomes the largest.
        case floats
        /// As NumPy saves it, scores as `<f8`, all else as `<f4`.
        case npy
    }

    private enum Content {
        case floats(Matrix<Float>)
        case doubles([Double])
    }

    private let output: Output
    private let verdict: Verdict?

    /// - Parameter verdict: nil where scores cannot be compared with a calibration.
    /// - Returns: nil where an answer to the operation does not hold the numbers.
    package init?(_ output: Output, _ operation: Operation, verdict: Verdict?) {
        guard output.isAnswer(to: operation, hasVerdict: verdict != nil) else { return nil }
        (self.output, self.verdict) = (output, verdict)
    }

    package func shape(_ answer: InferenceOutput) -> [Int] {
        if case .scores(let scores) = answer { return [scores.rows] }
        guard case .floats(let numbers) = content(answer) else { return [] }
        return [numbers.rows, numbers.columns]
    }

    package func bytes(_ answer: InferenceOutput, _ format: Format) -> [UInt8] {
        switch (content(answer), format) {
        case (.floats(let numbers), .floats): Self.bytes(numbers)
        case (.doubles(let numbers), .floats): Self.bytes(Matrix(numbers.map { Self.nearest($0) }))
        case (.floats(let numbers), .npy):
            Self.bytes(numbers, behind: NPYArray.header(.float32, shape: [numbers.rows, numbers.columns]))
        case (.doubles(let numbers), .npy):
            Self.bytes(Matrix(numbers), behind: NPYArray.header(.float64, shape: [numbers.count]))
        }
    }

    private static func nearest(_ number: Double) -> Float {
        let most = Double(Float.greatestFiniteMagnitude)
        return Float(min(max(number, -most), most))
    }

    private static func bytes<Scalar>(_ numbers: Matrix<Scalar>, behind header: [UInt8] = []) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(header.count + numbers.count * MemoryLayout<Scalar>.size)
        bytes += header
        numbers.appendBytes(to: &bytes)
        return bytes
    }

    private func content(_ answer: InferenceOutput) -> Content {
        switch (output, answer) {
        case (.mu, .codes(let mean, _, _)), (.mean, .records(let mean, _)), (.reconstruction, .records(let mean, _)),
            (.mean, .path(_, let mean)), (.mean, .samples(_, let mean, _)):
            .floats(mean)
        case (.sigma, .codes(_, let sigma, _)): .floats(sigma)
        case (.z, .codes(_, _, let draw?)), (.draw, .records(_, let draw?)), (.sample, .samples(_, _, let draw)):
            .floats(draw)
        case (.latent, .path(let latent, _)), (.latent, .samples(let latent, _, _)): .floats(latent)
        case (_, .scores(let scores)): .doubles((0..<scores.rows).map { number(scores[$0]) })
        default: preconditionFailure("an output of another operation")
        }
    }

    private func number(_ score: RowScore) -> Double {
        switch output {
        case .score: return score.score
        case .reconstruction: return score.reconstruction
        case .kl: return score.kl
        case .standardError: return score.standardError
        case .anomalyScore: return score.anomalyScore
        case .pValue, .percentile:
            guard let verdict else { preconditionFailure("no calibration to compare with") }
            return output == .pValue ? verdict.pValue(score.anomalyScore) : verdict.percentile(score.anomalyScore)
        case .mu, .sigma, .z, .mean, .draw, .latent, .sample: preconditionFailure("an output of another operation")
        }
    }
}

extension AnswerArray.Output {
    fileprivate func isAnswer(to operation: Operation, hasVerdict: Bool) -> Bool {
        switch operation {
        case .encode(let seed): self == .mu || self == .sigma || self == .z && seed != nil
        case .decode(let seed): self == .mean || self == .draw && seed != nil
        case .path: self == .mean || self == .latent
        case .reconstruct: self == .reconstruction
        case .sample: self == .sample || self == .mean || self == .latent
        case .score(let settings):
            switch self {
            case .score: true
            case .reconstruction, .kl, .standardError, .anomalyScore: settings.bound == .elbo
            case .pValue, .percentile: hasVerdict
            case .mu, .sigma, .z, .mean, .draw, .latent, .sample: false
            }
        }
    }
}
