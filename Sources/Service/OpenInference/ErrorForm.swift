import HTTPServer
import JSON

/// How the body of an error is written: each interface has its own.
enum ErrorForm {
    /// `{"error": {"code": …, "message": …, …}}`
    case native
    /// `{"error": "…"}`, as the Open Inference Protocol has it.
    case openInference

    /// - Parameter path: as sent; nil where none was read.
    init(path: String?) {
        guard let path, path.hasPrefix("/v2") else {
            self = .native
            return
        }
        self = ["", "/"].contains(path.dropFirst(3).prefix(1)) ? .openInference : .native
    }

    /// - Parameter segments: of the path, decoded.
    init(segments: [String]) {
        self = segments.first == "v2" ? .openInference : .native
    }

    func bytes(code: String, message: String) -> [UInt8] {
        switch self {
        case .native: return ErrorBody.bytes(code: code, message: message)
        case .openInference:
            var writer = JSONWriter()
            writer.object { writer in
                writer.key("error")
                writer.string(message)
            }
            return writer.bytes + [UInt8(ascii: "\n")]
        }
    }
}

extension HTTPResponse {
    init(_ error: ServiceError, _ form: ErrorForm) {
        switch form {
        case .native: self.init(error)
        case .openInference: self.init(openInference: error)
        }
    }

    init(openInference error: ServiceError) {
        self.init(error)
        (status, content) = (
            error.openInferenceStatus,
            .bytes(ErrorForm.openInference.bytes(code: error.status.word, message: error.message))
        )
    }
}
