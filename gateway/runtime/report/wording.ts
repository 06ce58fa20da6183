import type { AlarmDisplay, Language } from '../../contract/index.js';
import { localMinute } from './local-time.js';
import { messages, type ReportMessages } from './messages/index.js';
import type { Named } from './report.js';
import type { Target, Verdict } from './targets.js';

/** Numbers, times and names of a report in one language and zone. */
export class Wording {
  readonly language: Language;
  readonly zone: string;
  readonly m: ReportMessages;

  constructor(language: Language, zone: string) {
    this.language = language;
    this.zone = zone;
    this.m = messages(language);
  }

  /** ms UTC at the site. */
  time(utc: number): string {
    return localMinute(utc, this.zone);
  }

  /** The two largest units: `2 h 5 min`. */
  duration(ms: number): string {
    const seconds = Math.round(ms / 1000);
    const { unit } = this.m;
    const parts = [
      { count: Math.floor(seconds / 86_400), text: unit.d },
      { count: Math.floor(seconds / 3600) % 24, text: unit.h },
      { count: Math.floor(seconds / 60) % 60, text: unit.min },
      { count: seconds % 60, text: unit.s },
    ];
    const first = parts.findIndex(({ count }) => count > 0);
    if (first < 0) return unit.s({ count: 0 });
    return parts
      .slice(first, first + 2)
      .filter(({ count }) => count > 0)
      .map(({ count, text }) => text({ count }))
      .join(' ');
  }

  /** Sentences one after another: between Chinese ones stands no space. */
  join(sentences: readonly string[]): string {
    return sentences.join(this.language === 'zh' ? '' : ' ');
  }

  /** Device, tag and kind: what is written on the cabinet. */
  alarm({ device, tag, kind }: Omit<Named, 'message'>): string {
    const names = [device, tag].filter((name) => name !== '');
    return [names.length > 0 ? names.join('/') : this.m.head.unnamed(), kind].join(' ');
  }

  message({ message }: Named): string {
    return message[this.language];
  }

  verdict(verdict: Verdict): string {
    return this.m.verdict[verdict === 'too-few' ? 'tooFew' : verdict]();
  }

  state(state: AlarmDisplay): string {
    const { state: names } = this.m;
    const byState: Readonly<Record<AlarmDisplay, () => string>> = {
      normal: names.normal,
      unacknowledged: names.unacknowledged,
      acknowledged: names.acknowledged,
      'returned-unacknowledged': names.returnedUnacknowledged,
      'latched-unacknowledged': names.latchedUnacknowledged,
      'latched-acknowledged': names.latchedAcknowledged,
      shelved: names.shelved,
      suppressed: names.suppressed,
      'out-of-service': names.outOfService,
    };
    return byState[state]();
  }

  /** `at most 1, up to 2 is manageable`, marked where it was not confirmed. */
  target({ bound, met, manageable, isConfirmed }: Target, say: (value: number) => string): string {
    const { target } = this.m;
    const values = { met: say(met) };
    const mark = isConfirmed ? '' : ' ¹';
    if (bound === 'at-least') return target.atLeast(values) + mark;
    if (manageable === null) return target.atMost(values) + mark;
    return target.stepped({ ...values, manageable: say(manageable) }) + mark;
  }
}

/** At most two decimals, none that are zero; what is there is never rounded to nothing. */
export function number(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return value > 0 && rounded === 0 ? '< 0.01' : String(rounded);
}

/** A share as per cent, by the same rule. */
export function percent(share: number): string {
  const rounded = Math.round(share * 1000) / 10;
  return share > 0 && rounded === 0 ? '< 0.1 %' : `${rounded} %`;
}
