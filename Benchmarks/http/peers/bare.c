// libmicrohttpd alone: reads a POST and answers with a constant. What a server that is built on it can reach at most.
//
//     cc -O2 -o bare bare.c -lmicrohttpd && ./bare PORT plain|suspend
//
// "suspend" hands each request to another thread, which resumes its connection, as whoever computes elsewhere has to.
#include <microhttpd.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct request {
    struct MHD_Connection *connection;
    struct request *next;
    int resumed;
};

static char text[] = "{\"scores\":[32.73853224815756]}";
static struct MHD_Response *response;
static int suspends;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrived = PTHREAD_COND_INITIALIZER;
static struct request *waiting;

static void hand_over(struct request *r) {
    r->resumed = 1;
    MHD_suspend_connection(r->connection);
    pthread_mutex_lock(&mutex);
    r->next = waiting;
    waiting = r;
    pthread_cond_signal(&arrived);
    pthread_mutex_unlock(&mutex);
}

static void *resume(void *unused) {
    for (;;) {
        pthread_mutex_lock(&mutex);
        while (!waiting) pthread_cond_wait(&arrived, &mutex);
        struct request *r = waiting;
        waiting = NULL;
        pthread_mutex_unlock(&mutex);
        while (r) {
            struct request *next = r->next;  // r is freed as soon as its connection goes on.
            MHD_resume_connection(r->connection);
            r = next;
        }
    }
    return unused;
}

static enum MHD_Result handle(void *unused, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *body, size_t *count, void **context) {
    (void)unused, (void)url, (void)method, (void)version, (void)body;
    struct request *r = *context;
    if (!r) {
        *context = r = calloc(1, sizeof *r);
        r->connection = connection;
    } else if (*count) {
        *count = 0;
    } else if (suspends && !r->resumed) {
        hand_over(r);
    } else {
        return MHD_queue_response(connection, MHD_HTTP_OK, response);
    }
    return MHD_YES;
}

static void forget(void *unused, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode why) {
    (void)unused, (void)connection, (void)why;
    free(*context);
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    suspends = !strcmp(arguments[2], "suspend");
    response = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, "Content-Type", "application/json");
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | (suspends ? MHD_ALLOW_SUSPEND_RESUME : 0);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        flags, (uint16_t)atoi(arguments[1]), NULL, NULL, handle, NULL, MHD_OPTION_THREAD_POOL_SIZE, 2u,
        MHD_OPTION_CONNECTION_LIMIT, 4096u, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)65536,
        MHD_OPTION_NOTIFY_COMPLETED, forget, NULL, MHD_OPTION_END);
    pthread_t thread;
    if (!daemon || pthread_create(&thread, NULL, resume, NULL)) return 1;
    for (;;) pause();
}
