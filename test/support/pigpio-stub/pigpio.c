/*
 * libpigpio as npm `pigpio` sees it, with the virtual Pi in place of a chip. It behaves as the library does where a driver can tell: one
 * process has the pins, every signal is taken, alerts come on a thread of their own, nothing is made safe at the end.
 */
#include "pigpio.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "line.h"

#define VERSION 79
#define LOCK "/var/run/pigpio.pid"
#define LAST_SIGNAL 63
#define NOT_HPWM_GPIO -95
#define REPORT_BYTES 12

static struct line pins = NO_LINE;
static struct line reports = NO_LINE;
static gpioAlertFunc_t alerts[PI_MAX_USER_GPIO + 1];
static uint32_t watched;
static uint32_t reported;
static int report_handle;
static pthread_t listener;
static unsigned interfaces;
static int initialised;

/* What a register tells is asked for. What is written to one is on its way when the call returns, as it is on a chip. */
static int ask(uint32_t command, uint32_t p1, uint32_t p2) { return line_ask(&pins, command, p1, p2, 0, 0); }
static int post(uint32_t command, uint32_t p1, uint32_t p2) { return line_post(&pins, command, p1, p2, 0, 0); }
static int post_with(uint32_t command, uint32_t p1, uint32_t p2, uint32_t word) { return line_post(&pins, command, p1, p2, 1, word); }

/* ---- one process has the pins ---- */

static int lock(void) {
  char text[32] = "";
  int fd = open(LOCK, O_RDONLY);
  if (fd >= 0) {
    int running = read(fd, text, sizeof text - 1) > 0 && kill(atoi(text), 0) == 0;
    close(fd);
    if (running && atoi(text) != getpid()) return -1;
  }
  fd = open(LOCK, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0) return -1;
  int length = snprintf(text, sizeof text, "%d\n", (int)getpid());
  int written = write(fd, text, (size_t)length) == length;
  close(fd);
  return written ? 0 : -1;
}

static void unlock(void) {
  int fd = open(LOCK, O_WRONLY | O_TRUNC);
  if (fd >= 0) close(fd);
}

/* ---- every signal is taken ---- */

static void taken(int number) {
  switch (number) {
    case SIGUSR1: case SIGUSR2: case SIGPIPE: case SIGWINCH: case SIGCHLD:
      return;
    default:
      fprintf(stderr, "sigHandler: Unhandled signal %d, terminating\n", number);
      gpioTerminate();
      exit(-1);
  }
}

static void take_signals(void) {
  struct sigaction action = { .sa_handler = taken };
  for (int number = 0; number <= LAST_SIGNAL; number += 1) sigaction(number, &action, NULL);
}

/* ---- alerts come on a thread of their own ---- */

static void *listen_to_reports(void *unused) {
  uint8_t report[REPORT_BYTES];
  (void)unused;
  while (line_receive(reports.fd, report, sizeof report) == 0) {
    uint32_t tick, levels;
    memcpy(&tick, report + 4, sizeof tick);
    memcpy(&levels, report + 8, sizeof levels);
    uint32_t changed = (levels ^ reported) & watched;
    reported = levels;
    for (int gpio = 0; gpio <= PI_MAX_USER_GPIO; gpio += 1)
      if ((changed >> gpio & 1) && alerts[gpio] != NULL) alerts[gpio](gpio, (int)(levels >> gpio & 1), tick);
  }
  return NULL;
}

static int start_reports(void) {
  if (line_open(&reports) != 0) return -1;
  report_handle = line_ask(&reports, NOIB, 0, 0, 0, 0);
  if (report_handle < 0) return -1;
  return pthread_create(&listener, NULL, listen_to_reports, NULL);
}

int gpioSetAlertFunc(unsigned gpio, gpioAlertFunc_t hear) {
  if (gpio > PI_MAX_USER_GPIO) return -2;
  alerts[gpio] = hear;
  reported = gpioRead_Bits_0_31();
  watched = hear == NULL ? watched & ~(1u << gpio) : watched | 1u << gpio;
  return ask(NB, (uint32_t)report_handle, watched);
}

/* ---- beginning and end ---- */

int gpioInitialise(void) {
  if (initialised) return VERSION;
  if (line_open(&pins) != 0) {
    fprintf(stderr, "\n+----------------------------------------------------------+\n|Sorry, this system does not appear to be a raspberry pi.  |\n|aborting.                                                 |\n+----------------------------------------------------------+\n\n");
    return PI_INIT_FAILED;
  }
  if (lock() != 0) {
    fprintf(stderr, "initInitialise: Can't lock " LOCK "\n");
    return PI_INIT_FAILED;
  }
  if ((interfaces & (PI_DISABLE_FIFO_IF | PI_DISABLE_SOCK_IF)) != (PI_DISABLE_FIFO_IF | PI_DISABLE_SOCK_IF)) {
    fprintf(stderr, "the library would listen on the network: nobody should have let it\n");
    return PI_INIT_FAILED;
  }
  take_signals();
  if (start_reports() != 0) return PI_INIT_FAILED;
  initialised = 1;
  return VERSION;
}

void gpioTerminate(void) {
  if (!initialised) return;
  initialised = 0;
  pthread_cancel(listener);
  pthread_join(listener, NULL);
  line_close(&reports);
  line_close(&pins);
  memset(alerts, 0, sizeof alerts);
  watched = 0;
  interfaces = 0;
  unlock();
}

int gpioCfgInterfaces(unsigned flags) {
  if (initialised) return -30;
  interfaces = flags;
  return 0;
}

