/*
 * What a Raspberry Pi has beside its pins, for a process that has this library preloaded: files under VIRTUAL_PI_ROOT stand for the
 * machine's own, an SPI device converts with the virtual Pi's converter, and the kernel's thermometer shows the virtual Pi's chip.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/spi/spidev.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "line.h"

#define LONGEST_PATH 4096
#define MOST_FDS 4096
#define CHIP_SELECTS 2
#define CLOCKS 16
#define CONVERSION_BYTES 3
#define MOST_MESSAGES 511
#define USUAL_HZ 500000
/* The thermometer MCP9808 on the bus. */
#define THERMOMETER_BUS 1
#define THERMOMETER_ADDRESS 0x18
#define TEMPERATURE_REGISTER 5

/* Chip select of an opened SPI device, and one more; 0 for any other file. */
static char spi_device[MOST_FDS];

/* ---- files of the machine ---- */

/* The file that stands for `path`, or `path` itself. */
static const char *standing_for(const char *path, int creates, char *into) {
  const char *root = getenv("VIRTUAL_PI_ROOT");
  if (root == NULL || path == NULL || path[0] != '/') return path;
  if (snprintf(into, LONGEST_PATH, "%s%s", root, path) >= LONGEST_PATH) return path;
  if (access(into, F_OK) == 0) return into;
  if (!creates) return path;
  char *name = strrchr(into, '/');
  *name = 0;
  int there = strcmp(into, root) != 0 && access(into, F_OK) == 0;
  *name = '/';
  return there ? into : path;
}

static int ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* A file that holds the temperature, in thousandths of a degree. */
static int thermometer_file(void) {
  static struct line bus = NO_LINE;
  char text[16];
  int handle = line_ask(&bus, I2CO, THERMOMETER_BUS, THERMOMETER_ADDRESS, 1, 0);
  int word = handle < 0 ? handle : line_ask(&bus, I2CRW, (uint32_t)handle, TEMPERATURE_REGISTER, 0, 0);
  if (handle >= 0) line_ask(&bus, I2CC, (uint32_t)handle, 0, 0, 0);
  if (word < 0) {
    errno = EIO;
    return -1;
  }
  int raw = (word & 0xff) << 8 | word >> 8;
  int sixteenths = (raw & 0xfff) - (raw & 0x1000);
  int fd = memfd_create("temperature", MFD_CLOEXEC);
  int length = snprintf(text, sizeof text, "%d\n", sixteenths * 1000 / 16);
  if (fd < 0 || write(fd, text, (size_t)length) != length || lseek(fd, 0, SEEK_SET) != 0) return -1;
  return fd;
}

static int open_file(const char *name, const char *path, int flags, mode_t mode) {
  char place[LONGEST_PATH];
  const char *standing = standing_for(path, flags & O_CREAT, place);
  if (standing != path && ends_with(path, "/temp1_input")) return thermometer_file();
  int (*really)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, name);
  int fd = really(standing, flags, mode);
  if (fd >= 0 && fd < MOST_FDS) {
    const char *device = strstr(path, "/dev/spidev0.");
    spi_device[fd] = standing != path && device == path ? (char)(path[strlen("/dev/spidev0.")] - '0' + 1) : 0;
  }
  return fd;
}

