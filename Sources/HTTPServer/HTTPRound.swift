/// One round of a thread of the server: it reads what all of its connections have sent, and asks the handler about each request.
///
/// Work on several requests can be put off to the end of the round, and then be done for all of them together, without a thread
/// having to wake another one. Not `Sendable`: it belongs to the thread that calls the handler.
package final class HTTPRound {
    /// What has been put off.
    package protocol Work: AnyObject {
        /// Called once, at the end of the round.
        func finish()
    }

    private var works: [(owner: ObjectIdentifier, work: any Work)] = []

    init() {}

    /// The work that is put off for an owner, made where there is none in this round.
    package func work<W: Work>(for owner: AnyObject, make: () -> W) -> W {
        let owner = ObjectIdentifier(owner)
        if let work = works.first(where: { $0.owner == owner })?.work as? W { return work }
        let work = make()
        works.append((owner, work))  // which keeps its owner alive
        return work
    }

    /// Does all that has been put off.
    func end() {
        while !works.isEmpty {
            let ended = works
            works = []
            for (_, work) in ended { work.finish() }
        }
    }
}
