-- Compares every answer with the one that its version gives when nothing changes.
local folder = os.getenv("FOLDER")
local function file(name)
    local handle = assert(io.open(folder .. "/" .. name, "rb"))
    local text = handle:read("*a")
    handle:close()
    return text
end

local threads = {}
function setup(thread) table.insert(threads, thread) end

function init()
    wrk.method, wrk.body = "POST", file("body")
    wrk.headers["Content-Type"] = "application/json"
    expected = { ["1"] = file("answer-1"), ["2"] = file("answer-2") }
    of1, of2, failed, wrong = 0, 0, 0, 0
end

function response(status, headers, body)
    if status ~= 200 then failed = failed + 1 return end
    local version = body:match('"version":"(%d)"')
    if body ~= expected[version] then wrong = wrong + 1 end
    if version == "1" then of1 = of1 + 1 else of2 = of2 + 1 end
end

function done(summary)
    local function sum(name)
        local total = 0
        for _, thread in ipairs(threads) do total = total + thread:get(name) end
        return total
    end
    local errors = summary.errors
    local broken = errors.connect + errors.read + errors.write + errors.timeout
    print("answers_of_1: " .. sum("of1") .. "\nanswers_of_2: " .. sum("of2"))
    print("failed: " .. sum("failed") + broken .. "\nwrong: " .. sum("wrong"))
end
