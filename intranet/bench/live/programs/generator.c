/* Many WebSocket clients of one server, in one thread: says, counts, and checks that everybody was told everything.

   generator CONFIG     then one command a line on stdin, one JSON object a line on stdout.

   The words of a message begin with "Tour ^bS.K^": the K-th message of sender S. Every client must be told each sender's
   messages without a hole, a double or a step back, and all clients must be told all of them in the same order.
   The config and the commands are described in generator.py; slow_generator.py is the same in Python. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 1 << 18, EVENTS = 512, RECENT = 8192, STEPS = 40, VARIABLES = 9, SENDERS = 64, MOST = 20000, PAUSE = 150 };
enum kind { RAW, TEXT, WAIT };
enum state { CLOSED, CONNECTING, UPGRADING, SPEAKING, OPEN };

struct step { enum kind kind; char *text; };
struct script { struct step steps[STEPS]; int count; };

struct client {
    int fd, step, was_open, stalled;
    enum state state;
    struct script *script;
    char *variables[VARIABLES];
    unsigned char *held;                 /* the beginning of a frame whose end has not come */
    size_t held_size;
    long seq;                            /* the server's own number of the last event */
    uint64_t order;                      /* of what was told since the last check */
    int spoiled;
    uint32_t next[SENDERS];              /* of each sender, the message to be told */
    uint64_t seen[SENDERS];              /* and which of the 64 before it were */
};

static struct client *clients;
static int client_count, sender_count = 50, port_count, echo_is_ack, receive_buffer, small_from = MOST;
static int ports[16], epoll, body_size = 60, recording;
static struct script opening, resuming;
static char *say;
static unsigned nonce;
static unsigned char buffer[BUFFER];

static uint32_t sent[SENDERS];
static uint64_t sent_at[SENDERS][RECENT], last_frame, last_delivery, last_ack, first_send;
static int told[SENDERS][RECENT];        /* to how many clients */
static int outstanding, window_goal;
static char waiting[SENDERS];            /* for an answer */
static int waiting_count, free_senders[SENDERS], free_count, asks_who_is_free;

static struct {
    long sent, acked, delivered, bytes, frames, lost, doubled, late, orders, errors, resets, closed;
    uint32_t receipt[64 * 48], ack[64 * 48];
    char note[200];
} slot;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void die(const char *what) { perror(what); exit(1); }

/* --- latencies: buckets 1.6 % wide --- */

static void record(uint32_t *histogram, uint64_t value) {
    int octave = 0;
    if (value >= 64) octave = 58 - __builtin_clzll(value);
    int place = octave ? octave * 64 + (int)(value >> (octave - 1) & 63) : (int)value;
    histogram[place < 64 * 48 ? place : 64 * 48 - 1]++;
}

static double quantile(uint32_t *histogram, double share) {
    uint64_t total = 0, passed = 0;
    for (int i = 0; i < 64 * 48; i++) total += histogram[i];
    for (int i = 0; i < 64 * 48 && total; i++) {
        passed += histogram[i];
        if (passed > share * (total - 1)) {
            int octave = i / 64;
            uint64_t value = octave ? (uint64_t)(64 + i % 64) << (octave - 1) : (uint64_t)i;
            return value / 1e6;
        }
    }
    return 0;
}

/* --- what a client says --- */

static void send_all(struct client *client, const void *data, size_t size) {
    const char *rest = data;
    while (size && client->fd >= 0) {
        ssize_t done = send(client->fd, rest, size, MSG_NOSIGNAL);
        if (done < 0 && errno == EAGAIN) { usleep(200); continue; }
        if (done < 0) return;
        rest += done, size -= done;
    }
}

static void send_frame(struct client *client, int opcode, const char *text, size_t size) {
    static unsigned char frame[BUFFER];
    size_t head = 2;
    frame[0] = 0x80 | opcode;
    if (size < 126) frame[1] = 0x80 | size;
    else frame[1] = 0x80 | 126, frame[2] = size >> 8, frame[3] = size, head = 4;
    memset(frame + head, 0, 4);          /* masked with zeros */
    memcpy(frame + head + 4, text, size);
    send_all(client, frame, head + 4 + size);
}

