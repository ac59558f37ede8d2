import Kernels
import Testing

@testable import VAE

struct ConvolutionalScaleTests {
    /// The scales of a logistic start alike whatever the record, from whichever output layer.
    @Test(arguments: [
        OutputSpecification.dense, .convolution(WindowSpecification(1), .forward),
        .convolution(WindowSpecification(2, stride: 2), .transposed(outputPadding: Extent(0))),
    ])
    func scalesStartCalm(output: OutputSpecification) throws {
        let side = if case .convolution(_, .transposed) = output { 2 } else { 4 }
        // One channel: fewer than the two of the output.
        let architecture = try Architecture(
            inputDimension: 16, inputShape: [4, 4], latentDimension: 2, encoder: [],
            decoder: [
                .dense(units: side * side, activation: .identity), .reshape(channels: 1, height: side, width: side),
            ],
            output: output, likelihood: .discretizedLogistic(.perRecord(floor: 1.0 / 512)))
        let model = VariationalAutoencoder<Double>(architecture, startingFrom: 1)
        let plain = Parameters<Double>(ParameterLayout(architecture), seed: 1)
        let (weight, start) = (model.parameters["decoder.output.weight"], plain["decoder.output.weight"])
        // Locations, then scales, of each input of a transposed convolution or of all.
        let run = weight.count / (output.isTransposed ? weight.rows : 1)
        for i in 0..<weight.count {
            #expect(weight[i] == (i % run < run / 2 ? start[i] : start[i] * 0.05))
        }
    }
}
