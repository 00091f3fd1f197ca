/* A connection to the virtual Pi's socket. */
#ifndef LINE_H
#define LINE_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

/* Commands of the socket; src/pi/protocol/commands.ts has them all. */
enum {
  MODES = 0, MODEG = 1, PUD = 2, READ = 3, WRITE = 4, PWM = 5, PRS = 6, PFS = 7, BR1 = 10, BC1 = 12, BS1 = 14, TICK = 16, HWVER = 17,
  NB = 19, PRG = 22, PFG = 23, PRRG = 24, TRIG = 37, MICS = 46, I2CO = 54, I2CC = 55, I2CRW = 63, SPIO = 71, SPIX = 75, GDC = 83, HP = 86,
  FG = 97, NOIB = 99
};
#define UNKNOWN_COMMAND -88
#define HEADER_BYTES 16

struct line {
  int fd;
  pthread_mutex_t turn;
  /* Requests whose answers nobody waited for, and the first of their refusals that nobody heard of. */
  unsigned unanswered;
  int refusal;
};
#define NO_LINE { -1, PTHREAD_MUTEX_INITIALIZER, 0, 0 }

/* Connects to the port that VIRTUAL_PI_PORT names; 0 where there is one, or already was. */
int line_open(struct line *line);
void line_close(struct line *line);
/* Asks and waits. `word` is the extension, where `with_word`. @returns the result; UNKNOWN_COMMAND where nobody answers */
int line_ask(struct line *line, uint32_t command, uint32_t p1, uint32_t p2, int with_word, uint32_t word);
/* Asks and does not wait. A refusal is the result of the next `line_ask`. @returns 0; UNKNOWN_COMMAND where nobody listens */
int line_post(struct line *line, uint32_t command, uint32_t p1, uint32_t p2, int with_word, uint32_t word);

/* Parts, for who does not wait after each. */
size_t line_request(uint8_t *into, uint32_t command, uint32_t p1, uint32_t p2, const void *extension, uint32_t length);
int line_send(int fd, const uint8_t *bytes, size_t length);
int line_receive(int fd, void *bytes, size_t length);

#endif