static size_t fill(char *out, const char *model, struct client *client, int sender, uint32_t number) {
    char *end = out;
    for (const char *from = model; *from; from++) {
        if (*from != '%') { *end++ = *from; continue; }
        switch (*++from) {
        case 'S': end += sprintf(end, "%ld", client->seq); break;
        case 'R': end += sprintf(end, "%u", number + 1000); break;
        case 'U': end += sprintf(end, "%08x-%04x-4000-8000-%012x", nonce, sender, number); break;
        case 'B': {
            static const char words[] = "La presse tourne, la mesure est prise. ";
            char *start = end;
            end += sprintf(end, "Tour ^b%d.%u^ ", sender, number);
            while (end - start < body_size) *end = words[(end - start) % (sizeof words - 1)], end++;
            break;
        }
        default:
            if (*from >= '1' && *from <= '9' && client->variables[*from - '1'])
                end += sprintf(end, "%s", client->variables[*from - '1']);
            else *end++ = *from;
        }
    }
    *end = 0;
    return end - out;
}

static void say_next(int sender) {
    static char text[BUFFER / 2];
    uint32_t number = sent[sender]++;
    size_t size = fill(text, say, &clients[sender], sender, number);
    sent_at[sender][number % RECENT] = now();
    told[sender][number % RECENT] = 0;
    if (!first_send) first_send = sent_at[sender][number % RECENT];
    slot.sent++, outstanding++;
    if (!waiting[sender]) waiting[sender] = 1, waiting_count++;
    send_frame(&clients[sender], 1, text, size);
}

/* --- what a client is told --- */

static void on_ack(int sender, uint32_t number, uint64_t at) {
    if (number >= sent[sender]) return;
    slot.acked++, last_ack = at;
    if (recording) record(slot.ack, at - sent_at[sender][number % RECENT]);
    if (waiting[sender] && number + 1 == sent[sender]) {
        waiting[sender] = 0, waiting_count--;
        if (asks_who_is_free) free_senders[free_count++] = sender;
    }
}

static void on_mark(struct client *client, int sender, uint32_t number, uint64_t at) {
    if (sender < 0 || sender >= SENDERS || number >= sent[sender]) return;
    uint32_t next = client->next[sender];
    uint64_t seen = client->seen[sender];
    slot.delivered++, last_delivery = at;
    client->order = (client->order ^ ((uint64_t)sender << 32 | number)) * 0x9E3779B97F4A7C15ull;
    if (number == next) client->seen[sender] = seen << 1 | 1, client->next[sender] = number + 1;
    else if (number > next) {
        uint32_t hole = number - next;
        slot.lost += hole, client->spoiled = 1;
        client->seen[sender] = (hole < 63 ? seen << (hole + 1) : 0) | 1, client->next[sender] = number + 1;
    } else {
        uint32_t back = next - 1 - number;
        client->spoiled = 1, slot.delivered--;
        if (back < 64 && !(seen >> back & 1)) {
            client->seen[sender] |= 1ull << back;
            slot.late++, slot.lost--, slot.delivered++;
        } else slot.doubled++;
    }
    if (recording) record(slot.receipt, at - sent_at[sender][number % RECENT]);
    if (++told[sender][number % RECENT] == window_goal) outstanding--;
    if (echo_is_ack && client == &clients[sender]) on_ack(sender, number, at);
}

static void advance(struct client *client);

