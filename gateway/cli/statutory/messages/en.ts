/** What `sluice statutory` says, in English. */
export const statutory = {
  summary: 'changes of streams that the law protects: show them, approve them as one of two people',
  showSummary: 'what a site file would change; alone, `sluice statutory` does this',
  approveSummary: 'approve, in your name, what a site file changes; two people do, then a restart applies it',
  none: 'The file changes nothing that the law protects; nobody has to approve it.',
  head: '{count} changes of what the law protects (configuration {hash}):',
  row: '{device}/{tag}  {what}: {from} → {to}',
  nobody: 'Nobody has approved them yet. Two people do, each with a token of their own: `sluice statutory approve`.',
  one: 'Approved by {who}. A second person has to approve them too: `sluice statutory approve`.',
  both: 'Approved by {who}. Restart the gateway with this file to apply them; each becomes a record that travels.',
  stopped:
    'The gateway is stopped: this is held against what it last ran with. Start it with the file it ran with; approvals are given to a running gateway.',
  unread: 'The configuration in the journal cannot be read any more, so there is nothing to hold the file against.',
  empty: 'The journal has no configuration yet: the first one needs nobody.',
  heldBack:
    'NOT APPLIED: {file} changes what the law protects and two people have not approved it ({who} so far). The gateway runs with the configuration applied before. Either undo the change, or have two people run `sluice statutory approve --site {file}` and restart.',
  heldBackNobody: 'nobody',
} as const;
