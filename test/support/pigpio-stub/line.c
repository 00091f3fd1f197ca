/* A connection to the virtual Pi's socket: 16 bytes of little-endian words and what follows, there and back. */
#include "line.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int line_open(struct line *line) {
  const char *port = getenv("VIRTUAL_PI_PORT");
  if (line->fd >= 0) return 0;
  if (port == NULL) return -1;
  struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)), .sin_addr = { htonl(INADDR_LOOPBACK) } };
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;
  if (fd < 0) return -1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd, (struct sockaddr *)&there, sizeof there) != 0) {
    close(fd);
    return -1;
  }
  line->fd = fd;
  return 0;
}

void line_close(struct line *line) {
  if (line->fd >= 0) close(line->fd);
  line->fd = -1;
  line->unanswered = 0;
  line->refusal = 0;
}

size_t line_request(uint8_t *into, uint32_t command, uint32_t p1, uint32_t p2, const void *extension, uint32_t length) {
  uint32_t head[4] = { command, p1, p2, length };
  memcpy(into, head, sizeof head);
  if (length > 0) memcpy(into + sizeof head, extension, length);
  return sizeof head + length;
}

int line_send(int fd, const uint8_t *bytes, size_t length) {
  for (size_t sent = 0; sent < length;) {
    ssize_t more = send(fd, bytes + sent, length - sent, MSG_NOSIGNAL);
    if (more <= 0) return -1;
    sent += (size_t)more;
  }
  return 0;
}

int line_receive(int fd, void *bytes, size_t length) {
  for (size_t taken = 0; taken < length;) {
    ssize_t more = recv(fd, (uint8_t *)bytes + taken, length - taken, 0);
    if (more <= 0) return -1;
    taken += (size_t)more;
  }
  return 0;
}

/* Takes in what was not waited for. */
static int caught_up(struct line *line) {
  for (; line->unanswered > 0; line->unanswered -= 1) {
    int32_t reply[4];
    if (line_receive(line->fd, reply, sizeof reply) != 0) return 0;
    if (reply[3] < 0 && line->refusal == 0) line->refusal = reply[3];
  }
  return 1;
}

static int sent(struct line *line, uint32_t command, uint32_t p1, uint32_t p2, int with_word, uint32_t word) {
  uint8_t request[HEADER_BYTES + sizeof word];
  size_t length = line_request(request, command, p1, p2, &word, with_word ? sizeof word : 0);
  return line_open(line) == 0 && line_send(line->fd, request, length) == 0;
}

int line_ask(struct line *line, uint32_t command, uint32_t p1, uint32_t p2, int with_word, uint32_t word) {
  int32_t reply[4];
  pthread_mutex_lock(&line->turn);
  int answered = sent(line, command, p1, p2, with_word, word) && caught_up(line) && line_receive(line->fd, reply, sizeof reply) == 0;
  int refusal = line->refusal;
  line->refusal = 0;
  pthread_mutex_unlock(&line->turn);
  if (refusal != 0) return refusal;
  return answered ? reply[3] : UNKNOWN_COMMAND;
}

int line_post(struct line *line, uint32_t command, uint32_t p1, uint32_t p2, int with_word, uint32_t word) {
  pthread_mutex_lock(&line->turn);
  int done = sent(line, command, p1, p2, with_word, word);
  if (done) line->unanswered += 1;
  pthread_mutex_unlock(&line->turn);
  return done ? 0 : UNKNOWN_COMMAND;
}