static void on_text(struct client *client, const char *text, size_t size, uint64_t at) {
    const char *mark = memchr(text, '^', size);
    slot.frames++;
    if (mark && mark + 3 < text + size && mark[1] == 'b') {
        char *end;
        int sender = strtol(mark + 2, &end, 10);
        uint32_t number = *end == '.' ? strtoul(end + 1, &end, 10) : 0;
        const char *seq = memmem(text, size < 80 ? size : 80, "\"seq\":", 6);
        if (seq) client->seq = strtol(seq + 6, NULL, 10);
        if (*end == '^') on_mark(client, sender, number, at);
        return;
    }
    if (client->state == SPEAKING) {
        struct step *step = &client->script->steps[client->step];
        if (step->kind == WAIT && memmem(text, size, step->text, strlen(step->text))) client->step++, advance(client);
        return;
    }
    if (size > 17 && !memcmp(text, "{\"is\":\"ok\",\"ref\":", 17)) {
        long ref = strtol(text + 17, NULL, 10);
        if (ref >= 1000 && client - clients < SENDERS) on_ack(client - clients, ref - 1000, at);
    } else if (size > 13 && !memcmp(text, "{\"is\":\"error\"", 13)) {
        if (!slot.errors++) snprintf(slot.note, sizeof slot.note, "%.*s", (int)size, text);
    } else if (size > 13 && !memcmp(text, "{\"is\":\"reset\"", 13)) slot.resets++;
}

static void let_go(struct client *client) {
    if (client->fd >= 0) close(client->fd);
    client->fd = -1, client->state = CLOSED, client->held_size = 0;
    free(client->held), client->held = NULL;
}

static void advance(struct client *client) {
    static char text[BUFFER / 2];
    while (client->step < client->script->count) {
        struct step *step = &client->script->steps[client->step];
        if (step->kind == WAIT) return;
        size_t size = fill(text, step->text, client, 0, 0);
        if (step->kind == RAW) send_all(client, text, size), client->state = UPGRADING;
        else send_frame(client, 1, text, size);
        client->step++;
        if (step->kind == RAW) return;
    }
    if (!client->was_open) memcpy(client->next, sent, sizeof sent);
    client->state = OPEN, client->was_open = 1;
}

static size_t take_frames(struct client *client, unsigned char *data, size_t size, uint64_t at) {
    size_t start = 0;
    if (client->state == UPGRADING) {
        unsigned char *end = memmem(data, size, "\r\n\r\n", 4);
        if (!end) return 0;
        if (!memmem(data, end - data, " 101 ", 5)) {
            if (!slot.errors++) snprintf(slot.note, sizeof slot.note, "%.60s", data);
            let_go(client);
            return size;
        }
        start = end + 4 - data, client->state = SPEAKING;
        advance(client);
    }
    while (client->fd >= 0 && start + 2 <= size) {
        size_t head = 2, length = data[start + 1] & 127;
        int opcode = data[start] & 15;
        if (length == 126) {
            if (start + 4 > size) break;
            head = 4, length = data[start + 2] << 8 | data[start + 3];
        } else if (length == 127) {
            if (start + 10 > size) break;
            head = 10, length = 0;
            for (int i = 2; i < 10; i++) length = length << 8 | data[start + i];
        }
        if (start + head + length > size) break;
        if (opcode <= 2) on_text(client, (char *)data + start + head, length, at);
        else if (opcode == 9) send_frame(client, 10, (char *)data + start + head, length);
        else if (opcode == 8) { slot.closed++; let_go(client); return size; }
        start += head + length;
    }
    return start;
}

static void on_readable(struct client *client) {
    size_t held = client->held_size;
    if (held) memcpy(buffer, client->held, held);
    ssize_t size = recv(client->fd, buffer + held, BUFFER - held - 1, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) { slot.closed++; let_go(client); return; }
    uint64_t at = last_frame = now();
    slot.bytes += size, size += held;
    buffer[size] = 0;                    /* so that numbers end */
    size_t done = take_frames(client, buffer, size, at);
    if (client->fd < 0) return;
    size_t rest = size - done;
    if (rest) client->held = realloc(client->held, rest), memcpy(client->held, buffer + done, rest);
    else if (held) free(client->held), client->held = NULL;
    client->held_size = rest;
}

static void on_connected(struct client *client) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) { let_go(client); return; }
    struct epoll_event wanted = {.events = EPOLLIN, .data.u32 = client - clients};
    epoll_ctl(epoll, EPOLL_CTL_MOD, client->fd, &wanted);
    client->step = 0, client->script = client->was_open && resuming.count ? &resuming : &opening;
    advance(client);
}

