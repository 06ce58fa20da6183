import { paddingTags, swingingCell, tagsOf } from './counted-cells.js';

export interface CountedSite {
  readonly phase: number;
  readonly links: number;
  readonly devicesPerLink: number;
  readonly pollMs: number;
  /** Tags that only make the frames larger. */
  readonly padding?: number;
  /** Lines of the `sinks` section. */
  readonly sinks: readonly string[];
  /** What stands in the `journal` section. */
  readonly journal: string;
}

/** The device that phase 4 no longer has. */
export const removedDevice = 'd0-0';

/** Names of the devices of a phase. */
export function countedDevices({ phase, links, devicesPerLink }: CountedSite): string[] {
  const all = Array.from({ length: links }, (_, link) =>
    Array.from({ length: devicesPerLink }, (_, n) => `d${link}-${n}`),
  ).flat();
  return phase >= 4 ? all.filter((name) => name !== removedDevice) : all;
}

/** A site of devices that count their readings, in one phase of its life. */
export function countedSite(site: CountedSite): string {
  const { phase, links, pollMs, sinks, journal, padding = 0 } = site;
  const devices = countedDevices(site);
  const tags = [...tagsOf(phase), ...paddingTags(padding)].map(
    ({ name, cell, unit }) => `      ${name}: { cell: ${cell}, unit: "${unit}" }`,
  );
  const linkLines = Array.from({ length: links }, (_, link) => {
    const own = devices.filter((name) => name.startsWith(`d${link}-`)).map((name) => `${name}: { profile: counting }`);
    return `  link-${link}: { driver: counting, phase: ${phase}, devices: { ${own.join(', ')} } }`;
  });
  return `version: 1
site: { id: counted, timezone: "+08:00" }
profiles:
  counting:
    driver: counting
    poll: ${pollMs}ms
    tags:
${tags.join('\n')}
      swing: { cell: ${swingingCell}, unit: "" }
links:
${linkLines.join('\n')}
rules:
  swinging: { type: limits, devices: ["${devices.at(-1)}"], tag: swing, H: 50 }
sinks:
${sinks.map((line) => `  ${line}`).join('\n')}
journal: { ${journal} }
`;
}
