/// What becomes of a model that is known, in the words of the Open Inference Protocol's index.
enum ModelState: String, Sendable {
    case ready = "READY"
    /// Its files are being read; what was served before still is.
    case loading = "LOADING"
    case unavailable = "UNAVAILABLE"
}
