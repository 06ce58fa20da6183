import {
  likelySettings,
  type OpenLine,
  type ProfileSketch,
  scan,
  type ScanSetting,
  type ScanStep,
  scanSteps,
} from '../../../../drivers/modbus/index.js';
import type { DirectAddress } from '../../../../drivers/streams/index.js';
import { type Clock, NotConnected } from '../../../contract/index.js';
import { type Cli, sayJson } from '../../cli.js';
import { ExitCode, Failure } from '../../failure.js';
import { span } from '../../numbers.js';
import { kitMessages } from '../kit-messages.js';
import { lineFailure } from '../line-failure.js';
import { needQuietLine } from '../quiet-line.js';
import { Journey } from './journey.js';
import { resumeCommand } from './resume-command.js';
import { nextText } from './scan-text.js';
import { type FoundDevice, readScan, removeScan, type ScanChoice, writeScan } from './scan-file.js';

export interface ScanRequest {
  readonly address: DirectAddress;
  readonly choice: ScanChoice;
  readonly timeoutMs: number;
  readonly stopAfter: number;
  readonly resume: string | undefined;
  readonly listenMs: number;
  readonly talksAnyway: boolean;
  readonly isJson: boolean;
  readonly profiles: readonly ProfileSketch[];
  readonly clock: Clock;
  readonly open?: OpenLine;
}

/** Where an interrupted scan is kept that was not told where. */
const defaultFile = 'sluice-scan.json';

/** Scans, telling what is found as it is found; the exit code says whether anything was, and to the end. */
export async function runScan(cli: Cli, request: ScanRequest, stopped: AbortSignal): Promise<ExitCode> {
  const { scan: m } = kitMessages(cli.language);
  const { choice, resume, stopAfter, isJson } = request;
  const settings = settingsOf(request);
  const steps = scanSteps(settings, choice.units);
  const earlier = resume === undefined ? undefined : await readScan(cli, resume, choice, steps.length);
  const journey = new Journey(cli, { ...request, of: steps.length, earlier });
  if (earlier) cli.tell(m.resumed({ percent: journey.share, count: earlier.found.length }));
  try {
    await goOn(cli, request, steps, journey, stopped);
  } finally {
    journey.end();
  }
  const { done, found } = journey.state;
  const isWhole = done === steps.length || found.length >= stopAfter || journey.alike.aborted;
  if (journey.alike.aborted) cli.tell(m.oneDevice());
  if (isJson) sayJson(cli, { isWhole, done, of: steps.length, found: found.map(plain) });
  if (!isWhole) {
    await leave(cli, request, journey);
    return ExitCode.failed;
  }
  if (resume !== undefined) await removeScan(resume);
  if (!isJson) {
    cli.say(found.length > 0 ? m.done({ count: found.length }) : m.none({ address: choice.address }));
    for (const line of nextText(cli, found, request.address)) cli.say(line);
  }
  return found.length > 0 ? ExitCode.fine : ExitCode.failed;
}

/** Listens, and scans from where the journey is. A line that is lost on the way is kept like a scan that is stopped. */
async function goOn(
  cli: Cli,
  request: ScanRequest,
  steps: readonly ScanStep[],
  journey: Journey,
  stopped: AbortSignal,
): Promise<void> {
  const { address, talksAnyway, isJson } = request;
  const { done: from, found: known } = journey.state;
  const settings = new Set(steps.map(({ setting }) => setting));
  const { serial } = (steps[0] as ScanStep).setting;
  try {
    if (!talksAnyway && [...settings].some(({ framing }) => framing !== 'tcp')) {
      await needQuietLine(cli, { ...request, serial }, stopped);
    }
    if (!isJson) cli.tell(planText(cli, request, steps.length - from, settings.size));
    journey.begin();
    await scan({ ...request, steps, from, known: [...known] }, journey.told, AbortSignal.any([stopped, journey.alike]));
  } catch (error) {
    if (!(error instanceof NotConnected)) throw error;
    if (journey.state.done > from) await leave(cli, request, journey);
    throw await lineFailure(cli, { address, serial }, error);
  }
}

/** Keeps what there is, and says how to go on. */
async function leave(cli: Cli, request: ScanRequest, journey: Journey): Promise<void> {
  const { scan: m } = kitMessages(cli.language);
  const file = request.resume ?? defaultFile;
  try {
    await writeScan(file, request.choice, journey.state);
  } catch (error) {
    throw new Failure(m.notKept({ percent: journey.share, file, why: (error as Error).message }), 'failed', {
      cause: error,
    });
  }
  cli.tell(m.stopped({ percent: journey.share, command: resumeCommand(cli, request, file) }));
}

/** On a serial port each way it may be set; over TCP the framings alone. */
function settingsOf({ choice, address }: Pick<ScanRequest, 'choice' | 'address'>): ScanSetting[] {
  const serials = likelySettings(choice);
  return choice.framings.flatMap((framing) =>
    (address.kind === 'serial' ? serials : serials.slice(0, 1)).map((serial) => ({ framing, serial })),
  );
}

/** ms one question takes beside its wait: the request on the wire, and what the system takes. */
const besideMs = { serial: 30, tcp: 5 } as const;

function planText(cli: Cli, { timeoutMs, address }: ScanRequest, steps: number, settings: number): string {
  const { scan: m } = kitMessages(cli.language);
  const wholeMs = steps * (timeoutMs + besideMs[address.kind]);
  return m.plan({ steps, settings, span: span(wholeMs) });
}

const plain = ({ setting, answeredMs, ...device }: FoundDevice) => ({
  ...device,
  framing: setting.framing,
  serial: setting.serial,
  answeredMs: Math.round(answeredMs),
});
