#ifndef CTLS_H
#define CTLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What is needed of GnuTLS, whose types and macros stay in this module. A session of a server is libmicrohttpd's.

/// A certificate's chain and its key, as a server shows them.
typedef struct CTLSCertificate CTLSCertificate;

/// Why there is no certificate.
typedef enum {
    CTLSFaultNone,
    /// The chain is not PEM, or is empty.
    CTLSFaultChain,
    /// The key is not PEM, or is locked by a password.
    CTLSFaultKey,
    /// The key is not that of the chain's first certificate.
    CTLSFaultPair,
} CTLSFault;

/// Reads a chain and a key from PEM, and makes sure that they fit.
///
/// - Parameter reason: set to a text that lives for ever where there is a fault.
/// - Returns: NULL with the fault.
CTLSCertificate *CTLSCertificateCreate(
    const uint8_t *chain, size_t chain_size, const uint8_t *key, size_t key_size, CTLSFault *fault, const char **reason);

/// No session may use it any more.
void CTLSCertificateFree(CTLSCertificate *certificate);

/// TLS 1.2 and 1.3, with forward secrecy.
extern const char *const CTLSPriorities;

/// A callback that shows no certificate: libmicrohttpd asks for one, but each session gets its own by `CTLSShow`.
typedef void (*CTLSCallback)(void);
CTLSCallback CTLSShowNothing(void);

/// The certificate that a session of a server will show; it must live longer than the session.
void CTLSShow(void *session, CTLSCertificate *certificate);

/// Writes all bytes into a session without waiting, and ends this side of it.
///
/// - Returns: whether all were taken.
bool CTLSSendAtOnce(void *session, const uint8_t *bytes, size_t count);

/// A session of a client over a connected socket, which believes any certificate.
typedef struct CTLSClient CTLSClient;

/// Shakes hands; as long as the socket's own time limits allow.
///
/// - Returns: NULL with a text that lives for ever.
CTLSClient *CTLSClientCreate(int socket, const char **reason);
void CTLSClientFree(CTLSClient *client);

/// As `send`, but all of it, and `recv`; -1 with a reason.
long CTLSClientSend(CTLSClient *client, const uint8_t *bytes, size_t count, const char **reason);
long CTLSClientReceive(CTLSClient *client, uint8_t *bytes, size_t count, const char **reason);

#endif
