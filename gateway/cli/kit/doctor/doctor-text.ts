import type { Cli } from '../../cli.js';
import { wrapText } from '../../text-width.js';
import { kitMessages } from '../kit-messages.js';
import type { Visit } from './visit.js';

/** What was found of one link: each cause with its remedy. */
export function visitText(cli: Cli, { link, address, isFine, findings }: Visit): string {
  const { doctor: m } = kitMessages(cli.language);
  const name = address === '' || address === link ? link : m.link({ link, address });
  const wrap = (text: string): string => wrapText(text, cli.columns, '    ');
  const lines = findings.flatMap((finding) => [
    wrap(`  ${finding.cause[cli.language]}`),
    ...('remedy' in finding && isFine === false
      ? [wrap(`    ${m.remedy({ remedy: finding.remedy[cli.language] })}`)]
      : []),
  ]);
  return [m.state({ name, state: isFine === null ? m.told() : isFine ? m.ok() : m.wrong() }), ...lines].join('\n');
}
