/// What is known of a request before its body arrives.
struct RequestHead: Sendable {
    let method: String
    let target: RequestTarget
    let fields: HTTPFields
}
