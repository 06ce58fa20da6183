/** Size of the picture, px: as wide as a page of A4 shows well. */
export const pageWidth = 1000;
export const left = 40;
export const width = pageWidth - 2 * left;
