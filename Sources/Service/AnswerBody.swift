import Inference
import JSON
import Kernels
import VAE

/// `{"model": …, "version": …, "seed": …, "results": [{…}, …]}`, `results[i]` belonging to row i.
struct AnswerBody {
    let request: OperationRequest
    let modelName: String
    let version: String

    /// - Throws: `JSONError.notFinite`; the runner has checked every number, so this is our own fault.
    func bytes(_ output: InferenceOutput) throws(JSONError) -> [UInt8] {
        var writer = JSONWriter()
        writer.bytes.reserveCapacity(256 + 12 * numberCount(output))
        try writer.object { writer throws(JSONError) in
            writer.key("model")
            writer.string(modelName)
            writer.key("version")
            writer.string(version)
            if let seed = request.seed {
                writer.key("seed")
                writer.uint64(seed)
            }
            writer.key("results")
            try writer.array { writer throws(JSONError) in
                for row in 0..<request.input.rows { try write(output, row: row, to: &writer) }
            }
        }
        writer.bytes.append(UInt8(ascii: "\n"))
        return writer.bytes
    }

    private func numberCount(_ output: InferenceOutput) -> Int {
        switch output {
        case .codes(let mean, _, _): 3 * mean.count
        case .records(let mean, let draw): mean.count + (draw?.count ?? 0)
        case .scores(let scores): 8 * scores.rows
        case .repairs(let repairs): repairs.expected.count
        case .samples(let latent, let mean, let draw):
            latent.count + draw.count + (request.wantsMeans ? mean.count : 0)
        }
    }

    private func write(_ output: InferenceOutput, row: Int, to writer: inout JSONWriter) throws(JSONError) {
        try writer.object { writer throws(JSONError) in
            switch output {
            case .codes(let mean, let sigma, let draw):
                try write("mu", mean, row, to: &writer)
                try write("sigma", sigma, row, to: &writer)
                if let draw { try write("z", draw, row, to: &writer) }
            case .records(let mean, let draw):
                try write(request.operation == .reconstruct ? "reconstruction" : "mean", mean, row, to: &writer)
                if let draw { try write("draw", draw, row, to: &writer) }
            case .scores(let scores): try write(scores[row], to: &writer)
            case .repairs(let repairs): try write("reconstruction", repairs.expected, row, to: &writer)
            case .samples(let latent, let mean, let draw):
                try write("latent", latent, row, to: &writer)
                try write("sample", draw, row, to: &writer)
                if request.wantsMeans { try write("mean", mean, row, to: &writer) }
            }
        }
    }

    private func write(
        _ key: String, _ matrix: Matrix<Float>, _ row: Int, to writer: inout JSONWriter
    ) throws(JSONError) {
        writer.key(key)
        try writer.floats(matrix.rows(row..<row + 1).values)
    }

    /// `score` is the sum of `reconstruction` and `kl`, to the last bit.
    private func write(_ terms: RowScore, to writer: inout JSONWriter) throws(JSONError) {
        writer.key("score")
        try writer.double(terms.score)
        writer.key("reconstruction")
        try writer.double(terms.reconstruction)
        writer.key("kl")
        try writer.double(terms.kl)
        writer.key("std_error")
        try writer.double(terms.standardError)
    }
}
