import type { Priority } from '../../../contract/index.js';

/** Priorities by colour, by pattern and by how dark they are: a grey print tells them apart as well. */
const looks: Readonly<Record<Priority, { readonly ground: string; readonly mark: string }>> = {
  critical: { ground: '#7a0c1e', mark: '' },
  high: { ground: '#e2703a', mark: '<path d="M-1 5L5 -1M-1 1L1 -1M3 5L5 3" stroke="#4a1500" stroke-width="1.1"/>' },
  medium: { ground: '#f2cf5b', mark: '<circle cx="2" cy="2" r="0.8" fill="#6b5200"/>' },
  low: { ground: '#e4edf5', mark: '' },
};

export const fillOf = (priority: Priority): string => `url(#priority-${priority})`;

/** Definitions the picture begins with. */
export const patterns = (): string =>
  `<defs>${Object.entries(looks)
    .map(
      ([priority, { ground, mark }]) =>
        `<pattern id="priority-${priority}" width="4" height="4" patternUnits="userSpaceOnUse">` +
        `<rect width="4" height="4" fill="${ground}"/>${mark}</pattern>`,
    )
    .join('')}</defs>`;
