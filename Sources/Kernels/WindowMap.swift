/// The places of a window on an image. A convolution goes from `image` to `output` places; a transposed convolution, its
/// adjoint, from `output` places to `image`.
package struct WindowMap: Equatable, Sendable {
    package let image: ImageShape
    package let window: Window
    /// Windows down and across: ⌊(size + 2 padding − kernel)/stride⌋ + 1, as PyTorch's `conv2d` counts.
    package let output: Extent

    /// nil where the window does not fit the padded image, or where the numbers of one image's windows could not be counted.
    package init?(image: ImageShape, window: Window) {
        guard
            let height = Self.steps(image.height, window.kernel.height, window.stride.height, window.padding.height),
            let width = Self.steps(image.width, window.kernel.width, window.stride.width, window.padding.width)
        else { return nil }
        (self.image, self.window, output) = (image, window, Extent(height: height, width: width))
        let numbers = [height, width, window.kernel.height, window.kernel.width, image.channels].map(Double.init)
        guard numbers.reduce(1, *) < 0x1p40 else { return nil }
    }

    /// The map whose adjoint takes `input` to (size − 1) stride − 2 padding + kernel + outputPadding places of `channels`, as
    /// PyTorch's `conv_transpose2d` does; nil where that is no image, or where `outputPadding` is not below the stride.
    package init?(transposed input: ImageShape, window: Window, outputPadding: Extent, channels: Int) {
        let (kernel, stride, padding) = (window.kernel, window.stride, window.padding)
        let height = (input.height - 1) * stride.height - 2 * padding.height + kernel.height + outputPadding.height
        let width = (input.width - 1) * stride.width - 2 * padding.width + kernel.width + outputPadding.width
        guard height > 0, width > 0, channels > 0, outputPadding.height >= 0, outputPadding.width >= 0 else {
            return nil
        }
        self.init(image: ImageShape(height: height, width: width, channels: channels), window: window)
        guard output == Extent(height: input.height, width: input.width) else { return nil }
    }

    private static func steps(_ size: Int, _ kernel: Int, _ stride: Int, _ padding: Int) -> Int? {
        let room = size + 2 * padding - kernel
        return room < 0 ? nil : room / stride + 1
    }

    /// Numbers that one window sees: kernel height · kernel width · channels, in this order.
    package var columnCount: Int { window.kernel.count * image.channels }

    /// Numbers that `convolve` needs room for: the lines of an image with what lies beside them.
    package var room: Int {
        image.height * ((output.width - 1) * window.stride.width + window.kernel.width) * image.channels
    }

    /// Numbers that `convolveTransposed` needs room for.
    package func transposedRoom(inputs: Int) -> Int {
        output.height * (output.width + 2 * window.kernel.width / window.stride.width - 1) * inputs
    }

    /// Whether the places of the image see `stride` different sets of taps, all of the same size, whose first is in the kernel.
    var hasPhases: Bool {
        let (kernel, stride, padding) = (window.kernel, window.stride, window.padding)
        return kernel.height % stride.height == 0 && kernel.width % stride.width == 0
            && padding.height <= kernel.height - stride.height && padding.width <= kernel.width - stride.width
    }

    /// The result of a convolution to so many channels.
    package func outputShape(channels: Int) -> ImageShape {
        ImageShape(height: output.height, width: output.width, channels: channels)
    }

    /// Whether the columns of an image are the image itself, number by number.
    var isIdentity: Bool {
        guard window.padding == Extent(0) else { return false }
        let onePlaceEach = window.kernel == Extent(1) && window.stride == Extent(1)
        return onePlaceEach || window.kernel == Extent(height: image.height, width: image.width)
    }

    /// Whether every window has a place inside the image, as pools want it: at most half of the kernel is padding.
    package var isPool: Bool {
        window.padding.height * 2 <= window.kernel.height && window.padding.width * 2 <= window.kernel.width
    }
}
