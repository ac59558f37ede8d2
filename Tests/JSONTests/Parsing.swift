import JSON

/// The root of a document, as tests write it.
func parse(_ text: String) throws(JSONError) -> JSONElement {
    try JSONDocument(Array(text.utf8)).root
}
