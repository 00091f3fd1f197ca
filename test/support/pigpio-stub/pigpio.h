/* The part of the pigpio C library's interface that npm `pigpio` 3.3.1 is compiled against. Names and numbers are the library's; the code behind them is this folder's own. */
#ifndef PIGPIO_STUB_H
#define PIGPIO_STUB_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PI_MAX_USER_GPIO 31
#define PI_INIT_FAILED -1
#define PI_WAVE_NOT_FOUND 9999
#define PI_DISABLE_FIFO_IF 1
#define PI_DISABLE_SOCK_IF 2

typedef struct {
  uint32_t gpioOn;
  uint32_t gpioOff;
  uint32_t usDelay;
} gpioPulse_t;

typedef void (*gpioAlertFunc_t)(int gpio, int level, uint32_t tick);
typedef void (*gpioISRFunc_t)(int gpio, int level, uint32_t tick);

/* What goes to the virtual Pi. */
int gpioInitialise(void);
void gpioTerminate(void);
int gpioCfgInterfaces(unsigned flags);
unsigned gpioHardwareRevision(void);
uint32_t gpioTick(void);
int gpioSetMode(unsigned gpio, unsigned mode);
int gpioGetMode(unsigned gpio);
int gpioSetPullUpDown(unsigned gpio, unsigned pull);
int gpioRead(unsigned gpio);
int gpioWrite(unsigned gpio, unsigned level);
int gpioTrigger(unsigned gpio, unsigned pulseUs, unsigned level);
int gpioPWM(unsigned gpio, unsigned duty);
int gpioHardwarePWM(unsigned gpio, unsigned hz, unsigned duty);
int gpioGetPWMdutycycle(unsigned gpio);
int gpioSetPWMrange(unsigned gpio, unsigned range);
int gpioGetPWMrange(unsigned gpio);
int gpioGetPWMrealRange(unsigned gpio);
int gpioSetPWMfrequency(unsigned gpio, unsigned hz);
int gpioGetPWMfrequency(unsigned gpio);
int gpioGlitchFilter(unsigned gpio, unsigned steadyUs);
int gpioSetAlertFunc(unsigned gpio, gpioAlertFunc_t hear);
uint32_t gpioRead_Bits_0_31(void);
uint32_t gpioRead_Bits_32_53(void);
int gpioWrite_Bits_0_31_Set(uint32_t bits);
int gpioWrite_Bits_0_31_Clear(uint32_t bits);

/* What the virtual Pi has not: every one of these answers "unknown command". */
int gpioServo(unsigned gpio, unsigned us);
int gpioGetServoPulsewidth(unsigned gpio);
int gpioSetISRFunc(unsigned gpio, unsigned edge, int timeout, gpioISRFunc_t hear);
int gpioWrite_Bits_32_53_Set(uint32_t bits);
int gpioWrite_Bits_32_53_Clear(uint32_t bits);
int gpioNotifyOpen(void);
int gpioNotifyOpenWithSize(int size);
int gpioNotifyBegin(unsigned handle, uint32_t bits);
int gpioNotifyPause(unsigned handle);
int gpioNotifyClose(unsigned handle);
int gpioWaveClear(void);
int gpioWaveAddNew(void);
int gpioWaveAddGeneric(unsigned count, gpioPulse_t *pulses);
int gpioWaveCreate(void);
int gpioWaveDelete(unsigned id);
int gpioWaveTxSend(unsigned id, unsigned mode);
int gpioWaveChain(char *chain, unsigned length);
int gpioWaveTxAt(void);
int gpioWaveTxBusy(void);
int gpioWaveTxStop(void);
int gpioWaveGetMicros(void);
int gpioWaveGetHighMicros(void);
int gpioWaveGetMaxMicros(void);
int gpioWaveGetPulses(void);
int gpioWaveGetHighPulses(void);
int gpioWaveGetMaxPulses(void);
int gpioWaveGetCbs(void);
int gpioWaveGetHighCbs(void);
int gpioWaveGetMaxCbs(void);
int gpioCfgClock(unsigned micros, unsigned peripheral, unsigned source);
int gpioCfgSocketPort(unsigned port);

#ifdef __cplusplus
}
#endif
#endif
