/// The shape of an image in a row of a matrix: `[height, width, channels]`, the channels last.
///
/// Channels last, so that the rows of a product `[rows · height · width, channels]` are images as they come.
package struct ImageShape: Equatable, Sendable {
    package let height: Int
    package let width: Int
    package let channels: Int

    /// Numbers in one image.
    package var count: Int { places * channels }
    package var places: Int { height * width }

    package init(height: Int, width: Int, channels: Int) {
        precondition(height > 0 && width > 0 && channels > 0)
        (self.height, self.width, self.channels) = (height, width, channels)
    }
}
