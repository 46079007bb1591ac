/** Muster's own version, for manifests; a test holds it to package.json. */
export const musterVersion = '0.1.0';
