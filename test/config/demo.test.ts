import { expect, test } from '@jest/globals';
import { formatProblem, loadSite } from '../../config/index.js';

test('the demonstration site is right', async () => {
  const result = await loadSite('config/examples/demo/site.yaml');
  expect([...result.problems, ...result.warnings].map((problem) => formatProblem(problem, 'en'))).toEqual([]);
  expect(result.site?.links.map((link) => [link.name, link.devices.length])).toEqual([
    ['house-bus', 6],
    ['house-controller', 2],
    ['pump-station', 3],
  ]);
});
