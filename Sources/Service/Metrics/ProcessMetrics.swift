internal import CPosix

/// The metrics that every Prometheus client library has of its process.
enum ProcessMetrics {
    /// Nothing where the system does not tell.
    static func write(to writer: inout MetricsWriter) {
        var process = CPosixProcess()
        guard unsafe CPosixReadProcess(&process) == 0 else { return }
        writer.family("process_cpu_seconds_total", .counter, "CPU time of all threads, user and system.") {
            $0.sample([], process.cpu_seconds)
        }
        writer.family("process_start_time_seconds", .gauge, "When the process was started, since 1970.") {
            $0.sample([], process.start_seconds)
        }
        writer.family("process_resident_memory_bytes", .gauge, "Memory in RAM.") {
            $0.sample([], Int(process.resident_bytes))
        }
        writer.family("process_virtual_memory_bytes", .gauge, "Memory in the address space.") {
            $0.sample([], Int(process.virtual_bytes))
        }
        writer.family("process_threads", .gauge, "Threads.") { $0.sample([], Int(process.threads)) }
        writer.family("process_open_fds", .gauge, "Open file descriptors.") { $0.sample([], Int(process.open_files)) }
        writer.family("process_max_fds", .gauge, "Most file descriptors that may be open.") {
            $0.sample([], process.max_files < 0 ? .infinity : Double(process.max_files))
        }
    }
}
