import { Quality, type StampedFrame } from '../contract/index.js';

/** A device's own time is believed within this much of ours, before and behind. */
export const deviceClockWindowMs = 60_000;

/** How far a device's own clock is from ours: ms, positive when it is ahead. */
export interface DeviceClockOffset {
  readonly device: string;
  readonly offsetMs: number;
}

/**
 * A stamped frame with the device's times judged by ours: one outside of the window, which reaches further back for what
 * lags by nature, or that cannot be judged because
 * the time of this boot is not known, is left out, so that the frame's own time holds, and a good value says so in its
 * quality. History filled in afterwards is left as it is: its times lie in the past by nature. `offsetMs` is the
 * greatest of the frame; undefined when no value carries a time or ours is not known.
 */
export function judgeDeviceTimes(
  frame: StampedFrame,
  windowMs = deviceClockWindowMs,
): { readonly frame: StampedFrame; readonly offsetMs: number | undefined } {
  const { times: told, behindMs = 0, ...untimed } = frame;
  if (!told || frame.late) return { frame, offsetMs: undefined };
  const times = Float64Array.from(told);
  const quality = Uint8Array.from(frame.quality);
  let greatest: number | undefined;
  let believed = 0;
  told.forEach((time, slot) => {
    if (Number.isNaN(time)) return;
    const offset = time - frame.time;
    // Where times lie behind by nature they say nothing of the device's clock until they lie ahead.
    if (behindMs === 0 || offset > 0) {
      if (Math.abs(offset) > Math.abs(greatest ?? 0) || greatest === undefined) greatest = offset;
    }
    if (offset <= windowMs && offset >= -windowMs - behindMs) {
      believed += 1;
      return;
    }
    times[slot] = Number.NaN;
    if (quality[slot] === Quality.good) quality[slot] = Quality['uncertain-device-clock'];
  });
  const offsetMs = Number.isFinite(greatest) ? greatest : undefined;
  return { frame: believed > 0 ? { times, ...untimed, quality } : { ...untimed, quality }, offsetMs };
}

/** Judges the times of all devices and remembers the clock that is farthest from ours, for the box's own reading. */
export class DeviceClocks {
  #farthest: DeviceClockOffset | undefined;

  judge(stamped: StampedFrame): StampedFrame {
    if (!stamped.times) return stamped;
    const { frame, offsetMs } = judgeDeviceTimes(stamped);
    if (offsetMs !== undefined && Math.abs(offsetMs) >= Math.abs(this.#farthest?.offsetMs ?? 0)) {
      this.#farthest = { device: frame.table.device, offsetMs };
    }
    return frame;
  }

  /** The farthest since the last asking; undefined when no device has told a time. */
  takeFarthest(): DeviceClockOffset | undefined {
    const farthest = this.#farthest;
    this.#farthest = undefined;
    return farthest;
  }
}
