/// Why bytes are no array that is read here. Places count bytes from 0.
package enum NPYError: Error, Equatable {
    /// The first bytes are not `\x93NUMPY`.
    case notNPY
    case unknownVersion(major: UInt8, minor: UInt8)
    /// The header is said to be longer than what there is.
    case truncatedHeader(expected: Int, got: Int)
    /// The header is no dictionary of a name, a flag and a shape.
    case badHeader(place: Int, expected: String)
    case unknownKey(String)
    case repeatedKey(String)
    case missingKey(String)
    /// More dimensions than NumPy itself has.
    case tooManyDimensions(limit: Int)
    /// Big-endian numbers, complex ones, texts, records, objects.
    case unknownElement(String)
    /// More bytes than can be counted.
    case tooLarge(shape: [Int])
    /// The bytes behind the header are not those of the shape.
    case wrongLength(shape: [Int], expected: Int, got: Int)
}

extension NPYError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notNPY: "NPY: the bytes do not begin as NumPy's arrays do"
        case .unknownVersion(let major, let minor): "NPY: version \(major).\(minor); known are 1.0, 2.0 and 3.0"
        case .truncatedHeader(let expected, let got): "NPY: a header of \(expected) bytes, and there are \(got)"
        case .badHeader(let place, let expected): "NPY: byte \(place): expected \(expected)"
        case .unknownKey(let key): "NPY: the header has a key '\(key)'"
        case .repeatedKey(let key): "NPY: the header has '\(key)' twice"
        case .missingKey(let key): "NPY: the header has no '\(key)'"
        case .tooManyDimensions(let limit): "NPY: more than \(limit) dimensions"
        case .unknownElement(let name):
            "NPY: numbers of type '\(name)' are not read; use array.astype('<f4')"
        case .tooLarge(let shape): "NPY: an array of shape \(shape) is too large"
        case .wrongLength(let shape, let expected, let got):
            "NPY: an array of shape \(shape) takes \(expected) bytes behind the header, and there are \(got)"
        }
    }
}
