import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatProblem, loadSite } from '../../config/index.js';
import { memoryIo } from '../config/fakes.js';
import { mutationsOf } from '../config/mutations.js';
import { shippedSiteFiles } from '../config/shipped-site-files.js';
import { outcome } from './commands-program.js';
import { type Finding, finding, type Proof } from './proof.js';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const golden = join(checkout, 'test', 'golden', 'site-files');
/** What a Chinese keyboard or a Windows editor puts in. */
const chineseTyping = /full-width|tab-|wide-space|celsius|chinese/;

interface Outcome {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
}

/** The goldens and the mutations as the suite judges them. */
async function judged(folder: string): Promise<Outcome> {
  const report = join(folder, 'jest.json');
  const jest = join(checkout, 'node_modules', 'jest', 'bin', 'jest.js');
  const suites = ['test/config/golden-site-files', 'test/config/mutations'];
  const options = ['--experimental-vm-modules', '--no-warnings', jest, ...suites, '--json', `--outputFile=${report}`];
  const { said } = await outcome('node', options, { cwd: checkout });
  try {
    return JSON.parse(readFileSync(report, 'utf8')) as Outcome;
  } catch {
    throw new Error(`jest left no report:\n${said}`);
  }
}

/** How many mistakes each golden site file has, by folder. */
async function mistakes(): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const name of readdirSync(golden).sort()) {
    const { problems } = await loadSite(join(golden, name, 'site.yaml'));
    counts.set(name, problems.length);
  }
  return counts;
}

interface Mutations {
  tried: number;
  /** Refused, and a line of the change is named. */
  named: number;
  readonly unnamed: string[];
  readonly stillValid: string[];
  readonly thrown: string[];
}

/** Every key and value of a site file changed in turn. */
async function mutated(text: string): Promise<Mutations> {
  const shelf = join(checkout, 'config', 'profiles');
  const profiles = Object.fromEntries(
    readdirSync(shelf).map((file) => [`shipped/${file}`, readFileSync(join(shelf, file))]),
  );
  const found: Mutations = { tried: 0, named: 0, unnamed: [], stillValid: [], thrown: [] };
  for (const { label, text: changed, lines } of mutationsOf(text)) {
    found.tried += 1;
    try {
      const { problems } = await loadSite('site.yaml', memoryIo({ 'site.yaml': changed, ...profiles }));
      const told = problems.map((problem) => formatProblem(problem, 'zh') + formatProblem(problem, 'en')).join('\n');
      const places = problems.flatMap((problem) => [problem, ...problem.related]);
      if (/\n\s+at /.test(told)) found.thrown.push(label);
      else if (problems.length === 0) found.stillValid.push(label);
      else if (places.some(({ line }) => lines.includes(line))) found.named += 1;
      else found.unnamed.push(label);
    } catch {
      found.thrown.push(label);
    }
  }
  return found;
}

function mutationFindings(site: string, atLeast: number, found: Mutations): readonly Finding[] {
  const { tried, named, unnamed, stillValid, thrown } = found;
  return [
    finding(`${site}: mutations tried`, tried, 'many', tried > atLeast),
    finding(`${site}: stack traces`, thrown.length, '0', thrown.length === 0),
    finding(`${site}: refused, the changed line named`, named, 'the rest', named + stillValid.length === tried),
    finding(`${site}: refused, the changed line not named`, unnamed.length, '0', unnamed.length === 0),
    finding(`${site}: still valid (listed with --full)`, stillValid.length, 'any', true),
  ];
}

export const siteFiles: Proof = {
  summary: 'a wrong site file is told by line, cause and remedy, whatever the mistake',
  async run({ folder, say, isFull }): Promise<readonly Finding[]> {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = await judged(folder);
    const counts = await mistakes();
    const [folders, chinese] = [[...counts.keys()], [...counts.keys()].filter((name) => chineseTyping.test(name))];
    const threefold = folders.filter((name) => counts.get(name) === 3);
    const isJudged = numFailedTests === 0 && numFailedTestSuites === 0 && numPassedTests > 80;
    const findings = [
      finding('golden site files', folders.length, '56', folders.length === 56),
      finding('of Chinese typing', chinese.length, '≥ 15', chinese.length >= 15),
      finding('with three mistakes at once', threefold.join(', '), '2', threefold.length >= 2),
      finding(
        'tests of goldens and mutations',
        `${numPassedTests} passed, ${numFailedTests} failed`,
        'all pass',
        isJudged,
      ),
    ];
    const { readme, demo } = shippedSiteFiles(checkout);
    const sites = [
      { name: "README's site", text: readme, atLeast: 300 },
      { name: 'demonstration', text: demo, atLeast: 800 },
    ];
    for (const { name, text, atLeast } of sites) {
      const found = await mutated(text);
      for (const label of [...found.thrown, ...found.unnamed]) say(`  ${name}: short: ${label}`);
      if (isFull) for (const label of found.stillValid) say(`  ${name}: still valid: ${label}`);
      findings.push(...mutationFindings(name, atLeast, found));
    }
    return findings;
  },
};
