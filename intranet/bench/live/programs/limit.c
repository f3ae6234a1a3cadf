/* The least a server can do that keeps what it is told: one thread, a log, fdatasync, and the same bytes to everybody.

   limit LOG     listens on a port of the loopback that it prints. No person, no right, no retry, no conversation but one.

   It speaks as much of docs/protocol.md as the generator does: watch with "after", say, ok, event. What arrives in one
   turn of the loop is written and synced once, then answered, then told. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1 << 16, EVENTS = 512, INPUT = 1 << 17 };
static const size_t ROOM = 8ull << 30;       /* of addresses, not of memory */

struct client {
    int is_open, upgraded, watches, is_waiting;
    size_t cursor;                           /* what it was sent of the log */
    char *input, *answers;
    size_t input_size, answers_size, answers_room;
};

static struct client clients[MOST];          /* by file descriptor */
static int order[MOST], place[MOST], watcher_count, epoll, log_file;
static char *told;                           /* the frames, one after the other */
static size_t head, synced, *starts;         /* of each event, by seq */
static long seq;

static void die(const char *what) { perror(what); exit(1); }

/* --- RFC 6455, section 1.3 --- */

static uint32_t turned(uint32_t x, int n) { return x << n | x >> (32 - n); }

static void sha1(const unsigned char *data, size_t size, unsigned char out[20]) {
    uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0}, w[80];
    unsigned char block[256] = {0};
    size_t blocks = (size + 8) / 64 + 1;
    memcpy(block, data, size), block[size] = 0x80;
    for (int i = 0; i < 8; i++) block[blocks * 64 - 1 - i] = (uint64_t)size * 8 >> 8 * i;
    for (size_t b = 0; b < blocks; b++) {
        for (int i = 0; i < 16; i++) {
            unsigned char *p = block + b * 64 + i * 4;
            w[i] = (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
        }
        for (int i = 16; i < 80; i++) w[i] = turned(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        uint32_t a = h[0], c = h[1], d = h[2], e = h[3], f = h[4];
        for (int i = 0; i < 80; i++) {
            uint32_t k = i < 20 ? 0x5A827999 + ((c & d) | (~c & e)) : i < 40 ? 0x6ED9EBA1 + (c ^ d ^ e)
                : i < 60 ? 0x8F1BBCDC + ((c & d) | (c & e) | (d & e)) : 0xCA62C1D6 + (c ^ d ^ e);
            uint32_t next = turned(a, 5) + k + f + w[i];
            f = e, e = d, d = turned(c, 30), c = a, a = next;
        }
        h[0] += a, h[1] += c, h[2] += d, h[3] += e, h[4] += f;
    }
    for (int i = 0; i < 20; i++) out[i] = h[i / 4] >> (24 - 8 * (i % 4));
}

static void accept_key(const char *key, size_t size, char out[32]) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char sum[21] = {0};
    char text[128];
    int length = snprintf(text, sizeof text, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", (int)size, key);
    sha1((unsigned char *)text, length, sum);
    for (int i = 0, o = 0; i < 21; i += 3) {
        uint32_t three = sum[i] << 16 | sum[i + 1] << 8 | sum[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6) out[o++] = digits[three >> shift & 63];
    }
    out[27] = '=', out[28] = 0;
}

/* --- out --- */

static size_t framed(char *out, size_t size) {
    out[0] = (char)0x81;
    if (size < 126) { out[1] = size; return 2; }
    if (size < 65536) { out[1] = 126, out[2] = size >> 8, out[3] = size; return 4; }
    out[1] = 127;
    for (int i = 0; i < 8; i++) out[2 + i] = (uint64_t)size >> (56 - 8 * i);
    return 10;
}

static void let_go(int fd) {
    struct client *client = &clients[fd];
    if (client->watches) {
        int last = order[--watcher_count];
        order[place[fd]] = last, place[last] = place[fd];
    }
    free(client->input), free(client->answers);
    memset(client, 0, sizeof *client);
    close(fd);
}

static void wait_for_room(int fd, int wait) {
    struct epoll_event wanted = {.events = wait ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.fd = fd};
    if (clients[fd].is_waiting != wait) epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &wanted);
    clients[fd].is_waiting = wait;
}

