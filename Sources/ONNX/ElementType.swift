/// The element types that are written, by ONNX's numbers.
enum ElementType: Int {
    case float = 1
    case int64 = 7
}
