/*
 * The yardstick of the benchmark: copies a mailbox from one IMAP server to another as fast as the servers can, and knows
 * nothing else. On each of a few pairs of connections, one FETCH for a folder is streamed into MULTIAPPENDs of 500
 * messages, with their flags and dates, as IMAP literals that need no leave (RFC 7888). It keeps no record, recognises
 * nothing, and stops at the first thing that is not as it expects; it works with Dovecot and folder names in plain ASCII.
 *
 * barecopy SOURCE_PORT DESTINATION_PORT USER PASSWORD NEW_USER NEW_PASSWORD CONNECTIONS
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BUFFER = 1 << 17, MOST_FOLDERS = 4096, GROUP = 500 };

struct wire {
  int socket;
  char in[BUFFER];
  size_t from, to;
  char out[BUFFER];
  size_t filled;
};

struct folder {
  char name[512];
  long size;
  int lane;
};

static struct folder folders[MOST_FOLDERS];
static int count;

static void fail(const char *what) {
  fprintf(stderr, "barecopy: %s\n", what);
  exit(1);
}

static struct wire *dial(int port) {
  struct wire *wire = calloc(1, sizeof *wire);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  int on = 1;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  wire->socket = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(wire->socket, (struct sockaddr *)&address, sizeof address) != 0) fail("cannot connect");
  setsockopt(wire->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return wire;
}

static void flush(struct wire *wire) {
  size_t sent = 0;
  while (sent < wire->filled) {
    ssize_t n = write(wire->socket, wire->out + sent, wire->filled - sent);
    if (n <= 0) fail("the connection was lost");
    sent += n;
  }
  wire->filled = 0;
}

static void put(struct wire *wire, const char *octets, size_t length) {
  while (length > 0) {
    size_t n = BUFFER - wire->filled < length ? BUFFER - wire->filled : length;
    memcpy(wire->out + wire->filled, octets, n);
    wire->filled += n;
    octets += n;
    length -= n;
    if (wire->filled == BUFFER) flush(wire);
  }
}

static void say(struct wire *wire, const char *format, ...) {
  char text[4096];
  va_list values;
  va_start(values, format);
  put(wire, text, vsnprintf(text, sizeof text, format, values));
  va_end(values);
}

static void fill(struct wire *wire) {
  if (wire->from == wire->to) wire->from = wire->to = 0;
  if (wire->to == BUFFER) {
    memmove(wire->in, wire->in + wire->from, wire->to - wire->from);
    wire->to -= wire->from;
    wire->from = 0;
  }
  ssize_t n = read(wire->socket, wire->in + wire->to, BUFFER - wire->to);
  if (n <= 0) fail("the connection was lost");
  wire->to += n;
}

/* The next line without its end; good until the next call. */
static char *hear(struct wire *wire) {
  for (size_t seen = wire->from;;) {
    char *end = memchr(wire->in + seen, '\n', wire->to - seen);
    if (end != NULL) {
      char *line = wire->in + wire->from;
      wire->from = end + 1 - wire->in;
      *end = 0;
      if (end > line && end[-1] == '\r') end[-1] = 0;
      return line;
    }
    size_t known = wire->to - wire->from;
    fill(wire);
    seen = wire->from + known;
  }
}

static void await(struct wire *wire, const char *tag) {
  for (;;) {
    char *line = hear(wire);
    if (strncmp(line, tag, strlen(tag)) == 0) {
      if (strncmp(line + strlen(tag), " OK", 3) != 0) fail(line);
      return;
    }
    /* A folder may be there already. */
    if (line[0] != '*' && line[0] != 'd' && strncmp(line + 1, " OK", 3) != 0) fail(line);
  }
}

static void list(int port, const char *user, const char *password) {
  struct wire *wire = dial(port);
  say(wire, "a LOGIN %s %s\r\nb LIST \"\" * RETURN (STATUS (SIZE MESSAGES))\r\n", user, password);
  flush(wire);
  for (char *line = hear(wire); strncmp(line, "b ", 2) != 0; line = hear(wire)) {
    char name[512];
    long size;
    if (sscanf(line, "* STATUS \"%511[^\"]\" (MESSAGES %*d SIZE %ld)", name, &size) == 2 ||
        sscanf(line, "* STATUS %511s (MESSAGES %*d SIZE %ld)", name, &size) == 2) {
      strcpy(folders[count].name, name);
      folders[count++].size = size;
    }
  }
  close(wire->socket);
}

