import { describe, expect, test } from '@jest/globals';
import { FrameBuilder, Quality, type StampedFrame } from '../../../gateway/contract/index.js';
import { DeviceClocks, deviceClockWindowMs, judgeDeviceTimes } from '../../../gateway/runtime/device-clock.js';
import { tableSpec } from '../../support/frames.js';

const now = Date.UTC(2026, 11, 1, 8);
const table = { ...tableSpec('logger', 3), number: 1 };

/** A frame whose first slots carry these device times; the others have none. */
function frameWith(times: readonly number[], of: Partial<StampedFrame> = {}): StampedFrame {
  const builder = new FrameBuilder(table);
  for (let slot = 0; slot < 3; slot += 1) builder.set(slot, slot);
  times.forEach((time, slot) => builder.deviceTime(slot, time));
  return { ...builder.build(), instant: 1, time: now, timeSpread: 5, ...of };
}

describe("a device's own times", () => {
  test.each([
    ['26 years back', now - 26 * 365.25 * 86_400_000],
    ['3 minutes fast', now + 180_000],
    ['in local time', now + 8 * 3_600_000],
  ])('%s are not believed: ours holds, the quality says so, the offset is known', (_, time) => {
    const { frame, offsetMs } = judgeDeviceTimes(frameWith([time]));
    expect(frame.times).toBeUndefined();
    expect([...frame.quality]).toEqual([Quality['uncertain-device-clock'], Quality.good, Quality.good]);
    expect([...frame.values]).toEqual([0, 1, 2]);
    expect(offsetMs).toBe(time - now);
  });

  test('within the window are kept, slot by slot, and up to its edge', () => {
    const { frame, offsetMs } = judgeDeviceTimes(frameWith([now - deviceClockWindowMs, now + deviceClockWindowMs + 1]));
    expect([...(frame.times ?? [])]).toEqual([now - deviceClockWindowMs, Number.NaN, Number.NaN]);
    expect([...frame.quality]).toEqual([Quality.good, Quality['uncertain-device-clock'], Quality.good]);
    expect(offsetMs).toBe(deviceClockWindowMs + 1);
  });

  test('never make a bad value better, and leave the reading itself unwritten', () => {
    const quality = Uint8Array.of(Quality['bad-sensor-failure'], Quality.good, Quality.good);
    const reading = frameWith([0, 0], { quality });
    const { frame } = judgeDeviceTimes(reading);
    expect([...frame.quality]).toEqual([
      Quality['bad-sensor-failure'],
      Quality['uncertain-device-clock'],
      Quality.good,
    ]);
    expect([...reading.quality]).toEqual([...quality]);
    expect(reading.times?.[0]).toBe(0);
  });

  test('of what lags by nature may lie behind by so much more, and say nothing of the clock then', () => {
    const hour = 3_600_000;
    const frame = frameWith([now - hour, now - deviceClockWindowMs - hour - 1, now + deviceClockWindowMs + 1], {
      behindMs: hour,
    });
    const judged = judgeDeviceTimes(frame);
    expect([...(judged.frame.times ?? [])]).toEqual([now - hour, Number.NaN, Number.NaN]);
    expect([...judged.frame.quality].map((code) => code === Quality.good)).toEqual([true, false, false]);
    expect(judged.offsetMs).toBe(deviceClockWindowMs + 1);
    expect(judgeDeviceTimes(frameWith([now - hour], { behindMs: hour })).offsetMs).toBeUndefined();
  });

  test('cannot be judged while our own is not known', () => {
    const { frame, offsetMs } = judgeDeviceTimes(frameWith([now], { time: Number.NaN }));
    expect(frame.times).toBeUndefined();
    expect(frame.quality[0]).toBe(Quality['uncertain-device-clock']);
    expect(offsetMs).toBeUndefined();
  });

  test('of history filled in afterwards lie in the past and are kept', () => {
    const frame = frameWith([now - 86_400_000], { late: true });
    expect(judgeDeviceTimes(frame).frame).toBe(frame);
  });
});

describe('the clocks of all devices', () => {
  test('the farthest since the last asking is told once', () => {
    const clocks = new DeviceClocks();
    clocks.judge(frameWith([now + 1000]));
    clocks.judge(frameWith([now - 180_000]));
    clocks.judge(frameWith([now + 2000]));
    expect(clocks.takeFarthest()).toEqual({ device: 'logger', offsetMs: -180_000 });
    expect(clocks.takeFarthest()).toBeUndefined();
  });

  test('a frame without times is passed on as it is', () => {
    const frame = frameWith([]);
    expect(new DeviceClocks().judge(frame)).toBe(frame);
  });
});
