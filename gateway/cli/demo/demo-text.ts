import { relative } from 'node:path';
import type { Cli } from '../cli.js';
import { defaultUrl } from '../site-file.js';
import { table } from '../table.js';
import { wrapText } from '../text-width.js';
import type { RunningDemo } from './start-demo.js';

/** What runs where. */
export function demoText({ m, columns }: Cli, { plant, pool, site }: RunningDemo, folder: string): string {
  const { gateway, url, brokerUrl = '' } = site;
  const addresses = Object.entries(plant.addresses).map(
    ([name, address]) => `${name} ${address.replace('tcp://', '')}`,
  );
  return [
    wrapText(m.demo.plant({ pid: plant.pid, addresses }), columns, ' '.repeat(13)),
    m.demo.gateway({ pid: process.pid, folder: gateway.site.journal.folder }),
    m.demo.broker({ url: brokerUrl }),
    m.demo.pool({ url: pool.url, folder: `${folder}/pool` }),
    m.demo.page({ url }),
  ].join('\n');
}

/** What to try next; `command` is how this program is called. */
export function tryText({ m }: Cli, { pool, site }: RunningDemo, file: string, command: string): string {
  const target = site.url === defaultUrl ? '' : ` --url ${site.url}`;
  const shown = relative(process.cwd(), file) || file;
  const broker = new URL(site.brokerUrl ?? 'mqtt://127.0.0.1');
  const rows = [
    [`${command} status --values${target}`, m.demo.tryStatus()],
    [`${command} explain climate-1/temperature now${target}`, m.demo.tryExplain()],
    [`${command} ledger${target}`, m.demo.tryLedger()],
    [`${command} plan ${shown}`, m.demo.tryPlan()],
    [`mosquitto_sub -h ${broker.hostname} -p ${broker.port} -t '#' -v`, m.demo.tryMqtt()],
    [`curl ${pool.url}/v1/missing`, m.demo.tryPool()],
  ];
  return [m.demo.tryHead(), table(rows), m.demo.tryEdit({ file: shown }), m.demo.stopHint()].join('\n');
}