static int larger(const void *one, const void *other) {
  long difference = ((const struct folder *)other)->size - ((const struct folder *)one)->size;
  return difference > 0 ? 1 : difference < 0 ? -1 : 0;
}

/* The largest folder first, each to the lane that has least. */
static void share(int lanes) {
  long load[64] = {0};
  qsort(folders, count, sizeof *folders, larger);
  for (int i = 0; i < count; i++) {
    int least = 0;
    for (int lane = 1; lane < lanes; lane++)
      if (load[lane] < load[least]) least = lane;
    folders[i].lane = least;
    load[least] += folders[i].size;
  }
}

static void pass(struct wire *source, struct wire *destination, long octets) {
  while (octets > 0) {
    size_t there = source->to - source->from;
    if (there == 0) {
      fill(source);
      continue;
    }
    size_t n = (long)there < octets ? there : (size_t)octets;
    put(destination, source->in + source->from, n);
    source->from += n;
    octets -= n;
  }
}

static void copy(struct wire *source, struct wire *destination, const char *name) {
  int group = 0;
  for (;;) {
    char *line = hear(source);
    if (strncmp(line, "f ", 2) == 0) {
      if (strncmp(line, "f OK", 4) != 0) fail(line);
      break;
    }
    char *flags = strstr(line, "FLAGS ("), *date = strstr(line, "INTERNALDATE \""), *body = strstr(line, "BODY[] {");
    if (strncmp(line, "* ", 2) != 0 || flags == NULL || date == NULL || body == NULL) continue;
    char kept[1024] = "";
    char *end = strchr(flags, ')');
    *end = 0;
    for (char *flag = strtok(flags + 7, " "); flag != NULL; flag = strtok(NULL, " "))
      if (strcmp(flag, "\\Recent") != 0) {
        if (kept[0]) strcat(kept, " ");
        strcat(kept, flag);
      }
    date[40] = 0;
    long octets = atol(body + 8);
    if (group == GROUP) {
      say(destination, "\r\n");
      group = 0;
    }
    if (group++ == 0) say(destination, "c APPEND \"%s\"", name);
    say(destination, " (%s) \"%s\" {%ld+}\r\n", kept, date + 14, octets);
    pass(source, destination, octets);
    hear(source);
  }
  if (group > 0) say(destination, "\r\n");
}

static void work(int lane, int from, int to, char **names) {
  struct wire *source = dial(from), *destination = dial(to);
  say(source, "a LOGIN %s %s\r\n", names[0], names[1]);
  say(destination, "a LOGIN %s %s\r\n", names[2], names[3]);
  for (int i = 0; i < count; i++)
    if (folders[i].lane == lane) {
      say(source, "e EXAMINE \"%s\"\r\nf UID FETCH 1:* (FLAGS INTERNALDATE BODY.PEEK[])\r\n", folders[i].name);
      if (strcmp(folders[i].name, "INBOX") != 0) say(destination, "d CREATE \"%s\"\r\n", folders[i].name);
    }
  flush(source);
  flush(destination);
  for (int i = 0; i < count; i++)
    if (folders[i].lane == lane) copy(source, destination, folders[i].name);
  say(destination, "z NOOP\r\n");
  flush(destination);
  await(destination, "z");
}

int main(int values, char **value) {
  if (values != 8) fail("SOURCE_PORT DESTINATION_PORT USER PASSWORD NEW_USER NEW_PASSWORD CONNECTIONS");
  int from = atoi(value[1]), to = atoi(value[2]), lanes = atoi(value[7]), status;
  list(from, value[3], value[4]);
  share(lanes);
  for (int lane = 0; lane < lanes; lane++)
    if (fork() == 0) {
      work(lane, from, to, value + 3);
      _exit(0);
    }
  while (wait(&status) > 0)
    if (status != 0) return 1;
  return 0;
}
