import { formatSerial, type ScanSetting } from '../../../../drivers/modbus/index.js';
import { type DirectAddress, formatStreamAddress } from '../../../../drivers/streams/index.js';
import type { Cli } from '../../cli.js';
import { span } from '../../numbers.js';
import { wrapText } from '../../text-width.js';
import { kitMessages } from '../kit-messages.js';
import type { FoundDevice } from './scan-file.js';

/** How a line was set when somebody answered: `9600 8N1`, or what goes over TCP. */
export function settingText(cli: Cli, { framing, serial }: ScanSetting, { kind }: DirectAddress): string {
  const { scan: m } = kitMessages(cli.language);
  if (kind === 'serial') return framing === 'ascii' ? `${formatSerial(serial)} ASCII` : formatSerial(serial);
  return { tcp: m.overTcp, rtu: m.rtuOverTcp, ascii: m.asciiOverTcp }[framing]();
}

/** A device as it is found: where, its first registers, and what it may be. */
export function foundText(
  cli: Cli,
  { unit, setting, answeredMs, registers, profiles }: FoundDevice,
  address: DirectAddress,
): string {
  const { scan: m } = kitMessages(cli.language);
  const tables = (['holding', 'input'] as const).flatMap((name) => {
    const words = registers[name];
    return words ? [m.table({ table: name, last: words.length - 1, words: words.join(' ') })] : [];
  });
  const lines = [
    ...(tables.length === 0 ? [m.refuses()] : tables),
    ...(profiles.length === 0 ? [] : [m.fits({ profiles: profiles.map((name) => `\`${name}\``) })]),
  ];
  const ms = span(Math.max(1, Math.round(answeredMs)));
  const head = m.found({ unit, setting: settingText(cli, setting, address), ms });
  return [head, ...lines.map((one) => wrapText(`  ${one}`, cli.columns, '    '))].join('\n');
}

/** What to do next with what was found, a paragraph each. */
export function nextText(cli: Cli, found: readonly FoundDevice[], address: DirectAddress): string[] {
  const { scan: m } = kitMessages(cli.language);
  const unknown = found.find(({ profiles }) => profiles.length === 0);
  const settings = new Set(found.map(({ setting }) => settingText(cli, setting, address)));
  const lines = [
    ...(unknown ? [m.ask({ unit: unknown.unit, command: probeCommand(unknown, address) })] : []),
    ...(settings.size > 1 && address.kind === 'serial' ? [m.unlike()] : []),
  ];
  return lines.map((line) => wrapText(line, cli.columns));
}

function probeCommand({ unit, setting: { framing, serial } }: FoundDevice, address: DirectAddress): string {
  const { baud, parity, stopBits } = serial;
  const line =
    address.kind === 'serial'
      ? [
          `--baud ${baud}`,
          ...(parity === 'none' ? [] : [`--parity ${parity}`]),
          ...(stopBits === 1 ? [] : ['--stop-bits 2']),
        ]
      : [];
  const framed = framing === (address.kind === 'serial' ? 'rtu' : 'tcp') ? [] : [`--framing ${framing}`];
  const told = [...line, ...framed, `--unit ${unit}`, '--register 0', '--shows 23.5'];
  return `sluice probe ${formatStreamAddress(address)} ${told.join(' ')}`;
}
