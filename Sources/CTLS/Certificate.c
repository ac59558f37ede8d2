#include "CTLS.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>

struct CTLSCertificate {
    gnutls_certificate_credentials_t credentials;
};

const char *const CTLSPriorities = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:%SERVER_PRECEDENCE";

static int check_chain(const gnutls_datum_t *data) {
    gnutls_x509_crt_t *list = NULL;
    unsigned int count = 0;
    const int status = gnutls_x509_crt_list_import2(&list, &count, data, GNUTLS_X509_FMT_PEM, 0);
    if (status < 0) return status;
    for (unsigned int i = 0; i < count; i++) gnutls_x509_crt_deinit(list[i]);
    gnutls_free(list);
    return count > 0 ? 0 : GNUTLS_E_NO_CERTIFICATE_FOUND;
}

static int check_key(const gnutls_datum_t *data) {
    gnutls_privkey_t key;
    int status = gnutls_privkey_init(&key);
    if (status < 0) return status;
    status = gnutls_privkey_import_x509_raw(key, data, GNUTLS_X509_FMT_PEM, NULL, 0);
    gnutls_privkey_deinit(key);
    return status;
}

/// Both are known to be readable.
static int join(CTLSCertificate *certificate, const gnutls_datum_t *chain, const gnutls_datum_t *key) {
    const int status = gnutls_certificate_allocate_credentials(&certificate->credentials);
    if (status < 0) return status;
    return gnutls_certificate_set_x509_key_mem2(
        certificate->credentials, chain, key, GNUTLS_X509_FMT_PEM, NULL, 0);
}

CTLSCertificate *CTLSCertificateCreate(
    const uint8_t *chain, size_t chain_size, const uint8_t *key, size_t key_size, CTLSFault *fault,
    const char **reason) {
    const gnutls_datum_t chain_data = {(unsigned char *)chain, (unsigned int)chain_size};
    const gnutls_datum_t key_data = {(unsigned char *)key, (unsigned int)key_size};
    CTLSCertificate *certificate = calloc(1, sizeof *certificate);
    int status = certificate ? check_chain(&chain_data) : GNUTLS_E_MEMORY_ERROR;
    *fault = CTLSFaultChain;
    if (status >= 0) {
        *fault = CTLSFaultKey;
        status = check_key(&key_data);
    }
    if (status >= 0) {
        *fault = CTLSFaultPair;
        status = join(certificate, &chain_data, &key_data);
    }
    if (status >= 0) {
        *fault = CTLSFaultNone;
        return certificate;
    }
    *reason = gnutls_strerror(status);
    CTLSCertificateFree(certificate);
    return NULL;
}

void CTLSCertificateFree(CTLSCertificate *certificate) {
    if (certificate && certificate->credentials) gnutls_certificate_free_credentials(certificate->credentials);
    free(certificate);
}

static int show_nothing(
    gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
    const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **chain, unsigned int *chain_count,
    gnutls_privkey_t *key) {
    (void)session, (void)authorities, (void)authority_count, (void)algorithms, (void)algorithm_count;
    *chain = NULL;
    *chain_count = 0;
    *key = NULL;
    return -1;
}

CTLSCallback CTLSShowNothing(void) { return (CTLSCallback)show_nothing; }

void CTLSShow(void *session, CTLSCertificate *certificate) {
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, certificate->credentials);
}

bool CTLSSendAtOnce(void *session, const uint8_t *bytes, size_t count) {
    size_t sent = 0;
    while (sent < count) {
        const ssize_t status = gnutls_record_send(session, bytes + sent, count - sent);
        if (status <= 0) break;
        sent += (size_t)status;
    }
    if (sent == count) gnutls_bye(session, GNUTLS_SHUT_WR);
    return sent == count;
}
