import { askOrLook, type LookOptions } from '../ask-or-look.js';
import { type Cli, sayJson } from '../cli.js';
import { type Explanation, explainValue } from '../explain.js';
import { explainText } from '../explain-text.js';
import { Failure } from '../failure.js';
import { withTarget } from '../options.js';
import { parseSiteTime, siteTime } from '../site-time.js';
import { SluiceCommand } from '../sluice-command.js';

const defaultZone = '+08:00';

/** Device and tag of `device/tag`; a full-width slash is one too. */
function tagOf(cli: Cli, written: string): { device: string; tag: string } {
  const [device = '', tag = '', ...rest] = written.replaceAll('／', '/').split('/');
  if (device === '' || tag === '' || rest.length > 0)
    throw new Failure(cli.m.explain.badTag({ tag: written }), 'wrong');
  return { device, tag };
}

function timeOf(cli: Cli, written: string, zone: string): number | undefined {
  if (written === 'now') return undefined;
  const time = parseSiteTime(written, zone, Date.now());
  if (time === undefined) throw new Failure(cli.m.clock.badTime({ time: written }), 'wrong');
  return time;
}

async function explain(
  cli: Cli,
  writtenTag: string,
  writtenTime: string,
  { json, ...options }: LookOptions & { readonly json?: true },
): Promise<void> {
  const { device, tag } = tagOf(cli, writtenTag);
  const { found, zone } = await askOrLook<{ found: Explanation | undefined; zone: string }>(cli, options, {
    ask: async (client, site) => {
      const zone = site?.site.timezone ?? defaultZone;
      const time = timeOf(cli, writtenTime, zone);
      const query = new URLSearchParams({ device, tag, ...(time && { time: new Date(time).toISOString() }) });
      return { zone, found: await client.get<Explanation>(`/api/explain?${query.toString()}`) };
    },
    look: async (journal, site) => {
      const zone = site?.site.timezone ?? defaultZone;
      return { zone, found: await explainValue(journal, device, tag, timeOf(cli, writtenTime, zone)) };
    },
  });
  const asked = timeOf(cli, writtenTime, zone);
  if (found === undefined) {
    const time = siteTime(asked ?? Date.now(), zone);
    throw new Failure(cli.m.explain.nothing({ tag: `${device}/${tag}`, time }));
  }
  if (json) sayJson(cli, found);
  else cli.say(explainText(cli, found, zone, asked));
}

/** `sluice explain TAG TIME`. */
export function explainCommand(cli: Cli): SluiceCommand {
  const command = new SluiceCommand(cli, 'explain').examples(
    'sluice explain climate-1/temperature now',
    'sluice explain climate-1/temperature "2026-11-21 20:04" --site site.yaml',
  );
  withTarget(cli, command)
    .summary(cli.m.explain.summary())
    .description(cli.m.explain.summary())
    .argument('<device/tag>', cli.m.explain.tag())
    .argument('<time>', cli.m.explain.time())
    .option('--folder <folder>', cli.m.help.folder())
    .option('--json', cli.m.help.json())
    .action((tag: string, time: string, options: LookOptions & { json?: true }) => explain(cli, tag, time, options));
  return command;
}
