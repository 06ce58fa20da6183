import {
  diagnose,
  examine,
  type ExamineOptions,
  type LinkFinding,
  type Observations,
} from '../../../../drivers/modbus/index.js';
import { formatStreamAddress } from '../../../../drivers/streams/index.js';
import type { Text } from '../../../contract/index.js';
import { kitMessages } from '../kit-messages.js';
import type { Patient } from './patients.js';

/** What came of looking at one link. */
export interface Visit {
  readonly link: string;
  /** Empty where the driver knows it alone. */
  readonly address: string;
  /** Null where the driver's words alone tell. */
  readonly isFine: boolean | null;
  /** What is to be told: of Modbus what was found, of others what the driver says. */
  readonly findings: readonly Pick<LinkFinding, 'cause' | 'devices'>[] | readonly LinkFinding[];
  readonly seen?: Observations;
}

/** A driver that does not come to an end with its questions is given up. */
const askMs = 30_000;

/** Looks at one link. Never throws but on `signal`. */
export async function visit(patient: Patient, options: ExamineOptions, signal: AbortSignal): Promise<Visit> {
  const { link } = patient;
  if (patient.kind === 'unasked') {
    const told = (language: 'en' | 'zh'): string =>
      kitMessages(language).doctor.notLooked({ why: patient.why[language] });
    return { link, address: '', isFine: null, findings: [{ devices: [], cause: { en: told('en'), zh: told('zh') } }] };
  }
  if (patient.kind === 'other') return askOther(patient, options, signal);
  const seen = await examine(patient.subject, options, signal);
  const findings = diagnose(seen);
  const isFine = findings.every(({ kind }) => kind === 'healthy');
  return { link, address: formatStreamAddress(patient.subject.address), isFine, findings, seen };
}

async function askOther(
  patient: Extract<Patient, { kind: 'other' }>,
  { clock, began }: ExamineOptions,
  signal: AbortSignal,
): Promise<Visit> {
  const { link } = patient;
  const say = (cause: Text, isFine: false | null): Visit => ({
    link,
    address: '',
    isFine,
    findings: [{ devices: [], cause }],
  });
  const answered = new AbortController();
  const late = new AbortController();
  void clock.wait(askMs, AbortSignal.any([signal, answered.signal])).then(() => late.abort());
  began?.('asking', link);
  try {
    return say(await patient.ask(AbortSignal.any([signal, late.signal])), null);
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    const failed = (language: 'en' | 'zh'): string => kitMessages(language).doctor.failed({ why });
    return say({ en: failed('en'), zh: failed('zh') }, false);
  } finally {
    answered.abort();
  }
}
