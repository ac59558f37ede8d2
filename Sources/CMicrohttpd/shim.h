// Names libmicrohttpd for Swift, and wraps its variadic functions, which Swift cannot call.

#ifndef CMICROHTTPD_SHIM_H
#define CMICROHTTPD_SHIM_H

#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>

// Everything a daemon of ours is started with. `context` is the first argument of each callback.
struct CMicrohttpdOptions {
    void *context;
    void *(*target)(void *context, const char *target, struct MHD_Connection *connection);
    MHD_AccessHandlerCallback access;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection_changed;
    size_t (*unescape)(void *context, struct MHD_Connection *connection, char *text);
    unsigned int connection_limit;
    size_t memory_limit;
    unsigned int idle_timeout_seconds;
    // NULL for plain text; else what GnuTLS calls priorities, and a gnutls_certificate_retrieve_function2.
    const char *tls_priorities;
    void (*tls_certificate)(void);
};

// One daemon without a thread and without a listening socket: connections come through MHD_add_connection, and MHD_run does what is
// ready.
static inline struct MHD_Daemon *CMicrohttpd_start(const struct CMicrohttpdOptions *options) {
    const unsigned int plain =
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET;
    const struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)options->tls_priorities},
        {MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)options->tls_certificate},
        {MHD_OPTION_END, 0, NULL},
    };
    return MHD_start_daemon(
        options->tls_priorities ? plain | MHD_USE_TLS : plain, 0, NULL, NULL,
        options->access, options->context,
        MHD_OPTION_URI_LOG_CALLBACK, options->target, options->context,
        MHD_OPTION_NOTIFY_COMPLETED, options->completed, options->context,
        MHD_OPTION_NOTIFY_CONNECTION, options->connection_changed, options->context,
        MHD_OPTION_UNESCAPE_CALLBACK, options->unescape, options->context,
        MHD_OPTION_CONNECTION_LIMIT, options->connection_limit,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->memory_limit,
        MHD_OPTION_CONNECTION_TIMEOUT, options->idle_timeout_seconds,
        MHD_OPTION_ARRAY, options->tls_priorities ? tls : tls + 2,
        MHD_OPTION_END);
}

// The connection's socket, or -1.
static inline int CMicrohttpd_descriptor(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

// The connection's gnutls_session_t, or NULL for plain text.
static inline void *CMicrohttpd_tls_session(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    return info == NULL ? NULL : info->tls_session;
}

// What the connection_changed callback stored for the connection, or NULL.
static inline void *CMicrohttpd_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

// Bytes from the method to the end of the empty line after the last field; 0 where that is not known.
static inline size_t CMicrohttpd_head_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info == NULL ? 0 : info->header_size;
}

// Becomes readable when MHD_run has something to do.
static inline int CMicrohttpd_epoll_descriptor(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info == NULL ? -1 : info->epoll_fd;
}

// The milliseconds after which MHD_run must be called even if nothing has happened; -1 for never.
static inline int CMicrohttpd_timeout(struct MHD_Daemon *daemon) {
    MHD_UNSIGNED_LONG_LONG milliseconds = 0;
    if (MHD_get_timeout(daemon, &milliseconds) != MHD_YES) return -1;
    return milliseconds > 60000 ? 60000 : (int)milliseconds;
}

#endif
