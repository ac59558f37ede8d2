import Kernels
import Testing

@testable import VAE

struct InnerNumbersTests {
    /// Layers within residual blocks need room like all others.
    @Test func numbersWithinResidualBlocksCount() throws {
        let inner = Array(repeating: LayerSpecification.activation(.relu), count: 13)
        let blocks = Array(repeating: LayerSpecification.residual(inner), count: 2)
        let layers: [LayerSpecification] =
            [.reshape(channels: 1, height: 8, width: 8), .upsample(factor: 128)] + blocks
        #expect(throws: VAEError.layer(path: "x[3]", .tooManyNumbers(LayerLimits.numbers))) {
            try ChainPlan(layers, input: .vector(64), path: "x")
        }
        let plan = try ChainPlan([.residual([.activation(.relu)])], input: .vector(3), path: "x")
        #expect(plan.numbers == 6)
    }
}

@Suite struct BlockRowsTests {
    /// Rows that need much room go through in smaller blocks, and keep their bits.
    @Test func blocksShrinkWithTheRoomOfARow() {
        #expect(Evaluator<Float>.blockRows(numbers: 1_000) == 96)
        #expect(Evaluator<Float>.blockRows(numbers: 1 << 24) == 4)
        #expect(Evaluator<Float>.blockRows(numbers: 1 << 30) == 1)
        #expect(Evaluator<Float>.blockRows(numbers: 0) == 96)
    }
}
