/// Why a layer cannot stand where it does. Shapes are channels, height and width.
package enum LayerError: Error, Equatable {
    case outOfRange(name: String, value: Int, from: Int, to: Int)
    case rate(Double)
    case needsImage(got: LayerShape)
    case windowBeyondImage(window: [Int], image: LayerShape, padding: [Int])
    case paddingBeyondWindow(padding: [Int], window: [Int])
    case outputPadding(got: [Int], stride: [Int])
    case nothingLeft(image: LayerShape)
    case reshape(to: [Int], needs: Int, got: Int)
    case groups(Int, channels: Int)
    case residualShape(input: LayerShape, output: LayerShape)
    case outputCount(got: LayerShape, needed: Int)
    case outputNeedsImage(LayerShape)
    case tooDeep(Int)
    case tooManyLayers(Int)
    case tooLarge(LayerShape)
    case tooManyNumbers(Int)
}

extension LayerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .outOfRange(let name, let value, let from, let to): "\(name) is \(value); expected \(from) to \(to)"
        case .rate(let rate): "rate is \(rate); expected at least 0 and below 1"
        case .needsImage(let got): "needs an image, got \(got); 'reshape' makes one of a vector"
        case .windowBeyondImage(let window, let image, let padding):
            "a window of \(window) is larger than the image \(image) with padding \(padding)"
        case .paddingBeyondWindow(let padding, let window):
            "padding \(padding) is more than half of the window \(window)"
        case .outputPadding(let got, let stride): "output padding \(got) must be below the stride \(stride)"
        case .nothingLeft(let image): "leaves nothing of the image \(image)"
        case .reshape(let shape, let needs, let got): "reshape to \(shape) needs \(needs) numbers, got \(got)"
        case .groups(let groups, let channels): "\(groups) groups do not divide \(channels) channels"
        case .residualShape(let input, let output):
            "the layers make \(output) of \(input); their sum needs the same shape"
        case .outputCount(let got, let needed): "gives \(got), \(got.count) numbers; the likelihood needs \(needed)"
        case .outputNeedsImage(let record): "only images have convolutions for output; the records are \(record)"
        case .tooDeep(let most): "is nested more than \(most) deep"
        case .tooManyLayers(let most): "has more than \(most) layers"
        case .tooLarge(let shape): "gives \(shape); at most \(Architecture.largestDimension) numbers are allowed"
        case .tooManyNumbers(let most): "and the layers before it hold more than \(most) numbers for one record"
        }
    }
}
