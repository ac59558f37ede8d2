import HTTPServer
import Inference

/// One request for the log. It holds nothing of what was sent or answered but names that are safe to show.
package struct RequestRecord: Sendable {
    package let identity: RequestIdentity?
    /// `_OTHER` for one that HTTP does not know.
    package let method: String
    /// The path's template; `unmatched` for one that leads nowhere.
    package let route: String
    package let status: Int
    /// The code word of an error.
    package let error: String?
    package let duration: Duration
    package let bytesIn: Int
    package let bytesOut: Int
    /// The name of the API key.
    package let key: String?
    /// Nil for a request that reached no model.
    package let work: Work?

    /// What a model did for the request.
    package struct Work: Sendable {
        package let model: String
        package let version: String
        package let rows: Int
        private let times: StageTimes

        init(_ account: RequestAccount) {
            (model, version, rows, times) = (account.model, account.version, account.rows, account.times)
        }

        /// Nil for a stage that was not reached.
        package func nanoseconds(in stage: StageTimes.Stage) -> Int? {
            let time = times.nanoseconds(in: stage)
            return time > 0 ? time : nil
        }
    }
}

extension RequestRecord {
    init(_ exchange: HTTPExchange, _ route: Route?, method: String) {
        self.method = method
        self.route = route?.template ?? "unmatched"
        (identity, key) = (exchange.identity, exchange.key)
        (status, error, duration) = (exchange.status, exchange.errorCode, exchange.duration)
        (bytesIn, bytesOut) = (exchange.bytesIn, exchange.bytesOut)
        work = (exchange.account as? RequestAccount).map { Work($0) }
    }
}
