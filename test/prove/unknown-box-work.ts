import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UnknownBoxBus } from '../support/unknown-box-bus.js';
import { type Outcome, type Program, until } from './commands-program.js';
import { type Finding, finding } from './proof.js';
import { climate, type LevelTransmitter } from './unknown-box-devices.js';
import type { TechniciansBox } from './unknown-box-machine.js';
import { settled, type TranscriptPage } from './unknown-box-page.js';
import { words } from './unknown-box-words.js';

export interface Workplace {
  readonly box: TechniciansBox;
  readonly bus: UnknownBoxBus;
  readonly transmitter: LevelTransmitter;
  readonly page: TranscriptPage;
  readonly say: (line: string) => void;
  /** TCP port of the gateway's page. */
  readonly port: number;
}

const soonMs = 60_000;
const nothing: Outcome = { code: null, said: '' };
const chinese = ['--lang', 'zh'];

/** What a technician does with the kit, in order; each step uses what the one before it printed. */
export class TechniciansWork {
  readonly findings: Finding[] = [];
  readonly #at: Workplace;
  #address = '';
  #tagLine = '';
  #gateway: Program | undefined;

  constructor(at: Workplace) {
    this.#at = at;
    at.page.title(words.title);
    at.page.say(words.intro);
  }

  async findPort(): Promise<void> {
    this.#at.page.say(words.ports);
    const { said } = await this.#type('ports');
    this.#address = /^`address: "(serial:[^"]+)"`$/m.exec(said)?.[1] ?? '';
    const lasting = 'serial:/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0';
    this.#found('address that `ports` says to write', this.#address, lasting);
    this.#found('what `ports` says of the adapter', /USB Serial \(\S+\)/.exec(said)?.[0], 'USB Serial (1a86:7523)');
  }

  async findDevices(): Promise<void> {
    this.#at.page.say(words.scan);
    const which = ['--units', '1-32', '--baud', '9600,4800,19200', '--stop-after', '2'];
    const { said } = await this.#type('scan', '/dev/ttyUSB0', ...which);
    const found = [...said.matchAll(/^unit (\d+), (\d+ \w+), answers/gm)].map(([, unit, set]) => `${unit} at ${set}`);
    this.#found('devices that `scan` finds', found.join(', '), '1 at 9600 8N1, 23 at 4800 8N1');
    const known = [...said.matchAll(/^ +may be (.*)$/gm)].map(([, profiles]) => profiles);
    this.#found('profiles that `scan` knows one by', known.join('; '), '`xy-md02`');
  }

  async findLevel(): Promise<void> {
    const { page, transmitter } = this.#at;
    page.say(words.probe(transmitter.display));
    const { unit, baud, paper, display } = transmitter;
    const set = ['--baud', String(baud), '--unit', String(unit)];
    const { said } = await this.#type('probe', '/dev/ttyUSB0', ...set, '--register', paper, '--shows', display);
    const first = /^Shown as .*\n(.*)$/m.exec(said)?.[1] ?? '';
    const right = `holding 21 (40022) float32 CDAB ${display}`;
    this.#found('decoding that `probe` puts first', first.trim().split(/ {2,}/).slice(1).join(' '), right);
    this.#tagLine = /^ +value: (\{ .*), unit: "" \}$/m.exec(said)?.[1] ?? '';
  }

  async writeSite(): Promise<void> {
    const { box, bus, page, port, transmitter } = this.#at;
    transmitter.baud = 9600;
    bus.devices = [climate, transmitter.device];
    page.say(words.site);
    const text = siteText(this.#address, this.#tagLine, port);
    await writeFile(join(box.work, 'site.yaml'), text);
    page.file(settled(text, port));
    page.say(words.check);
    const check = await this.#type('check', 'site.yaml');
    this.#found('`check` ends with', check.code, 0);
    const plan = await this.#type('plan', 'site.yaml');
    this.#found('`plan` says', /^Everything fits\.$/m.exec(plan.said)?.[0], 'Everything fits.');
  }

  async run(): Promise<void> {
    const { box, page, transmitter } = this.#at;
    transmitter.levelM = 3.507;
    page.say(words.run);
    this.#gateway = box.start(['run', 'site.yaml'], 'sluice.log');
    const gateway = this.#gateway;
    await until(soonMs, async () => gateway.hasEnded || gateway.said.includes('Ctrl-C'));
    this.#show('sluice run site.yaml 2>> sluice.log', gateway.said);
    page.say(words.live(transmitter.display));
    const live = await this.#typeUntil((said) => goodValues(said).length === 3, 'status', '--values');
    const right = ['climate/temperature 21.4 °C', 'climate/humidity 63.5 %'];
    this.#found(
      'live values, good',
      goodValues(live.said).join(', '),
      [...right, `well/level ${transmitter.display} m`].join(', '),
    );
    page.say(words.explain);
    const { said } = await this.#type('explain', 'well/level', 'now');
    const address = /^ +address +(.*)$/m.exec(said)?.[1];
    page.say(words.chinese);
    await this.#type(...chinese, 'explain', 'well/level', 'now');
    this.#found('where `explain` says it is from', address, 'register holding 21, type float32, order CDAB');
  }

