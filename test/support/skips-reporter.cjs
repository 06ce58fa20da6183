const { existsSync, readFileSync, rmSync } = require('node:fs');

/** Says as the run's last line which tests were skipped and for want of which peer. */
module.exports = class SkipsReporter {
  onRunStart() {
    rmSync(process.env.SLUICE_SKIPS_FILE, { force: true });
  }
  onRunComplete() {
    const file = process.env.SLUICE_SKIPS_FILE;
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    // At the very end, behind the summary that jest prints of its own.
    process.once('exit', () => {
      process.stderr.write(
        lines.length === 0
          ? '\nSkipped for want of a peer: none\n'
          : `\n${lines.map((line) => `  skipped ${line}`).join('\n')}\nSkipped for want of a peer: ${lines.length} tests\n`,
      );
    });
  }
};