/* What it lacks of the log, and between two events its answers. */
static void send_lacking(int fd) {
    struct client *client = &clients[fd];
    while (client->watches && client->cursor < head) {
        ssize_t done = send(fd, told + client->cursor, head - client->cursor, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (done < 0) { wait_for_room(fd, 1); return; }
        client->cursor += done;
    }
    if (client->answers_size) {
        ssize_t done = send(fd, client->answers, client->answers_size, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (done < 0) { wait_for_room(fd, 1); return; }
        memmove(client->answers, client->answers + done, client->answers_size -= done);
        if (client->answers_size) { wait_for_room(fd, 1); return; }
    }
    if (client->is_waiting) wait_for_room(fd, 0);
}

static void answer(int fd, const char *text, size_t size) {
    struct client *client = &clients[fd];
    if (client->answers_size + size + 10 > client->answers_room)
        client->answers = realloc(client->answers, client->answers_room = 2 * client->answers_room + size + 64);
    char *out = client->answers + client->answers_size;
    size_t start = framed(out, size);
    memcpy(out + start, text, size);
    client->answers_size += start + size;
}

/* --- in --- */

static long number_after(const char *text, const char *name, long otherwise) {
    const char *found = strstr(text, name);
    return found ? strtol(found + strlen(name), NULL, 10) : otherwise;
}

/* The text of a JSON string, as it is written between its quotes. */
static size_t string_after(const char *text, const char *name, const char **start) {
    const char *found = strstr(text, name), *end;
    if (!found) return 0;
    for (end = *start = found + strlen(name); *end && *end != '"'; end++) if (*end == '\\' && end[1]) end++;
    return end - *start;
}

static void on_say(int fd, const char *text) {
    char stamp[40], reply[200];
    const char *cid = "", *body = "";
    int cid_size = string_after(text, "\"cid\":\"", &cid), body_size = string_after(text, "\"body\":\"", &body);
    struct timespec t;
    struct tm day;
    clock_gettime(CLOCK_REALTIME, &t);
    size_t end = strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", gmtime_r(&t.tv_sec, &day));
    snprintf(stamp + end, sizeof stamp - end, ".%03ldZ", t.tv_nsec / 1000000);
    static char event[2 * INPUT + 1000];
    seq++;
    size_t size = snprintf(event, sizeof event,
        "{\"is\":\"event\",\"stream\":\"thread:1\",\"seq\":%ld,\"kind\":\"message.posted\",\"at\":\"%s\",\"payload\":{\"id\":%ld,"
        "\"seq\":%ld,\"cid\":\"%.*s\",\"author\":{\"id\":%d,\"name\":\"Person %d\",\"photo\":\"\",\"is_guest\":false},"
        "\"html\":\"<p>%.*s</p>\",\"body\":\"%.*s\",\"reply_to\":null,\"posted_at\":\"%s\"}}",
        seq, stamp, seq, seq, cid_size, cid, fd, fd, body_size, body, body_size, body, stamp);
    starts[seq] = head;
    head += framed(told + head, size);
    memcpy(told + head, event, size), head += size;
    answer(fd, reply, snprintf(reply, sizeof reply, "{\"is\":\"ok\",\"ref\":%ld,\"id\":%ld,\"seq\":%ld,\"cid\":\"%.*s\"}",
                               number_after(text, "\"ref\":", 0), seq, seq, cid_size, cid));
}

static void on_watch(int fd, const char *text) {
    char reply[200];
    long after = number_after(text, "\"after\":", seq);
    clients[fd].cursor = after < seq ? starts[after + 1] : head;
    if (!clients[fd].watches) place[fd] = watcher_count, order[watcher_count++] = fd;
    clients[fd].watches = 1;
    answer(fd, reply, snprintf(reply, sizeof reply, "{\"is\":\"ok\",\"ref\":%ld,\"stream\":\"thread:1\",\"head\":%ld}",
                               number_after(text, "\"ref\":", 0), seq));
    if (head == synced) send_lacking(fd);
}

static int upgrade(int fd) {
    struct client *client = &clients[fd];
    char key[32], reply[200], *end = strstr(client->input, "\r\n\r\n"), *found;
    if (!end) return 0;
    found = strcasestr(client->input, "sec-websocket-key: ");
    if (!found) { let_go(fd); return 0; }
    found += 19;
    accept_key(found, strcspn(found, "\r"), key);
    int size = snprintf(reply, sizeof reply, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", key);
    if (send(fd, reply, size, MSG_NOSIGNAL) != size) { let_go(fd); return 0; }
    client->upgraded = 1;
    answer(fd, "{\"is\":\"welcome\",\"protocol\":1}", 29);
    send_lacking(fd);
    client->input_size -= end + 4 - client->input;
    memmove(client->input, end + 4, client->input_size + 1);
    return 1;
}

static void take_frames(int fd) {
    struct client *client = &clients[fd];
    unsigned char *data = (unsigned char *)client->input;
    size_t start = 0;
    while (start + 6 <= client->input_size) {
        size_t begin = 2, size = data[start + 1] & 127;
        if (size == 127) { let_go(fd); return; }
        if (size == 126) begin = 4, size = data[start + 2] << 8 | data[start + 3];
        if (start + begin + 4 + size > client->input_size) break;
        unsigned char *mask = data + start + begin, *text = mask + 4;
        for (size_t i = 0; i < size; i++) text[i] ^= mask[i & 3];
        unsigned char kept = text[size];
        int opcode = data[start] & 15;
        text[size] = 0, start += begin + 4 + size;
        if (opcode == 8) { let_go(fd); return; }
        if (opcode == 1 && strstr((char *)text, "\"do\":\"say\"")) on_say(fd, (char *)text);
        else if (opcode == 1 && strstr((char *)text, "\"do\":\"watch\"")) on_watch(fd, (char *)text);
        text[size] = kept;
    }
    client->input_size -= start;
    memmove(client->input, client->input + start, client->input_size);
}

static void on_readable(int fd) {
    struct client *client = &clients[fd];
    if (!client->input) client->input = malloc(INPUT + 1);
    ssize_t size = recv(fd, client->input + client->input_size, INPUT - client->input_size, MSG_DONTWAIT);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) { let_go(fd); return; }
    client->input[client->input_size += size] = 0;
    if (client->upgraded || upgrade(fd)) take_frames(fd);
    if (clients[fd].is_open && !client->input_size) free(client->input), client->input = NULL;
}

static void take_in(int listener) {
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        int one = 1, room = 128 * 1024;
        if (fd >= MOST) { close(fd); continue; }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
        struct epoll_event wanted = {.events = EPOLLIN, .data.fd = fd};
        clients[fd].is_open = 1;
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &wanted);
    }
}

