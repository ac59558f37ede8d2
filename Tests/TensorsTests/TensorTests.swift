import Tensors
import Testing

@Suite struct TensorTests {
    @Test(arguments: [([], 1), ([0], 0), ([3], 3), ([2, 3], 6), ([2, 0, 3], 0), ([1, 1, 1], 1)])
    func countsElements(shape: [Int], count: Int) throws {
        let tensor = try Tensor(shape: shape, elements: [Float](repeating: 1, count: count))
        #expect(tensor.shape == shape)
        #expect(tensor.elements.count == count)
    }

    @Test func refusesAnotherCountThanTheShapes() {
        let error = #expect(throws: TensorError.self) {
            try Tensor(shape: [2, 3], elements: [Float](repeating: 0, count: 5))
        }
        #expect(error == .shapeMismatch(shape: [2, 3], expected: 6, got: 5))
        #expect(error?.description == "a tensor of shape [2, 3] has 6 elements, got 5")
    }

    @Test func refusesANegativeDimension() {
        #expect(throws: TensorError.negativeDimension(shape: [2, -1])) {
            try Tensor(shape: [2, -1], elements: [Int]())
        }
    }

    @Test func refusesACountBeyondInt() {
        let shape = [1 << 32, 1 << 31]
        #expect(throws: TensorError.tooLarge(shape: shape)) { try elementCount(ofShape: shape) }
    }

    @Test func equalsByShapeAndElements() throws {
        let row = try Tensor(shape: [1, 2], elements: [1, 2])
        #expect(row == (try Tensor(shape: [1, 2], elements: [1, 2])))
        #expect(row != (try Tensor(shape: [2, 1], elements: [1, 2])))
    }
}
