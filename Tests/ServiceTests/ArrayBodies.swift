import JSON
import Kernels
import NumPy

@testable import Service

/// Rows of numbers in every form in which they come.
enum ArrayBodies {
    static func floats(_ numbers: [Float]) -> [UInt8] {
        var bytes: [UInt8] = []
        Matrix(numbers).appendBytes(to: &bytes)
        return bytes
    }

    static func doubles(_ numbers: [Double]) -> [UInt8] {
        var bytes: [UInt8] = []
        Matrix<Double>(numbers).appendBytes(to: &bytes)
        return bytes
    }

    static func npy(_ numbers: [Float], _ shape: [Int]) -> [UInt8] {
        NPYArray.header(.float32, shape: shape) + floats(numbers)
    }

    static func npy(_ numbers: [Double], _ shape: [Int]) -> [UInt8] {
        NPYArray.header(.float64, shape: shape) + doubles(numbers)
    }

    /// As `np.asfortranarray` has it, of rows of `width` numbers.
    static func columnMajor(_ numbers: [Float], width: Int) -> [UInt8] {
        let rows = numbers.count / width
        let columns = (0..<width).flatMap { column in (0..<rows).map { numbers[$0 * width + column] } }
        return fortran(NPYArray.header(.float32, shape: [rows, width])) + floats(columns)
    }

    static func fortran(_ header: [UInt8]) -> [UInt8] {
        // One letter less, one blank more.
        Array(
            String(decoding: header[6...], as: UTF8.self).replacing("False", with: "True").replacing("}", with: "} ")
                .utf8
        )
        .withMagic
    }

    static func json(_ field: String, _ numbers: [Float], width: Int, _ more: String = "") -> String {
        let rows = stride(from: 0, to: numbers.count, by: width).map { "\(Array(numbers[$0..<$0 + width]))" }
        return "{\"\(field)\":[\(rows.joined(separator: ","))]\(more)}"
    }

    /// The numbers of an answer under a name, as its JSON has them.
    static func numbers(_ response: TestResponse, _ name: String) throws -> [Double] {
        var numbers: [Double] = []
        for result in try JSONDocument(response.bytes).root.member("results").elements() {
            let value = try result.member(name)
            if value.kind == .array {
                for element in try value.elements() { numbers.append(Double(try element.float())) }
            } else {
                numbers.append(try value.double())
            }
        }
        return numbers
    }

    /// The numbers of an array that NumPy would read.
    static func numbers(npy bytes: [UInt8]) throws -> (shape: [Int], values: [Double]) {
        let array = try NPYArray(bytes)
        let format: NumberFormat = array.element == .float64 ? .float64 : .float32
        return (array.shape, format.doubles(bytes[array.content]))
    }
}

extension [UInt8] {
    fileprivate var withMagic: [UInt8] { [0x93] + Array("NUMPY".utf8) + self }
}
