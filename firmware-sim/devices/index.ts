import type { DeviceKind } from './device-kind.js';
import { dtsu666 } from './dtsu666.js';
import { kinconySht30 } from './kincony-sht30.js';
import { qdy30a } from './qdy30a.js';
import { co2Transmitter, h2sTransmitter, nh3Transmitter, pressureTransmitter } from './transmitter.js';
import { tuf2000m } from './tuf-2000m.js';
import { vfd } from './vfd.js';
import { xyMd02 } from './xy-md02.js';

/** Every kind of instrument by the name a plant's description uses. */
export const deviceKinds = {
  'xy-md02': xyMd02,
  'kincony-sht30': kinconySht30,
  nh3: nh3Transmitter,
  co2: co2Transmitter,
  h2s: h2sTransmitter,
  pressure: pressureTransmitter,
  qdy30a,
  'tuf-2000m': tuf2000m,
  dtsu666,
  vfd,
} as const satisfies Record<string, DeviceKind>;

export type DeviceKindName = keyof typeof deviceKinds;
