/** `sluice trust`, in English. */
export const trust = {
  summary: 'OPC UA servers that were refused: their certificates, and trusting one',
  description:
    'Without a thumbprint it shows whom the gateway refused; the 50 refused last are kept. A relative `pki` folder is looked for below the folder this is called in, as the gateway does with the one it was started in.',
  thumbprint:
    'thumbprint of a refused server, SHA-1 or SHA-256: 8 digits of its beginning or more, spaces and colons allowed',
  fileOption: 'trust the certificate in this file, DER or PEM, that was carried here from the server',
  listOption: 'show whom the gateway trusts',
  removeOption: 'end the trust in the certificate of this thumbprint',
  pkiOption: 'folder of the certificates, in place of those in the site file',
  folder: 'Folder {folder}:',
  link: 'link',
  names: 'made for',
  valid: 'valid',
  validSpan: '{from} to {to}',
  refusedAt: 'refused last',
  trustedAt: 'trusted since',
  noneRefused: 'No server was refused.',
  noneTrusted: 'No server is trusted.',
  lookedIn: 'Looked in: {places}',
  meaning:
    'To trust a certificate is to believe whoever holds its key to be your server: its values, and who gets the password of the link. Anyone can make a certificate with these names; the thumbprint alone cannot be copied. Compare it with the one the server shows itself, on its own screen or in its own configuration program, every digit. Only when they are the same:',
  howToRemove: 'To end the trust in one:',
  trusted: 'Trusted: {subject}, in {folder}',
  trustedMeans:
    'Whoever holds the key of this certificate is believed from the next connection on; a running gateway makes it by itself, within half a minute or so. If you have not compared the thumbprint with the one on the server’s own screen, do it now; `sluice trust --remove` takes the trust back.',
  removed: 'No longer trusted: {subject}, in {folder}',
  removedMeans:
    'It ends with the next connection; one that is open stays until then. Restart the gateway to end it now.',
  sameKey:
    'A certificate of the same key is still trusted, and with it this one: SHA-1 {thumbprint}. Remove it as well.',
  bothPlaces: 'Give `--site` or `--pki`, not both.',
  noLinks:
    'This site has no OPC UA link, so there is no server to trust. `--pki FOLDER` names a folder without a site file.',
  oneThing: 'One thing at a time: thumbprints, `--file`, `--list`, or `--remove` with thumbprints.',
  removeWhich: 'Say which: `sluice trust --remove` and a thumbprint. `sluice trust --list` shows them.',
  linkedFolder:
    '{folder} is a link, or no folder. Root writes certificates into a folder alone: put one in its place, or call this as the user the gateway runs as.',
  badThumbprint:
    '`{value}` is no thumbprint: write 8 to 64 digits of 0–9 and A–F, as `sluice trust` shows them; for --remove as `sluice trust --list` does.',
  notRefused: 'No refused certificate begins with {thumbprint}. `sluice trust` shows them. Looked in: {places}',
  notTrusted: 'No trusted certificate begins with {thumbprint}. `sluice trust --list` shows them. Looked in: {places}',
  unclear: 'Several certificates begin with {thumbprint}: {candidates}. Write more digits; nothing was changed.',
  whichFolder: 'The links of this site use several folders: {folders}. Say which with `--pki FOLDER`.',
  noCertificate: '{file} holds no certificate. Export the server’s as DER (.der, .cer) or PEM (.pem, .crt).',
} as const;
