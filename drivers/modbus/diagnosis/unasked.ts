import { bytesOf, type Overheard } from '../raw/raw-line.js';
import { repliesIn, requestsIn } from '../raw/raw-read.js';
import type { ScanSetting } from '../scan/scan-plan.js';
import type { Unasked } from './observations.js';

/** What came while nothing was asked, as one setting understands it. */
export function unaskedOf(overheard: Overheard, setting: ScanSetting, ms: number): Unasked {
  const bytes = bytesOf(overheard);
  const { framing } = setting;
  const requests = framing === 'tcp' ? [] : requestsIn(framing, bytes);
  return {
    ms,
    bytes: bytes.length,
    zeros: bytes.filter((byte) => byte === 0).length,
    frames: requests.length + repliesIn(framing, bytes).length,
    setting,
  };
}

/** Two right frames are no accident of noise. */
export const isMaster = ({ frames }: Unasked): boolean => frames >= 2;

/** True when nothing came that remains to be understood. */
export const isExplained = (unasked: Unasked): boolean => unasked.bytes === unasked.zeros || isMaster(unasked);
