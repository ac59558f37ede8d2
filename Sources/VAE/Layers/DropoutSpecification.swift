import Kernels

/// While training each number is 0 with a probability, else grows by 1 / (1 − rate); answers let all pass.
///
/// Source: Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting".
package struct DropoutSpecification: LayerDefinition, Equatable {
    package let rate: Double

    package init(rate: Double) { self.rate = rate }

    var input: LayerInput { .either }

    func output(of input: LayerShape, path: String) throws(VAEError) -> LayerShape {
        guard rate >= 0, rate < 1 else { throw .layer(path: path, .rate(rate)) }
        return input
    }

    func layer<Scalar: KernelScalar>(
        name: String, input: LayerShape, in parameters: Parameters<Scalar>
    ) -> any Layer<Scalar> {
        DropoutLayer(rate: rate, outputs: input.count)
    }
}