static void keep_and_tell(const int *sayers, int count) {
    if (head > synced) {
        if (write(log_file, told + synced, head - synced) != (ssize_t)(head - synced) || fdatasync(log_file)) die("log");
        synced = head;
        for (int i = 0; i < watcher_count; i++) if (!clients[order[i]].is_waiting) send_lacking(order[i]);
    }
    for (int i = 0; i < count; i++) if (clients[sayers[i]].is_open && !clients[sayers[i]].is_waiting) send_lacking(sayers[i]);
}

int main(int count, char **words) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    struct epoll_event events[EVENTS];
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), sayers[EVENTS];
    if (count != 2 || (log_file = open(words[1], O_CREAT | O_WRONLY | O_APPEND, 0600)) < 0) die("log");
    told = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    starts = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (told == MAP_FAILED || starts == MAP_FAILED) die("mmap");
    if (bind(listener, (void *)&address, size) || listen(listener, 4096)) die("listen");
    getsockname(listener, (void *)&address, &size);
    printf("%d\n", ntohs(address.sin_port)), fflush(stdout);
    epoll = epoll_create1(0);
    struct epoll_event wanted = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &wanted);
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1), sayer_count = 0;
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) take_in(listener);
            else if (!clients[fd].is_open) continue;
            else {
                if (events[i].events & EPOLLOUT) send_lacking(fd);
                if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) on_readable(fd), sayers[sayer_count++] = fd;
            }
        }
        keep_and_tell(sayers, sayer_count);
    }
}
