import type { Cli } from './cli.js';
import { Failure } from './failure.js';
import { GatewayClient } from './gateway-client.js';
import { defaultUrl, gatewayUrl, requireSite, siteFileOf } from './site-file.js';
import type { SluiceCommand } from './sluice-command.js';
import type { SiteConfig } from '../../config/index.js';

/** How a command finds a running gateway. */
export interface TargetOptions {
  readonly site?: string;
  readonly url?: string;
  readonly tokenFile?: string;
}

/** Adds the options every command has that speaks to a running gateway. */
export const withTarget = (cli: Cli, command: SluiceCommand): SluiceCommand =>
  command
    .option('--site <file>', cli.m.help.siteOption())
    .option('--url <url>', cli.m.help.urlOption())
    .option('--token-file <file>', cli.m.help.tokenFile()) as SluiceCommand;

/** A running gateway, and its site where a file names it. */
export interface Target {
  readonly client: GatewayClient;
  readonly site: SiteConfig | undefined;
}

/** The gateway a command is about: at `--url`, where the site file says, or where one is by default. */
export async function targetOf(cli: Cli, { site: given, url, tokenFile }: TargetOptions): Promise<Target> {
  const file = url === undefined ? siteFileOf(cli, given) : given;
  const site = file === undefined ? undefined : await requireSite(cli, file);
  return { client: new GatewayClient(cli, { url: url ?? (site ? gatewayUrl(site) : defaultUrl), tokenFile }), site };
}

/** The site of a command that works on files; ends it when none is named. */
export async function siteOf(cli: Cli, given: string | undefined): Promise<SiteConfig> {
  const file = siteFileOf(cli, given);
  if (file === undefined) throw new Failure(cli.m.usage.noSite(), 'wrong');
  return requireSite(cli, file);
}

/** Reads `--port`. */
export const portOption =
  (cli: Cli) =>
  (written: string): number => {
    const port = Number(written);
    if (/^\d+$/.test(written) && port <= 65_535) return port;
    throw new Failure(cli.m.usage.badPort({ value: written }), 'wrong');
  };

/** Reads an option that has a few possible values. */
export const choiceOption =
  <Choice extends string>(cli: Cli, choices: readonly Choice[]) =>
  (written: string): Choice => {
    const choice = choices.find((one) => one === written);
    if (choice === undefined) throw new Failure(cli.m.usage.badChoice({ value: written, choices }), 'wrong');
    return choice;
  };
