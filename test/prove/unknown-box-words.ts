/** The sentences between the commands of the transcript. */
export const words = {
  title: 'From an unknown box to live values',
  intro: `A well has a climate sensor, an XY-MD02, and a level transmitter without a name. Of the transmitter there is one sheet of
paper, which says \`level: 40021, float\`, and its display. Both hang on one pair of wires and a USB adapter.

This is what the technician typed and what the box said. The instruments were simulated on a line that carries each bit,
so wrong settings and wrong wires do what they do in the field; figures that are others at each run stand as \`…\`. \`npm run prove -- unknown-box --full\` types all of it again, checks it, and writes this page; change
the proof, not the page.`,
  ports: `**Which port?** The last line is to be copied: that name stays when adapters are plugged in in another order.`,
  scan: `**Who is there, and how is it set?** Nothing is known of speeds and unit ids; there are two devices, so the scan may stop
when it has found two. Without the limits it tries every speed, parity and unit id there is. It listens first: where a
master talks already, nothing is sent.`,
  probe: (display: string): string =>
    `The climate sensor has a profile. The other device has none, and answers at 4800.

**Where is the level, and how is it written?** The display shows ${display}. What the paper calls 40021 is where to look; its
neighbours are read as well, because papers count from 0 or from 1.`,
  site: `The paper was one register off, and kept silent about the order of the words. The line under \`In the profile\` is all a
profile needs; name and unit are the technician's to give.

**The site file.** One line has one speed, so the transmitter was set to 9600 in its menu. With a whole register table at
hand, \`sluice import\` makes the profile.`,
  check: `**Is it right, and does it fit?** Neither command opens the port.`,
  run: `**Run it.** What the gateway logs goes to a file here; it speaks of changes alone.`,
  live: (display: string): string =>
    `**Is it true?** Another value than the one it was found with: the water has risen, and the display now shows ${display}. (The
box's own readings are left out here.)`,
  explain: `**How did the number come to be?**`,
  fault: `**Something breaks.** Somebody worked in the cabinet. Half a minute later:`,
  stop: `The gateway holds its port, so it is stopped before the doctor looks. What was read is kept.`,
  doctor: `**What is wrong?**`,
  chinese: `On a box that is set to Chinese every command speaks Chinese; elsewhere \`--lang zh\` asks for it.`,
  mended: `The two wires were put right:`,
  end: `If it is none of the faults it knows, \`sluice doctor site.yaml --support seen.json\` writes one file for whoever helps,
without values and without secrets.`,
} as const;