/* Whatever the sockets hold, for at most `wait` milliseconds; returns whether stdin has a command.

   In a slot it looks every PAUSE microseconds instead of letting itself be woken: over the loopback the sender of a
   frame would pay for waking us, and a slow sender more often than a fast one. */
static int turn(int wait) {
    struct epoll_event events[EVENTS];
    int count, command = 0;
    if (recording && wait) usleep(PAUSE), wait = 0;
    count = epoll_wait(epoll, events, EVENTS, wait);
    for (int i = 0; i < count; i++) {
        if (events[i].data.u32 == UINT32_MAX) { command = 1; continue; }
        struct client *client = &clients[events[i].data.u32];
        if (client->state == CONNECTING) on_connected(client);
        else if (client->fd >= 0) on_readable(client);
    }
    return command;
}

/* --- commands --- */

static void answer(const char *format, ...) {
    va_list rest;
    va_start(rest, format);
    vprintf(format, rest);
    va_end(rest);
    putchar('\n'), fflush(stdout);
}

static void begin_connecting(struct client *client) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int number = client - clients, one = 1;
    address.sin_port = htons(ports[number % port_count]);
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (client->fd < 0) die("socket");
    if (number >= small_from) setsockopt(client->fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    client->state = CONNECTING;
    struct epoll_event wanted = {.events = EPOLLOUT, .data.u32 = number};
    epoll_ctl(epoll, EPOLL_CTL_ADD, client->fd, &wanted);
    if (connect(client->fd, (void *)&address, sizeof address) < 0 && errno != EINPROGRESS) let_go(client);
}

static void connect_all(int count, int at_once, int patience) {
    uint64_t begun = now(), deadline = begun + patience * 1000000000ull;
    int started = 0, open = 0;
    memset(&slot, 0, sizeof slot);
    if (count > client_count) count = client_count;
    while (now() < deadline) {
        int busy = open = 0;
        for (int i = 0; i < count; i++) {
            open += clients[i].state == OPEN;
            busy += clients[i].state != OPEN && clients[i].state != CLOSED;
        }
        if (open == count || (started >= count && !busy)) break;
        for (int i = started; i < count && busy < at_once; i++, started++)
            if (clients[i].state == CLOSED) begin_connecting(&clients[i]), busy++;
        turn(20);
    }
    for (int i = 0; i < count; i++) if (clients[i].state != OPEN) let_go(&clients[i]);
    answer("{\"open\": %d, \"seconds\": %.4f, \"note\": \"%s\"}", open, (now() - begun) / 1e9, open < count ? "not all" : "");
}

static int receivers(void) {
    int count = 0;
    for (int i = 0; i < client_count; i++) count += clients[i].state == OPEN && !clients[i].stalled;
    return count;
}

static int is_level(const struct client *client) {
    for (int s = 0; s < sender_count; s++) if (client->next[s] < sent[s]) return 0;
    return 1;
}

static int all_level(void) {
    for (int i = 0; i < client_count; i++)
        if (clients[i].state == OPEN && !clients[i].stalled && !is_level(&clients[i])) return 0;
    return 1;
}

/* Until everybody who reads has everything, or nothing has come for `quiet` milliseconds. */
static void drain(int quiet) {
    last_frame = now();
    while (now() - last_frame < quiet * 1000000ull && (waiting_count || !all_level())) turn(5);
}

/* What never came is lost; whoever was told everything was told it in the same order. */
static void check(void) {
    int any_stalled = 0, first = 1;
    uint64_t order = 0;
    for (int i = 0; i < client_count; i++) {
        struct client *client = &clients[i];
        any_stalled |= client->stalled;
        if (client->state != OPEN || client->stalled) continue;
        for (int s = 0; s < sender_count; s++)
            if (client->next[s] < sent[s]) {
                slot.lost += sent[s] - client->next[s], client->spoiled = 1;
                client->next[s] = sent[s], client->seen[s] = 0;
            }
        if (client->spoiled) continue;
        if (first) order = client->order, first = 0;
        else if (client->order != order) slot.orders++;
    }
    if (!any_stalled) for (int i = 0; i < client_count; i++) clients[i].order = 0, clients[i].spoiled = 0;
}

