import type { ContextView, StatusView } from '../../runtime/index.js';
import { type Cli, sayJson } from '../cli.js';
import { contextText, timeText, valueText } from '../context/context-text.js';
import { Failure } from '../failure.js';
import type { GatewayClient } from '../gateway-client.js';
import { type TargetOptions, targetOf, withTarget } from '../options.js';
import { parseSiteTime } from '../site-time.js';
import { SluiceCommand } from '../sluice-command.js';

interface JsonOption {
  readonly json?: true;
}

interface SetOptions extends TargetOptions, JsonOption {
  readonly from?: string;
  readonly reason?: string;
}

/** Time as the gateway has it: its zone, and its now, in ms UTC. */
interface GatewayTime {
  readonly zone: string;
  /** 0 while it does not know: a full date is one all the same, and it takes nothing then. */
  readonly now: number;
}

async function timeOf(client: GatewayClient): Promise<GatewayTime> {
  const { site, time } = await client.get<StatusView>('/api/status');
  return { zone: site.timezone, now: time === null ? 0 : Date.parse(time) };
}

async function list(cli: Cli, { json, ...target }: TargetOptions & JsonOption): Promise<void> {
  const { client } = await targetOf(cli, target);
  const items = await client.get<ContextView[]>('/api/context');
  if (json) sayJson(cli, items);
  else cli.say(contextText(cli, items, (await timeOf(client)).zone));
}

/** A day alone is its midnight at the site. */
function fromOf(cli: Cli, written: string, { zone, now }: GatewayTime): string {
  const text = /^\d{4}[-/]\d\d[-/]\d\d$/.test(written.trim()) ? `${written.trim()} 00:00` : written;
  const time = parseSiteTime(text, zone, now);
  if (time === undefined) throw new Failure(cli.m.context.badTime({ time: written }), 'wrong');
  return new Date(time).toISOString();
}

/** What came of it: it holds, it will, or something later holds and the past alone was corrected. */
function doneText(cli: Cli, item: ContextView, value: ContextView['value'], from: string | undefined, zone: string) {
  const { m } = cli;
  const { name, unit, plans } = item;
  const plan = plans.find((one) => from !== undefined && one.from === from);
  if (plan) {
    return m.context.planned({ name, value: valueText(cli, plan.value, unit), since: timeText(plan.from, zone) });
  }
  const told = { name, value: valueText(cli, item.value, unit) };
  const since = item.from === null ? m.context.bySite() : timeText(item.from, zone);
  const isHeld = item.value === value && (from === undefined || item.from === from);
  return isHeld
    ? m.context.done({ ...told, since })
    : m.context.earlier({ ...told, since: from === undefined ? since : timeText(from, zone) });
}

async function set(cli: Cli, name: string, written: string | null, options: SetOptions): Promise<void> {
  const { json, from: fromText, reason = '', ...target } = options;
  const { client } = await targetOf(cli, target);
  const time = await timeOf(client);
  const known = (await client.get<ContextView[]>('/api/context')).find((one) => one.name === name);
  // What is no number goes as it is: the gateway says what is wanted.
  const isNumber = known?.type === 'number' && written !== null && written.trim() !== '' && !Number.isNaN(+written);
  const value = isNumber ? Number(written) : written;
  const from = fromText === undefined ? undefined : fromOf(cli, fromText, time);
  const body = { name, value, reason, ...(from !== undefined && { from }) };
  const item = await client.post<ContextView>('/api/context/set', body);
  if (json) sayJson(cli, item);
  else cli.say(doneText(cli, item, value, from, time.zone));
}

/** `sluice context`, alone or with what is to be said. */
export function contextCommand(cli: Cli): SluiceCommand {
  const { m } = cli;
  const command = new SluiceCommand(cli, 'context').examples(
    'sluice context',
    'sluice context set batch-start 2026-11-21 --reason "weaners came"',
    'sluice context set nh3-zero 0.12 --from "2026-11-22 06:00" --reason "calibration"',
  );
  command.summary(m.context.summary()).description(m.context.summary());
  const made = (name: string, summary: string, example: string, isDefault = false): SluiceCommand => {
    const one = command.command(name, { isDefault }) as SluiceCommand;
    one
      .examples(`sluice context ${name}${example}`)
      .summary(summary)
      .description(summary)
      .option('--json', m.help.json());
    return withTarget(cli, one);
  };
  const saying = (one: SluiceCommand): SluiceCommand =>
    one
      .option('--from <time>', m.context.fromOption())
      .option('--reason <text>', m.context.reasonOption()) as SluiceCommand;
  made('list', m.context.listSummary(), '', true).action((options: TargetOptions & JsonOption) => list(cli, options));
  saying(made('set', m.context.setSummary(), ' batch-start 2026-11-21'))
    .argument('<name>', m.context.name())
    .argument('<value>', m.context.value())
    .action((name: string, value: string, options: SetOptions) => set(cli, name, value, options));
  saying(made('clear', m.context.clearSummary(), ' batch-start --reason "house empty"'))
    .argument('<name>', m.context.name())
    .action((name: string, options: SetOptions) => set(cli, name, null, options));
  return command;
}
