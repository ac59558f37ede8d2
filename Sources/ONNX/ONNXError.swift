/// Why a model cannot be written as ONNX.
package enum ONNXError: Error, Equatable {
    case table
    case twoLevels
    /// A protocol buffer may have 2 GiB.
    case tooLarge(file: String, parameters: Int)
}

extension ONNXError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .table:
            "it is a model of a table: how records become numbers and what its columns' likelihoods give has no ONNX operators"
        case .twoLevels: "it has two levels of latents; ONNX files are written for models of one"
        case .tooLarge(let file, let parameters):
            "\(file) would hold \(parameters) parameters; an ONNX file has room for \(ONNXExport.mostParameters)"
        }
    }
}