static void tell_slot(long expected) {
    for (char *c = slot.note; *c; c++) if (*c == '"' || *c == '\\' || (unsigned char)*c < 32) *c = ' ';
    double seconds = last_delivery > first_send ? (last_delivery - first_send) / 1e9 : 0;
    double ack_seconds = last_ack > first_send ? (last_ack - first_send) / 1e9 : 0;
    answer("{\"sent\": %ld, \"acked\": %ld, \"expected\": %ld, \"delivered\": %ld, \"bytes\": %ld, \"frames\": %ld, "
           "\"seconds\": %.6f, \"ack_seconds\": %.6f, \"lost\": %ld, \"doubled\": %ld, \"late\": %ld, \"orders\": %ld, "
           "\"errors\": %ld, \"resets\": %ld, \"closed\": %ld, \"receipt_p50\": %.4f, \"receipt_p99\": %.4f, "
           "\"ack_p50\": %.4f, \"ack_p99\": %.4f, \"note\": \"%s\"}",
           slot.sent, slot.acked, expected, slot.delivered, slot.bytes, slot.frames, seconds, ack_seconds,
           slot.lost, slot.doubled, slot.late, slot.orders, slot.errors, slot.resets, slot.closed,
           quantile(slot.receipt, .5), quantile(slot.receipt, .99), quantile(slot.ack, .5), quantile(slot.ack, .99),
           slot.note);
}

static void begin_slot(void) {
    memset(&slot, 0, sizeof slot);
    memset(waiting, 0, sizeof waiting);
    waiting_count = outstanding = free_count = asks_who_is_free = 0;
    first_send = last_delivery = last_ack = 0;
    last_frame = now();
    recording = 1, window_goal = receivers();
}

static void end_slot(int quiet) {
    drain(quiet);
    recording = 0;
    check();
    tell_slot(slot.sent * (long)receivers());
}

/* As many messages outstanding as `window`, each until everybody has it. */
static void run_window(int milliseconds, int window, int quiet) {
    int sender = 0;
    begin_slot();
    uint64_t until = now() + milliseconds * 1000000ull;
    while (now() < until) {
        for (; outstanding < window; sender = (sender + 1) % sender_count) say_next(sender);
        turn(5);
        if (now() - last_frame > quiet * 1000000ull) break;
    }
    end_slot(quiet);
}

/* `rate` messages a second, whoever has them. */
static void run_rate(int milliseconds, double rate, int quiet) {
    begin_slot();
    uint64_t begun = now(), until = begun + milliseconds * 1000000ull;
    for (long number = 0; ; number++) {
        uint64_t due = begun + number / rate * 1e9;
        if (due >= until) break;
        for (uint64_t at = now(); at < due; at = now()) turn((due - at) / 1000000);
        say_next(number % sender_count);
    }
    end_slot(quiet);
}

/* Each of `count` senders says its next when the last was answered. */
static void run_acks(int milliseconds, int count, int quiet) {
    begin_slot();
    asks_who_is_free = 1;
    uint64_t until = now() + milliseconds * 1000000ull;
    for (int s = 0; s < count && s < sender_count; s++) say_next(s);
    while (now() < until && now() - last_frame < quiet * 1000000ull) {
        int freed = free_count;
        free_count = 0;
        for (int i = 0; i < freed; i++) say_next(free_senders[i]);
        turn(5);
    }
    end_slot(quiet);
}

static void set_stalled(int from, int stalled) {
    for (int i = from; i < client_count; i++) {
        struct client *client = &clients[i];
        if (client->state != OPEN || client->stalled == stalled) continue;
        client->stalled = stalled;
        struct epoll_event wanted = {.events = stalled ? 0 : EPOLLIN, .data.u32 = i};
        epoll_ctl(epoll, EPOLL_CTL_MOD, client->fd, &wanted);
    }
}

static void drop(int from) {
    for (int i = from; i < client_count; i++) let_go(&clients[i]);
    answer("{}");
}

