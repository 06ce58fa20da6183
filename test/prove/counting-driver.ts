import { z } from 'zod';
import type { DriverDefinition, FrameBuilder } from '../../gateway/contract/index.js';

const linkHalf = z.strictObject({ phase: z.int().default(0) });
const deviceHalf = z.strictObject({ station: z.int().default(1) });
const tagHalf = z.strictObject({ cell: z.int() });

/** Fills one reading: `cells` are the addresses of the slots in order, `phase` what the site file says of the link. */
export type FillReading = (device: string, phase: number, cells: readonly number[], into: FrameBuilder) => void;

/**
 * A driver without a wire: each reading is filled where it is asked for. It lets a gateway acquire thousands of frames a
 * second that a proof can foretell, without as many sockets.
 */
export function countingDriver(
  fill: FillReading,
): DriverDefinition<z.output<typeof linkHalf>, z.output<typeof deviceHalf>, z.output<typeof tagHalf>> {
  return {
    summary: { en: 'counts its own readings', zh: '自计数驱动' },
    link: linkHalf,
    device: deviceHalf,
    tag: tagHalf,
    tagType: () => 'number',
    plan: () => ({ requests: [], busLoad: 0, requestsPerSecond: 0, problems: [] }),
    create: async ({ settings, devices }) => {
      const cells = new Map(
        devices.flatMap(({ name, groups }) =>
          groups.map((group) => [`${name}/${group.name}`, group.tags.map(({ address }) => address.cell)] as const),
        ),
      );
      return {
        connect: async () => undefined,
        read: async ({ device, group }, into) =>
          fill(device, settings.phase, cells.get(`${device}/${group}`) ?? [], into),
        close: async () => undefined,
      };
    },
  };
}
