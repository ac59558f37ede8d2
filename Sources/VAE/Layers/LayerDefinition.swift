import Kernels

/// What a layer takes.
package enum LayerInput: Sendable {
    /// Any shape, as one vector in PyTorch's order.
    case flat
    /// An image and nothing else.
    case image
    /// An image where there is one, else a vector.
    case either
}

/// What a kind of layer says of itself, before there are weights.
protocol LayerDefinition: Sendable {
    var input: LayerInput { get }

    /// The shape that it makes of another.
    ///
    /// - Parameters:
    ///   - input: arranged as it asked: a vector for `.flat`, an image for `.image`, never planes.
    ///   - path: of the layer, such as `decoder[2]`.
    func output(of input: LayerShape, path: String) throws(VAEError) -> LayerShape

    /// Appends its tensors in the order in which they draw their starting weights.
    ///
    /// - Parameters:
    ///   - name: before the dot, such as `encoder.0`.
    ///   - input: a shape that `output` took.
    func appendTensors(to layout: inout ParameterLayout, name: String, input: LayerShape)

    func layer<Scalar: KernelScalar>(
        name: String, input: LayerShape, in parameters: Parameters<Scalar>
    ) -> any Layer<Scalar>

    /// How many layers deep and how many in all.
    var depth: Int { get }
    var layerCount: Int { get }
    /// Numbers that layers within it give for one record.
    ///
    /// - Parameter input: a shape that `output` took.
    func innerNumbers(of input: LayerShape) -> Int
}

extension LayerDefinition {
    func appendTensors(to layout: inout ParameterLayout, name: String, input: LayerShape) {}

    var depth: Int { 1 }
    var layerCount: Int { 1 }

    func innerNumbers(of input: LayerShape) -> Int { 0 }
}
