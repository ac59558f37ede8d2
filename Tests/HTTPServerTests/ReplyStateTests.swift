import Testing

@testable import HTTPServer

@Suite struct ReplyStateTests {
    @Test func onlyTheFirstAnswerCounts() {
        var state = ReplyState()
        state.wait()
        #expect(state.isOpen)
        #expect(state.answer(.response(fine)) == true)
        #expect(state.answer(.rejection(.replyDropped)) == false)
        #expect(state.abandon() == false)
        guard case .answer(.response(let response)) = state.take() else {
            Issue.record("the answer is lost")
            return
        }
        #expect(response.body == fine.body)
    }

    @Test func abandonedIsNotAnswered() {
        var state = ReplyState()
        state.wait()
        #expect(state.abandon() == true)
        #expect(state.answer(.response(fine)) == false)
        guard case .hangUp = state.take() else {
            Issue.record("not given up")
            return
        }
    }

    @Test func nothingCountsBeforeTheWait() {
        var state = ReplyState()
        #expect(state.answer(.response(fine)) == false)
        #expect(state.abandon() == false)
        guard case .unasked = state.take() else {
            Issue.record("not unasked")
            return
        }
    }
}
