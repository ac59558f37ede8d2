-- Posts the lines of the file BODIES in turn to the path TARGET, and prints what wrk has counted as one line of JSON.
local requests, last = {}, 0

function init()
    for line in io.lines(os.getenv("BODIES")) do
        requests[#requests + 1] = wrk.format("POST", os.getenv("TARGET"), { ["Content-Type"] = "application/json" }, line)
    end
end

function request()
    last = last % #requests + 1
    return requests[last]
end

function done(summary, latency)
    local e = summary.errors
    print(string.format('{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "errors": %d}', summary.requests, summary.duration / 1e6,
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, e.status + e.connect + e.read + e.write + e.timeout))
end
