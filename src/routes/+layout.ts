// The tab is the system: nothing is rendered on a server, and every page is a static file.
export const ssr = false;
export const prerender = true;
export const trailingSlash = 'always';