/* What is said while others are away; they are checked when they are back. */
static void say_some(int count, int quiet) {
    begin_slot();
    recording = 0;
    for (int i = 0; i < count; i++) say_next(0);
    drain(quiet);
    answer("{\"sent\": %ld, \"acked\": %ld}", slot.sent, slot.acked);
}

static void level(int quiet) {           /* counts on from `connect` or `free` */
    drain(quiet);
    check();
    tell_slot(0);
}

static int obey(char *line) {
    char word[20];
    int a = 0, b = 0, c = 0;
    double rate;
    if (sscanf(line, "%19s %d %d %d", word, &a, &b, &c) < 1) return 1;
    if (!strcmp(word, "connect")) connect_all(a, b, c);
    else if (!strcmp(word, "window")) run_window(a, b, c);
    else if (!strcmp(word, "acks")) run_acks(a, b, c);
    else if (!strcmp(word, "rate") && sscanf(line, "%*s %d %lf %d", &a, &rate, &c) == 3) run_rate(a, rate, c);
    else if (!strcmp(word, "say")) say_some(a, b);
    else if (!strcmp(word, "drop")) drop(a);
    else if (!strcmp(word, "level")) level(a);
    else if (!strcmp(word, "stall")) set_stalled(a, 1), answer("{}");
    else if (!strcmp(word, "free")) begin_slot(), recording = 0, set_stalled(0, 0), answer("{}");
    else if (!strcmp(word, "body")) body_size = a, answer("{}");
    else if (!strcmp(word, "small")) small_from = a, receive_buffer = b, answer("{}");
    else return 0;
    return 1;
}

static char *unescaped(const char *text) {
    char *out = strdup(text), *to = out;
    for (; *text; text++) {
        if (*text != '\\') { *to++ = *text; continue; }
        text++;
        *to++ = *text == 'r' ? '\r' : *text == 'n' ? '\n' : *text == 't' ? '\t' : *text;
    }
    *to = 0;
    return out;
}

static void add_step(struct script *script, char *line) {
    char *text = strchr(line, ' ');
    *text++ = 0;
    script->steps[script->count].kind = !strcmp(line, "raw") ? RAW : !strcmp(line, "text") ? TEXT : WAIT;
    script->steps[script->count++].text = unescaped(text);
}

static void read_config(const char *path) {
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    if (!file) die(path);
    clients = calloc(MOST, sizeof *clients);
    while (getline(&line, &capacity, file) > 0) {
        line[strcspn(line, "\n")] = 0;
        char *rest = strchr(line, ' ');
        if (!rest) continue;
        *rest++ = 0;
        if (!strcmp(line, "port")) ports[port_count++] = atoi(rest);
        else if (!strcmp(line, "senders")) sender_count = atoi(rest);
        else if (!strcmp(line, "ack")) echo_is_ack = !strcmp(rest, "echo");
        else if (!strcmp(line, "open")) add_step(&opening, rest);
        else if (!strcmp(line, "resume")) add_step(&resuming, rest);
        else if (!strcmp(line, "say")) say = unescaped(rest);
        else if (!strcmp(line, "client") && client_count < MOST) {
            struct client *client = &clients[client_count++];
            client->fd = -1;
            int place = 0;
            for (char *word = strtok(rest, "\t"); word && place < VARIABLES; word = strtok(NULL, "\t"))
                client->variables[place++] = strdup(word);
        }
    }
    free(line), fclose(file);
    if (sender_count > client_count) sender_count = client_count;
}

int main(int count, char **words) {
    if (count != 2) return 2;
    read_config(words[1]);
    nonce = (unsigned)(now() ^ getpid() * 2654435761u);
    epoll = epoll_create1(0);
    struct epoll_event wanted = {.events = EPOLLIN, .data.u32 = UINT32_MAX};
    epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &wanted);
    answer("{\"clients\": %d}", client_count);
    for (;;) {
        char line[200];
        size_t size = 0;
        if (!turn(-1)) continue;
        while (size < sizeof line - 1 && read(0, line + size, 1) == 1 && line[size] != '\n') size++;
        line[size] = 0;
        if (!size || !obey(line)) return 0;
    }
}
