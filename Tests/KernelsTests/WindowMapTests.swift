import Testing

@testable import Kernels

@Suite struct WindowMapTests {
    static func map(_ size: Int, kernel: Int, stride: Int, padding: Int) -> WindowMap? {
        WindowMap(
            image: ImageShape(height: size, width: size + 1, channels: 3),
            window: Window(kernel: kernel, stride: stride, padding: padding))
    }

    @Test func countsWindowsAsPyTorch() {
        #expect(Self.map(28, kernel: 4, stride: 2, padding: 1)?.output == Extent(height: 14, width: 14))
        #expect(Self.map(5, kernel: 3, stride: 1, padding: 1)?.output == Extent(height: 5, width: 6))
        #expect(Self.map(7, kernel: 2, stride: 3, padding: 0)?.output == Extent(height: 2, width: 3))
        #expect(Self.map(5, kernel: 3, stride: 1, padding: 1)?.columnCount == 27)
    }

    @Test func refusesWhatDoesNotFit() {
        #expect(Self.map(2, kernel: 5, stride: 1, padding: 1) == nil)
        #expect(Self.map(2, kernel: 4, stride: 1, padding: 1)?.output == Extent(height: 1, width: 2))
        #expect(Self.map(1 << 20, kernel: 1 << 10, stride: 1, padding: 0) == nil)
    }

    @Test(arguments: [(7, 4, 2, 1, 0, 14), (7, 3, 2, 1, 1, 14), (4, 3, 1, 0, 0, 6), (5, 2, 3, 0, 2, 16)])
    func transposedSizesAreThoseOfPyTorch(
        input: Int, kernel: Int, stride: Int, padding: Int, extra: Int, expected: Int
    ) {
        let map = WindowMap(
            transposed: ImageShape(height: input, width: input, channels: 8),
            window: Window(kernel: kernel, stride: stride, padding: padding), outputPadding: Extent(extra), channels: 2)
        #expect(map?.image == ImageShape(height: expected, width: expected, channels: 2))
        #expect(map?.output == Extent(input))
    }

    @Test func refusesTransposedShapesThatAreNone() {
        func map(_ window: Window, _ extra: Int) -> WindowMap? {
            WindowMap(
                transposed: ImageShape(height: 3, width: 3, channels: 1), window: window, outputPadding: Extent(extra),
                channels: 1)
        }
        #expect(map(Window(kernel: 3, stride: 2), 2) == nil)
        #expect(map(Window(kernel: 3, stride: 2), 1) != nil)
        #expect(map(Window(kernel: 3, stride: 2), -1) == nil)
        #expect(map(Window(kernel: 1, stride: 1, padding: 2), 0) == nil)
    }

    @Test func knowsColumnsThatAreTheImage() {
        func isIdentity(_ window: Window) -> Bool {
            WindowMap(image: ImageShape(height: 3, width: 3, channels: 2), window: window)!.isIdentity
        }
        #expect(isIdentity(Window(kernel: 1)) && isIdentity(Window(kernel: 3)))
        #expect(!isIdentity(Window(kernel: 1, stride: 2)) && !isIdentity(Window(kernel: 1, padding: 1)))
        #expect(!isIdentity(Window(kernel: 2)) && !isIdentity(Window(kernel: 3, padding: 1)))
    }
}
