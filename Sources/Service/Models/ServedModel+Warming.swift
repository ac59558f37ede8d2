import Dispatch
import Inference
import ModelStorage

extension ServedModel {
    /// Lets every worker compute once, so that the first request does not pay for rooms and caches.
    func warm() {
        guard let input = stored.goldenInput, engine.workers > 0 else { return }
        let done = DispatchSemaphore(value: 0)
        for _ in 0..<engine.workers {
            let job = InferenceJob(
                .score(ScoreSettings(model)), input: input, model: model, deadline: .now + .seconds(10),
                accounting: .none
            ) { _ in done.signal() }
            engine.submit(job)
        }
        for _ in 0..<engine.workers { done.wait() }
    }
}
