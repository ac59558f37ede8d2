import Inference
import Kernels
import NumPy
import TestSupport
import Testing
import VAE

@testable import Answers

@Suite struct AnswerArrayTests {
    /// A score beyond single precision stays the largest, and finite.
    @Test func scoresBeyondSinglePrecisionAreTheLargest() throws {
        let model = try MixedTable.model(reference: nil)
        let operation = Operation.score(ScoreSettings(model))
        let output = InferenceOutput(operation, rows: 3, model: model)
        guard case .scores(let scores) = output else { return }
        let numbers = [1e300, -1e300, 0.1]
        for (row, number) in numbers.enumerated() {
            scores[row] = RowScore(reconstruction: number, kl: 0, standardError: 0, anomalyScore: 0)
        }
        let array = try #require(AnswerArray(.score, operation, verdict: nil))
        #expect(array.shape(output) == [3])
        let most = Float.greatestFiniteMagnitude
        #expect(NumberFormat.float32.floats(array.bytes(output, .floats)[...]) == [most, -most, 0.1])
        let npy = array.bytes(output, .npy)
        #expect(try NumberFormat.float64.doubles(npy[NPYArray(npy).content]) == numbers)
    }

    @Test func saysWhatAnAnswerHolds() throws {
        func there(_ operation: Operation) -> Set<AnswerArray.Output> {
            Set(AnswerArray.Output.allCases.filter { AnswerArray($0, operation, verdict: nil) != nil })
        }
        #expect(there(.encode(drawSeed: nil)) == [.mu, .sigma])
        #expect(there(.encode(drawSeed: 1)) == [.mu, .sigma, .z])
        #expect(there(.decode(drawSeed: nil)) == [.mean])
        #expect(there(.decode(drawSeed: 1)) == [.mean, .draw])
        #expect(there(.path) == [.mean, .latent])
        #expect(there(.reconstruct) == [.reconstruction])
        #expect(there(.sample(seed: 1, offset: 0, temperature: 1)) == [.sample, .mean, .latent])
        var settings = ScoreSettings(try MixedTable.model(reference: nil))
        #expect(there(.score(settings)) == [.score, .reconstruction, .kl, .standardError, .anomalyScore])
        settings.bound = .importanceWeighted
        #expect(there(.score(settings)) == [.score])
    }
}
