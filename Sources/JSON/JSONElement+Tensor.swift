internal import CSimdJSON

/// What an element of a tensor may be besides a number.
package struct JSONTensorKinds: OptionSet, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// true and false, which are 1 and 0.
    package static let flags = JSONTensorKinds(rawValue: UInt32(CSimdJSONTensorTakesFlags))
    /// null, which is NaN.
    package static let nulls = JSONTensorKinds(rawValue: UInt32(CSimdJSONTensorTakesNulls))
}

extension JSONElement {
    /// The numbers of a tensor in row-major order; it is nested as its shape says, or flat.
    ///
    /// - Parameters:
    ///   - shape: at least one side, and no product that overflows.
    ///   - kinds: what is taken besides numbers.
    package func floats(shape: [Int], kinds: JSONTensorKinds = []) throws(JSONTensorError) -> [Float] {
        try unsafe numbers(shape) { node, shape, room, values in
            unsafe CSimdJSONReadTensorOfFloats(parser.pointer, node, shape, kinds.rawValue, room, values)
        }
    }

    /// As `floats(shape:kinds:)`.
    package func doubles(shape: [Int], kinds: JSONTensorKinds = []) throws(JSONTensorError) -> [Double] {
        try unsafe numbers(shape) { node, shape, room, values in
            unsafe CSimdJSONReadTensorOfDoubles(parser.pointer, node, shape, kinds.rawValue, room, values)
        }
    }

    private typealias ReadNumbers<Number> = (Int, CSimdJSONTensorShape, Int, UnsafeMutablePointer<Number>?) ->
        CSimdJSONTensor

    private func numbers<Number: BinaryFloatingPoint>(
        _ shape: [Int], _ read: ReadNumbers<Number>
    ) throws(JSONTensorError) -> [Number] {
        precondition(textMatrix == nil, "a matrix that was read from its text is no tensor")
        let count = shape.reduce(1, *)
        let room = min(count, parser.next(node) - node)
        var found = CSimdJSONTensor()
        let numbers = unsafe [Number](unsafeUninitializedCapacity: room) { values, written in
            found = unsafe shape.withUnsafeBufferPointer { sides in
                let shape = unsafe CSimdJSONTensorShape(sides: sides.baseAddress, rank: sides.count, count: count)
                return unsafe read(node, shape, room, values.baseAddress)
            }
            written = found.count
        }
        if let error = error(of: found) { throw error }
        return numbers
    }

    private func error(of tensor: CSimdJSONTensor) -> JSONTensorError? {
        let found = JSONElement(document: document, node: tensor.node)
        return switch tensor.status {
        case CSimdJSONTensorIsWhole: nil
        case CSimdJSONTensorHasWrongCount where tensor.dimension == -1:
            .wrongCount(expected: tensor.expected, got: tensor.found)
        case CSimdJSONTensorHasWrongCount:
            .wrongSide(dimension: tensor.dimension, expected: tensor.expected, got: tensor.found)
        case CSimdJSONTensorElementIsNotAnArray: .notNested(got: found.kind)
        case CSimdJSONTensorElementIsNotANumber: .notANumber(index: tensor.count, got: found.kind)
        case CSimdJSONTensorElementOverflows: .overflow(index: tensor.count, got: found.bigNumber)
        default: .notAnArray(got: kind)
        }
    }

    /// Of a number that overflows single precision, which only a binary64 can.
    private var bigNumber: Double { Double(bitPattern: parser.numberBits(node)) }

    /// The elements of a tensor of anything, in row-major order; nested as its shape says, or flat.
    package func elements(shape: [Int]) throws(JSONTensorError) -> [JSONElement] {
        let count = shape.reduce(1, *)
        let (top, found) = try elements(atMost: count)
        guard top.first?.kind == .array, shape.count > 1 else {
            guard found == count else { throw .wrongCount(expected: count, got: found) }
            return top
        }
        var elements: [JSONElement] = []
        try append(to: &elements, shape, dimension: 0)
        return elements
    }

    /// The first elements of an array, and how many it has.
    private func elements(atMost limit: Int) throws(JSONTensorError) -> (first: [JSONElement], count: Int) {
        let elements: JSONElements
        do throws(JSONError) {
            elements = try self.elements()
        } catch {
            throw .notAnArray(got: kind)
        }
        var (first, count) = ([JSONElement](), 0)
        for element in elements {
            // What is too long must not cost memory.
            if count < limit { first.append(element) }
            count += 1
        }
        return (first, count)
    }

    private func append(to elements: inout [JSONElement], _ shape: [Int], dimension: Int) throws(JSONTensorError) {
        guard kind == .array else { throw .notNested(got: kind) }
        let (children, count) = try self.elements(atMost: shape[dimension])
        guard count == shape[dimension] else {
            throw .wrongSide(dimension: dimension, expected: shape[dimension], got: count)
        }
        if dimension + 1 == shape.count { return elements += children }
        for child in children { try child.append(to: &elements, shape, dimension: dimension + 1) }
    }
}
