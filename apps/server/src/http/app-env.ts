import type { HttpBindings } from '@hono/node-server';
import type { SignedIn } from '../auth/sessions.ts';
import type { HttpClient } from './http-client.ts';

/** What middleware leaves for handlers. */
export interface AppEnv {
  Bindings: HttpBindings;
  Variables: {
    client: HttpClient;
    /** Scheme, host and port the browser uses. */
    origin: string;
    /** The session of the request, null when it has none. */
    signedIn: SignedIn | null;
  };
}
