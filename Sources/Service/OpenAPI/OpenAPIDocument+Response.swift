import HTTPServer

extension OpenAPIDocument {
    var response: HTTPResponse {
        do {
            return .json(try bytes())
        } catch {
            return HTTPResponse(error)
        }
    }
}
