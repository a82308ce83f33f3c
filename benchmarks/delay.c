/*
 * A relay between two Unix sockets that delivers every byte a fixed time after it came: a network with a round trip
 * of twice that time and no limit on how much is under way.
 *
 *   delay LISTEN CONNECT MICROSECONDS
 *
 * One thread; each direction of each connection is a queue of chunks with the time they are due. It runs until it
 * is killed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 64, CHUNK = 1 << 16 };

struct chunk {
    struct chunk *next;
    int64_t due;
    size_t from, to;            /* from == to: the end of the stream */
    char bytes[];
};

struct direction {
    int in, out;                /* -1: nothing more to read, to write */
    struct chunk *first, *last;
};

static struct direction ways[2 * CONNECTIONS];
static int64_t delay;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int unix_socket(const char *path, int listening) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        fail(path);
    }
    strcpy(address.sun_path, path);
    int socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) fail("socket");
    if (listening ? bind(socket_, (struct sockaddr *)&address, sizeof address) || listen(socket_, 64)
                  : connect(socket_, (struct sockaddr *)&address, sizeof address))
        fail(path);
    return socket_;
}

static void take(struct direction *way) {
    struct chunk *chunk = malloc(sizeof *chunk + CHUNK);
    if (!chunk) fail("malloc");
    ssize_t count = recv(way->in, chunk->bytes, CHUNK, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        free(chunk);
        return;
    }
    if (count <= 0) {
        count = 0;
        way->in = -1;
    }
    *chunk = (struct chunk){.due = now() + delay, .to = (size_t)count};
    if (count > 0) {
        struct chunk *fitting = realloc(chunk, sizeof *chunk + (size_t)count);
        if (fitting) chunk = fitting;
    }
    if (way->last) way->last->next = chunk;
    else way->first = chunk;
    way->last = chunk;
}

static void give(struct direction *way) {
    while (way->first && way->first->due <= now()) {
        struct chunk *chunk = way->first;
        if (chunk->from == chunk->to) {
            shutdown(way->out, SHUT_WR);
            way->out = -1;
        } else if (way->out >= 0) {
            ssize_t count = send(way->out, chunk->bytes + chunk->from, chunk->to - chunk->from,
                                 MSG_DONTWAIT | MSG_NOSIGNAL);
            if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
            if (count < 0) chunk->from = chunk->to;     /* nobody reads any more */
            else chunk->from += (size_t)count;
            if (chunk->from < chunk->to) return;
        }
        way->first = chunk->next;
        if (!way->first) way->last = NULL;
        free(chunk);
    }
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: delay LISTEN CONNECT MICROSECONDS\n");
        return 2;
    }
    delay = atoll(arguments[3]) * 1000;
    prctl(PR_SET_TIMERSLACK, 1UL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    int listener = unix_socket(arguments[1], 1);
    int clients[CONNECTIONS], servers[CONNECTIONS];
    memset(clients, -1, sizeof clients);
    for (int i = 0; i < 2 * CONNECTIONS; i++) ways[i].in = ways[i].out = -1;

    for (;;) {
        struct pollfd watched[1 + 2 * CONNECTIONS];
        struct direction *reading[1 + 2 * CONNECTIONS];
        nfds_t watching = 0;
        watched[watching++] = (struct pollfd){.fd = listener, .events = POLLIN};
        int64_t due = INT64_MAX, time = now();
        for (int i = 0; i < 2 * CONNECTIONS; i++) {
            struct direction *way = &ways[i];
            if (way->in >= 0) {
                reading[watching] = way;
                watched[watching++] = (struct pollfd){.fd = way->in, .events = POLLIN};
            }
            if (!way->first) continue;
            /* Due and still here: the receiver's buffer is full. Look again soon. */
            int64_t next = way->first->due > time ? way->first->due : time + 100000;
            if (next < due) due = next;
        }
        int64_t rest = due - time;
        struct timespec wait = {.tv_sec = rest / 1000000000, .tv_nsec = rest % 1000000000};
        if (ppoll(watched, watching, due == INT64_MAX ? NULL : &wait, NULL) < 0 && errno != EINTR) fail("poll");
        for (nfds_t i = 1; i < watching; i++)
            if (watched[i].revents) take(reading[i]);
        for (int i = 0; i < 2 * CONNECTIONS; i++) give(&ways[i]);

        for (int i = 0; i < CONNECTIONS; i++) {
            struct direction *there = &ways[2 * i], *back = there + 1;
            if (clients[i] < 0 || there->in >= 0 || back->in >= 0 || there->first || back->first) continue;
            close(clients[i]);
            close(servers[i]);
            clients[i] = -1;
        }
        if (!(watched[0].revents & POLLIN)) continue;
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0) continue;
        int slot = 0;
        while (slot < CONNECTIONS && clients[slot] >= 0) slot++;
        if (slot == CONNECTIONS) {
            close(client);
            continue;
        }
        clients[slot] = client;
        servers[slot] = unix_socket(arguments[2], 0);
        ways[2 * slot] = (struct direction){.in = client, .out = servers[slot]};
        ways[2 * slot + 1] = (struct direction){.in = servers[slot], .out = client};
    }
}
