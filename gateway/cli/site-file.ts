import { existsSync } from 'node:fs';
import type { SiteConfig } from '../../config/index.js';
import type { Cli } from './cli.js';
import { Failure } from './failure.js';

/**
 * Reads and checks a site file. Warnings are told and let it pass; problems are told all at once and end the command.
 */
export async function requireSite(cli: Cli, path: string): Promise<SiteConfig> {
  const { formatProblem, loadSite } = await import('../../config/index.js');
  const { site, problems, warnings } = await loadSite(path);
  for (const problem of [...problems, ...warnings]) cli.tell(formatProblem(problem, cli.language));
  if (site) return site;
  throw new Failure(cli.m.check.refused({ count: problems.length }), 'wrong');
}

/** The site file of a command that may do without: the one given, `SLUICE_SITE`, or `site.yaml` where it lies here. */
export function siteFileOf(cli: Cli, given: string | undefined): string | undefined {
  return given ?? cli.env['SLUICE_SITE'] ?? (existsSync('site.yaml') ? 'site.yaml' : undefined);
}

const anyAddress = new Set(['0.0.0.0', '::', '']);

/** Where this site's gateway answers, as seen from its own box. */
export function gatewayUrl({ http: { host, port } }: Pick<SiteConfig, 'http'>): string {
  const reachable = anyAddress.has(host) ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** Where a gateway answers whose site file says nothing about it. */
export const defaultUrl = 'http://127.0.0.1:8080';