#define OPENING(name)                                   \
  int name(const char *path, int flags, ...) {          \
    va_list more;                                       \
    va_start(more, flags);                              \
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0; \
    va_end(more);                                       \
    return open_file(#name, path, flags, mode);         \
  }
OPENING(open)
OPENING(open64)

typedef int scan_fn(const char *, struct dirent64 ***, int (*)(const struct dirent64 *), int (*)(const struct dirent64 **, const struct dirent64 **));

int scandir64(const char *path, struct dirent64 ***names, int (*wanted)(const struct dirent64 *), int (*order)(const struct dirent64 **, const struct dirent64 **)) {
  char place[LONGEST_PATH];
  scan_fn *really = (scan_fn *)dlsym(RTLD_NEXT, "scandir64");
  return really(standing_for(path, 0, place), names, wanted, order);
}

/* ---- SPI ---- */

static struct line bus = NO_LINE;
static struct { uint32_t hz; int handle; } clocks[CHIP_SELECTS][CLOCKS];
static pthread_mutex_t sending = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t waiting = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t served = PTHREAD_COND_INITIALIZER;
static unsigned taken, done;

/* The virtual Pi's handle for a clock; called with `sending` held, and with nobody waiting for a reply when the clock is new. */
static int handle_for(int select, uint32_t hz) {
  for (int slot = 0; slot < CLOCKS; slot += 1) {
    if (clocks[select][slot].hz == hz) return clocks[select][slot].handle;
    if (clocks[select][slot].hz != 0) continue;
    pthread_mutex_lock(&waiting);
    while (done != taken) pthread_cond_wait(&served, &waiting);
    pthread_mutex_unlock(&waiting);
    int handle = line_ask(&bus, SPIO, (uint32_t)select, hz, 1, 0);
    if (handle >= 0) clocks[select][slot].hz = hz;
    clocks[select][slot].handle = handle;
    return handle;
  }
  return -1;
}

/* All transfers of a message, sent together; the bus goes on to the next message without waiting for who asked. */
static int transfer(int select, const struct spi_ioc_transfer *each, unsigned count) {
  static uint8_t requests[MOST_MESSAGES * (2 * HEADER_BYTES + CONVERSION_BYTES)];
  size_t length = 0;
  int total = 0, failed = 0;
  pthread_mutex_lock(&sending);
  for (unsigned at = 0; at < count && !failed; at += 1) {
    int handle = handle_for(select, each[at].speed_hz == 0 ? USUAL_HZ : each[at].speed_hz);
    failed = handle < 0 || each[at].len != CONVERSION_BYTES || (at + 1 < count && !each[at].cs_change);
    if (failed) break;
    length += line_request(requests + length, SPIX, (uint32_t)handle, 0, (const void *)(uintptr_t)each[at].tx_buf, each[at].len);
    if (each[at].delay_usecs > 0) length += line_request(requests + length, MICS, each[at].delay_usecs, 0, NULL, 0);
  }
  failed = failed || line_open(&bus) != 0 || line_send(bus.fd, requests, length) != 0;
  unsigned mine = taken;
  if (!failed) taken += 1;
  pthread_mutex_unlock(&sending);
  if (failed) return -1;

  pthread_mutex_lock(&waiting);
  while (done != mine) pthread_cond_wait(&served, &waiting);
  pthread_mutex_unlock(&waiting);
  for (unsigned at = 0; at < count && !failed; at += 1) {
    int32_t head[4];
    uint8_t bytes[CONVERSION_BYTES];
    failed = line_receive(bus.fd, head, sizeof head) != 0 || head[3] != CONVERSION_BYTES || line_receive(bus.fd, bytes, sizeof bytes) != 0;
    if (!failed && each[at].rx_buf != 0) memcpy((void *)(uintptr_t)each[at].rx_buf, bytes, sizeof bytes);
    if (!failed && each[at].delay_usecs > 0) failed = line_receive(bus.fd, head, sizeof head) != 0;
    total += CONVERSION_BYTES;
  }
  pthread_mutex_lock(&waiting);
  done += 1;
  pthread_cond_broadcast(&served);
  pthread_mutex_unlock(&waiting);
  return failed ? -1 : total;
}

int ioctl(int fd, unsigned long request, ...) {
  va_list more;
  va_start(more, request);
  void *argument = va_arg(more, void *);
  va_end(more);
  if (fd >= 0 && fd < MOST_FDS && spi_device[fd] != 0 && _IOC_TYPE(request) == SPI_IOC_MAGIC) {
    if (_IOC_NR(request) != 0) {
      if (_IOC_DIR(request) == _IOC_READ) memset(argument, 0, _IOC_SIZE(request));
      return 0;
    }
    int total = transfer(spi_device[fd] - 1, argument, _IOC_SIZE(request) / sizeof(struct spi_ioc_transfer));
    if (total < 0) errno = EIO;
    return total;
  }
  int (*really)(int, unsigned long, ...) = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
  return really(fd, request, argument);
}