  async findFault(): Promise<void> {
    const { bus, page } = this.#at;
    bus.isBoxSwapped = true;
    page.say(words.fault);
    const lost = await this.#typeUntil((said) => said.includes('0 online, 2 offline'), 'status');
    const silent = [...lost.said.matchAll(/device (\S+) on bus does not answer/g)].map(([, device]) => device);
    this.#found('devices that `status` says are silent', silent.join(', '), 'climate, well');
    page.say(words.stop);
    await this.#stop();
    page.say(words.doctor);
    const { code, said } = await this.#type('doctor', 'site.yaml');
    const cause = /: look here\n +(A and B are swapped)/.exec(said)?.[1];
    this.#found('what `doctor` names', cause, 'A and B are swapped');
    this.#found('`doctor` ends with', code, 1);
    const told = await this.#type(...chinese, 'doctor', 'site.yaml');
    this.#found('in Chinese', /A、B 接反/.exec(told.said)?.[0], 'A、B 接反');
    bus.isBoxSwapped = false;
    page.say(words.mended);
    const mended = await this.#type('doctor', 'site.yaml');
    this.#found('when the wires are put right, `doctor` ends with', mended.code, 0);
    page.say(words.end);
  }

  /** A step that failed leaves its gateway. */
  async end(): Promise<void> {
    await this.#gateway?.end('SIGKILL');
  }

  async #stop(): Promise<void> {
    const { page, port } = this.#at;
    const before = this.#gateway?.said.length ?? 0;
    const { code, said } = (await this.#gateway?.end('SIGINT')) ?? nothing;
    page.wentOn(`^C\n${settled(said.slice(before), port)}`);
    this.#found('`run` ends with', code, 0);
  }

  async #type(...args: readonly string[]): Promise<Outcome> {
    const outcome = await this.#at.box.type(args);
    this.#show(`sluice ${args.join(' ')}`, outcome.said);
    return outcome;
  }

  /** Types it anew until it says what is waited for; that is what the page shows. */
  async #typeUntil(isThere: (said: string) => boolean, ...args: readonly string[]): Promise<Outcome> {
    let last = nothing;
    await until(soonMs, async () => {
      last = await this.#at.box.type(args);
      return isThere(last.said);
    });
    this.#show(`sluice ${args.join(' ')}`, last.said);
    return last;
  }

  #show(command: string, said: string): void {
    const { page, port, say } = this.#at;
    say(`  $ ${command}`);
    page.typed(command, settled(said, port));
  }

  #found(what: string, figure: string | number | null | undefined, wanted: string | number): void {
    this.findings.push(finding(what, figure ?? 'nothing', String(wanted), figure === wanted));
  }
}

/** Good values of the instruments, as `status` shows them. */
const goodValues = (said: string): string[] =>
  [...said.matchAll(/^ {2}((?:well|climate)\/\S+) +(\S+) +(\S+) +good /gm)].map(([, ...row]) => row.join(' '));

const siteText = (address: string, tagLine: string, port: number): string => `version: 1
site: { id: well-4, name: Well 4, timezone: "+08:00" }
profiles:
  level-transmitter:
    driver: modbus
    poll: 1s
    tags:
      level: ${tagLine}, unit: m, resolution: 0.001, range: [0, 10] }
links:
  bus:
    driver: modbus
    framing: rtu
    address: "${address}"
    serial: { baud: 9600, parity: none }
    devices:
      climate: { profile: xy-md02, unit: 1, poll: 2s }
      well: { profile: level-transmitter, unit: 23 }
journal: { folder: ./journal, bytesMax: 200MiB }
http: { host: 127.0.0.1, port: ${port} }
`;