/* ---- pins ---- */

/* The library remembers what it was told of PWM, and answers from that. */
static struct { int hz, duty; } hardware_pwm[PI_MAX_USER_GPIO + 1];
#define IS_PWM(gpio) ((gpio) <= PI_MAX_USER_GPIO && hardware_pwm[gpio].hz > 0)

unsigned gpioHardwareRevision(void) { return (unsigned)ask(HWVER, 0, 0); }

/* The Pi's clock is the machine's. */
uint32_t gpioTick(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)((uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
}

int gpioHardwarePWM(unsigned gpio, unsigned hz, unsigned duty) {
  if (gpio != 12 && gpio != 13 && gpio != 18 && gpio != 19) return NOT_HPWM_GPIO;
  hardware_pwm[gpio].hz = (int)hz;
  hardware_pwm[gpio].duty = (int)duty;
  return post_with(HP, gpio, hz, duty);
}

int gpioWrite(unsigned gpio, unsigned level) {
  if (gpio <= PI_MAX_USER_GPIO) hardware_pwm[gpio].hz = 0;
  return post(WRITE, gpio, level);
}

int gpioSetMode(unsigned gpio, unsigned mode) { return ask(MODES, gpio, mode); }
int gpioGetMode(unsigned gpio) { return ask(MODEG, gpio, 0); }
int gpioSetPullUpDown(unsigned gpio, unsigned pull) { return ask(PUD, gpio, pull); }
int gpioRead(unsigned gpio) { return ask(READ, gpio, 0); }
int gpioTrigger(unsigned gpio, unsigned us, unsigned level) { return post_with(TRIG, gpio, us, level); }
int gpioPWM(unsigned gpio, unsigned duty) { return post(PWM, gpio, duty); }
int gpioGetPWMdutycycle(unsigned gpio) { return IS_PWM(gpio) ? hardware_pwm[gpio].duty : ask(GDC, gpio, 0); }
int gpioSetPWMrange(unsigned gpio, unsigned range) { return ask(PRS, gpio, range); }
int gpioGetPWMrange(unsigned gpio) { return ask(PRG, gpio, 0); }
int gpioGetPWMrealRange(unsigned gpio) { return ask(PRRG, gpio, 0); }
int gpioSetPWMfrequency(unsigned gpio, unsigned hz) { return ask(PFS, gpio, hz); }
int gpioGetPWMfrequency(unsigned gpio) { return IS_PWM(gpio) ? hardware_pwm[gpio].hz : ask(PFG, gpio, 0); }
int gpioGlitchFilter(unsigned gpio, unsigned us) { return ask(FG, gpio, us); }
uint32_t gpioRead_Bits_0_31(void) { return (uint32_t)ask(BR1, 0, 0); }
uint32_t gpioRead_Bits_32_53(void) { return 0; }
int gpioWrite_Bits_0_31_Set(uint32_t bits) { return ask(BS1, bits, 0); }
int gpioWrite_Bits_0_31_Clear(uint32_t bits) { return ask(BC1, bits, 0); }

/* ---- what the virtual Pi has not ---- */

#define ABSENT(name, ...) int name(__VA_ARGS__) { return UNKNOWN_COMMAND; }
#define UNUSED __attribute__((unused))
ABSENT(gpioServo, UNUSED unsigned a, UNUSED unsigned b)
ABSENT(gpioGetServoPulsewidth, UNUSED unsigned a)
ABSENT(gpioSetISRFunc, UNUSED unsigned a, UNUSED unsigned b, UNUSED int c, UNUSED gpioISRFunc_t d)
ABSENT(gpioWrite_Bits_32_53_Set, UNUSED uint32_t a)
ABSENT(gpioWrite_Bits_32_53_Clear, UNUSED uint32_t a)
ABSENT(gpioNotifyOpen, void)
ABSENT(gpioNotifyOpenWithSize, UNUSED int a)
ABSENT(gpioNotifyBegin, UNUSED unsigned a, UNUSED uint32_t b)
ABSENT(gpioNotifyPause, UNUSED unsigned a)
ABSENT(gpioNotifyClose, UNUSED unsigned a)
ABSENT(gpioWaveClear, void)
ABSENT(gpioWaveAddNew, void)
ABSENT(gpioWaveAddGeneric, UNUSED unsigned a, UNUSED gpioPulse_t *b)
ABSENT(gpioWaveCreate, void)
ABSENT(gpioWaveDelete, UNUSED unsigned a)
ABSENT(gpioWaveTxSend, UNUSED unsigned a, UNUSED unsigned b)
ABSENT(gpioWaveChain, UNUSED char *a, UNUSED unsigned b)
ABSENT(gpioWaveTxAt, void)
ABSENT(gpioWaveTxBusy, void)
ABSENT(gpioWaveTxStop, void)
ABSENT(gpioWaveGetMicros, void)
ABSENT(gpioWaveGetHighMicros, void)
ABSENT(gpioWaveGetMaxMicros, void)
ABSENT(gpioWaveGetPulses, void)
ABSENT(gpioWaveGetHighPulses, void)
ABSENT(gpioWaveGetMaxPulses, void)
ABSENT(gpioWaveGetCbs, void)
ABSENT(gpioWaveGetHighCbs, void)
ABSENT(gpioWaveGetMaxCbs, void)
ABSENT(gpioCfgClock, UNUSED unsigned a, UNUSED unsigned b, UNUSED unsigned c)
ABSENT(gpioCfgSocketPort, UNUSED unsigned a)
