import Kernels
import VAE

/// Layers in a few words.
enum LayerText {
    static func name(_ layer: LayerSpecification) -> String {
        switch layer {
        case .dense(let layer): "\(layer.units) \(layer.activation.rawValue)"
        case .gatedDense(let layer): "\(layer.units) gated"
        case .convolution(let layer):
            "\(word(layer.direction)) \(layer.channels) \(window(layer.window)) \(nonlinearity(layer.nonlinearity))"
        case .pool(let layer): "\(layer.measure == .largest ? "max" : "mean") pool \(window(layer.window))"
        case .upsample(let layer): "upsample \(layer.factor)"
        case .flatten: "flatten"
        case .reshape(let layer): "\(layer.channels) × \(layer.height) × \(layer.width)"
        case .batchNorm(let layer): "batch norm\(suffix(layer.activation))"
        case .groupNorm(let layer): "\(norm(layer.extent))\(suffix(layer.activation))"
        case .dropout(let layer): "dropout \(layer.rate)"
        case .activation(let layer): layer.activation.rawValue
        case .residual(let layer):
            "residual (\(layer.layers.map(name).joined(separator: " → ")))\(suffix(layer.activation))"
        }
    }

    /// Behind the decoder's layers; nothing for the usual dense output.
    static func output(_ output: OutputSpecification) -> String {
        guard case .convolution(let shape, let direction) = output else { return "" }
        return " → \(word(direction)) \(window(shape))"
    }

    private static func word(_ direction: ConvolutionSpecification.Direction) -> String {
        direction == .forward ? "conv" : "conv transpose"
    }

    private static func window(_ window: WindowSpecification) -> String {
        let stride = window.stride == Extent(1) ? "" : " / \(side(window.stride))"
        return side(window.size) + stride
    }

    private static func side(_ extent: Extent) -> String {
        extent.height == extent.width ? "\(extent.height)" : "\(extent.height) × \(extent.width)"
    }

    private static func nonlinearity(_ nonlinearity: ConvolutionSpecification.Nonlinearity) -> String {
        if case .activation(let activation) = nonlinearity { activation.rawValue } else { "gated" }
    }

    private static func norm(_ extent: GroupNormSpecification.Extent) -> String {
        if case .groups(let groups) = extent { "group norm \(groups)" } else { "layer norm" }
    }

    private static func suffix(_ activation: Activation) -> String {
        activation == .identity ? "" : " \(activation.rawValue)"
    }
}
