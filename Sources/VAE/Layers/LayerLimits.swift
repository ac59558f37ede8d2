/// What a model file may ask for: a typing error must not allocate all memory.
enum LayerLimits {
    /// Residual blocks within residual blocks.
    static let depth = 8
    /// Layers of the encoder or of the decoder.
    static let layers = 1024
    /// Numbers that all layers of the encoder, or of the decoder, give for one record.
    static let numbers = 1 << 24
    /// Numbers under one window of a convolution, and under all windows over one record.
    static let taps = 1 << 20
    static let unfolded = 1 << 26
    /// Any one side, number of channels, window or stride.
    static let side = 1 << 16

    static func check(
        _ name: String, _ value: Int, from least: Int = 1, to most: Int = side, at path: String
    ) throws(VAEError) {
        guard value >= least, value <= most else {
            throw .layer(path: path, .outOfRange(name: name, value: value, from: least, to: most))
        }
    }
}
