import type { SerialSettings } from '../../streams/index.js';
import type { LinkFraming, RawRead } from '../raw/raw-read.js';
import type { ScanSetting } from '../scan/scan-plan.js';

/** What one request came to. Times are ms from its last byte. */
export type Verdict = { readonly hasEcho: boolean } /** `data`: what the unit said, hex. */ & (
  | { readonly kind: 'answer'; readonly ms: number; readonly extraBytes: number; readonly data: string }
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'exception'; readonly ms: number; readonly code: number }
  | { readonly kind: 'two-answers' }
  /** Longer than an answer, and begins like one: two spoke at the same time. */
  | { readonly kind: 'collided'; readonly bytes: number }
  | { readonly kind: 'checksum'; readonly bytes: number }
  | { readonly kind: 'cut'; readonly bytes: number; readonly wanted: number }
  | { readonly kind: 'zeros'; readonly bytes: number }
  /** What an answer looks like when the two wires are swapped. */
  | { readonly kind: 'inverted'; readonly bytes: number }
  | { readonly kind: 'other-unit'; readonly unit: number }
  | { readonly kind: 'garbage'; readonly bytes: number }
  | { readonly kind: 'lost'; readonly why: string }
  | { readonly kind: 'silent' }
);

/** Why a line could not be opened. */
export type OpeningFaultKind = 'missing' | 'denied' | 'busy' | 'unusable' | 'refused' | 'unreachable' | 'unknown-host';

export interface OpeningFault {
  readonly kind: OpeningFaultKind;
  /** The system's own word: `EACCES`. */
  readonly code: string;
  /** Who holds a port, where the system tells: `gateway (4711)`. */
  readonly holders: readonly string[];
}

/** What came while nothing was asked. */
export interface Unasked {
  readonly ms: number;
  readonly bytes: number;
  readonly zeros: number;
  /** Right frames of reads, requests and answers, under the setting they were understood in. */
  readonly frames: number;
  readonly setting: ScanSetting;
}

export interface UnitObservations {
  readonly name: string;
  readonly read: RawRead;
  readonly verdicts: readonly Verdict[];
  /** The unit answered when the line was set like this instead. */
  readonly answersUnder: ScanSetting | undefined;
}

/** Everything seen of a link, for `diagnose`. */
export interface Observations {
  readonly address: string;
  readonly isSerial: boolean;
  readonly framing: LinkFraming;
  readonly serial: SerialSettings;
  readonly timeoutMs: number;
  /** The site file says that the adapter gives back what it sends. */
  readonly expectsEcho: boolean;
  readonly opening: OpeningFault | undefined;
  readonly unasked: Unasked | undefined;
  readonly units: readonly UnitObservations[];
  /** Units that nobody configured and that answer. */
  readonly otherUnits: readonly number[];
  /** Times the connection was lost while it was used. */
  readonly losses: number;
}
