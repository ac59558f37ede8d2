import Locking

/// How often each key may ask: a bucket of tokens for each name, one second's worth deep, filled at the key's rate.
final class RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var filled: ContinuousClock.Instant
    }

    /// Seconds; a day.
    private static let longestWait = 86_400.0

    private let buckets = Locked<[String: Bucket]>([:])

    /// Takes a token, if there is one.
    ///
    /// - Parameters:
    ///   - rate: requests a second.
    /// - Returns: nil, or the whole seconds after which there will be one.
    func secondsToWait(
        _ name: String, rate: Double, now: ContinuousClock.Instant = .now
    ) -> Int? {
        let depth = max(1, rate)
        let missing = buckets.withLock { buckets in
            var bucket = buckets[name] ?? Bucket(tokens: depth, filled: now)
            bucket.tokens = min(depth, bucket.tokens + (now - bucket.filled) / .seconds(1) * rate)
            bucket.filled = now
            let missing = 1 - bucket.tokens
            if missing <= 0 { bucket.tokens -= 1 }
            buckets[name] = bucket
            return missing
        }
        return missing <= 0 ? nil : max(1, Int(min(missing / rate, Self.longestWait).rounded(.up)))
    }
}
