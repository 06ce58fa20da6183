import fc from 'fast-check';

/**
 * The inputs of property tests. They are the same in every run, so that a test that fails was broken by the change at hand;
 * `npm run search` looks for failures among new ones (`SLUICE_SEED=random`), and `SLUICE_SEED=N` gives those of a seed again.
 */
const asked = process.env['SLUICE_SEED'] ?? '20260101';
if (asked !== 'random') {
  const seed = Number(asked);
  if (!Number.isInteger(seed)) throw new Error(`SLUICE_SEED is \`${asked}\`; give an integer, or \`random\``);
  fc.configureGlobal({ seed });
}
