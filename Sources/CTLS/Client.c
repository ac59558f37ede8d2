#include "CTLS.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>

struct CTLSClient {
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
};

/// A socket with time limits says EAGAIN when one has passed.
static const char *describe(long status) {
    return status == GNUTLS_E_AGAIN || status == GNUTLS_E_TIMEDOUT ? "timed out" : gnutls_strerror((int)status);
}

static int prepare(CTLSClient *client, int socket) {
    int status = gnutls_certificate_allocate_credentials(&client->credentials);
    if (status >= 0) status = gnutls_init(&client->session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL);
    if (status >= 0) status = gnutls_priority_set_direct(client->session, CTLSPriorities, NULL);
    if (status >= 0)
        status = gnutls_credentials_set(client->session, GNUTLS_CRD_CERTIFICATE, client->credentials);
    if (status >= 0) gnutls_transport_set_int(client->session, socket);
    return status;
}

/// Warnings, such as that the server does not know our name for it, do not end the handshake.
static int shake_hands(CTLSClient *client) {
    int status;
    do status = gnutls_handshake(client->session);
    while (status < 0 && status != GNUTLS_E_AGAIN && !gnutls_error_is_fatal(status));
    return status;
}

CTLSClient *CTLSClientCreate(int socket, const char **reason) {
    CTLSClient *client = calloc(1, sizeof *client);
    int status = client ? prepare(client, socket) : GNUTLS_E_MEMORY_ERROR;
    if (status >= 0) status = shake_hands(client);
    if (status >= 0) return client;
    *reason = describe(status);
    CTLSClientFree(client);
    return NULL;
}

void CTLSClientFree(CTLSClient *client) {
    if (!client) return;
    if (client->session) gnutls_deinit(client->session);
    if (client->credentials) gnutls_certificate_free_credentials(client->credentials);
    free(client);
}

static long checked(ssize_t status, const char **reason) {
    if (status >= 0) return status;
    *reason = describe(status);
    return -1;
}

/// A record takes 16 KiB.
long CTLSClientSend(CTLSClient *client, const uint8_t *bytes, size_t count, const char **reason) {
    size_t sent = 0;
    while (sent < count) {
        const ssize_t status = gnutls_record_send(client->session, bytes + sent, count - sent);
        if (status < 0) return checked(status, reason);
        sent += (size_t)status;
    }
    return (long)sent;
}

/// TLS 1.3 brings tickets in between, which are no data.
long CTLSClientReceive(CTLSClient *client, uint8_t *bytes, size_t count, const char **reason) {
    ssize_t status;
    do status = gnutls_record_recv(client->session, bytes, count);
    while (status == GNUTLS_E_INTERRUPTED);
    return checked(status, reason);
}
