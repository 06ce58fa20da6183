import type { ExamineOptions, OpenLine } from '../../../../drivers/modbus/index.js';
import type { Clock } from '../../../contract/index.js';
import { type Cli, sayJson } from '../../cli.js';
import { ExitCode } from '../../failure.js';
import { kitMessages } from '../kit-messages.js';
import { portHolders } from '../ports/port-holders.js';
import { visitText } from './doctor-text.js';
import type { Patient } from './patients.js';
import { writeSupport } from './support-file.js';
import { type Visit, visit } from './visit.js';

export interface DoctorRequest {
  readonly patients: readonly Patient[];
  readonly listenMs: number;
  readonly talksAnyway: boolean;
  readonly support: string | undefined;
  readonly withValues: boolean;
  readonly isJson: boolean;
  readonly clock: Clock;
  readonly open?: OpenLine;
}

/** Questions to a unit that answers. */
const asks = 8;

/** Looks at each link in turn and says what is wrong and what to do; the exit code says whether anything is. */
export async function runDoctor(cli: Cli, request: DoctorRequest, signal: AbortSignal): Promise<ExitCode> {
  const { doctor: m } = kitMessages(cli.language);
  const { patients, listenMs, talksAnyway, support, withValues, isJson, clock, open } = request;
  const options: ExamineOptions = {
    clock,
    holdersOf: portHolders,
    listenMs,
    asks,
    talksAnyway,
    began: (phase, about) => cli.tell(m[phase]({ about })),
    ...(open && { open }),
  };
  const visits: Visit[] = [];
  for (const patient of patients) {
    const one = await visit(patient, options, signal);
    visits.push(one);
    if (!isJson) cli.say(visitText(cli, one));
  }
  if (isJson) sayJson(cli, visits);
  if (support !== undefined) {
    await writeSupport(support, visits, withValues, clock);
    cli.tell(m.written({ file: support }));
  }
  return visits.every(({ isFine }) => isFine !== false) ? ExitCode.fine : ExitCode.failed;
}
