import { redirect } from '@sveltejs/kit';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';

const open = new Set(['/login', '/setup', '/theme']);

const themes = ['light', 'dark', 'system'] as const;

/** Carries the platform and the theme to every page, and sends everyone who isn't signed in to the door. */
export const handle: Handle = ({ event, resolve }) => {
  if (event.platform === undefined) {
    throw new Error('The pages run inside the Eyrie server: start it with `npm start`.');
  }
  event.locals.platform = event.platform;
  event.locals.theme = themes.find((theme) => theme === event.cookies.get('theme')) ?? 'system';
  const path = event.url.pathname;
  if (event.platform.viewer === null && !open.has(path)) {
    if (event.platform.auth.setupRequired()) redirect(303, '/setup');
    const from = path === '/' || event.request.method !== 'GET' ? '' : path + event.url.search;
    redirect(303, from === '' ? '/login' : `/login?from=${encodeURIComponent(from)}`);
  }
  const theme = event.locals.theme;
  return resolve(event, { transformPageChunk: ({ html }) => html.replace('%eyrie.theme%', theme) });
};

/** Words meant for the page go to it; what went wrong unforeseen stays in the server's log, with a number to find it by. */
export const handleError: HandleServerError = ({ kind, error }) => {
  if (kind === 'framework') {
    return { message: error.status === 404 ? 'There is no such page.' : error.message };
  }
  if (kind !== 'unknown') return { message: error.message };
  const id = crypto.randomUUID().slice(0, 8);
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${JSON.stringify({ level: 50, msg: 'page failed', id, detail })}\n`);
  return { message: `The page could not be made. The server's log has the reason under ${id}.` };
};
