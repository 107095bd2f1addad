/**
 * What the server gives the pages for one request. The server builds it, the pages only read it: load functions
 * and form actions reach data and accounts through this object and through nothing else.
 */
export interface Platform {
  /** Who is signed in, or null when nobody is. */
  readonly viewer: { readonly name: string; readonly role: string } | null;
  /** The Lucia session of the viewer; null when nobody is signed in. */
  readonly sessionId: string | null;
  /** Address of the browser: from the proxy only when the proxy is trusted. */
  readonly clientAddress: string;
  /** Scheme, host and port the browser uses: `https://eyrie.example:8443`. */
  readonly publicOrigin: string;
  /** Runs a GraphQL request in-process as the viewer. */
  graphql(request: Request): Promise<Response>;
  readonly auth: AuthActions;
}

/** Account actions; the server throttles and audits them. */
export interface AuthActions {
  /** True until the first administrator exists. */
  setupRequired(): boolean;
  /** Makes the first administrator with the one-time token from the log, and signs in. */
  setup(input: {
    readonly token: string;
    readonly name: string;
    readonly password: string;
  }): Promise<AuthResult>;
  login(input: { readonly name: string; readonly password: string }): Promise<AuthResult>;
  /** Ends the session of this request; the returned cookies clear it in the browser. */
  logout(): Promise<AuthResult>;
}

export type AuthResult =
  | { readonly ok: true; readonly cookies: readonly AuthCookie[] }
  | {
      readonly ok: false;
      /** Name of the form field at fault, when one is. */
      readonly field?: string;
      readonly message: string;
      readonly retryAfterSeconds?: number;
    };

export interface AuthCookie {
  readonly name: string;
  readonly value: string;
  readonly attributes: {
    readonly path?: string;
    readonly domain?: string;
    readonly maxAge?: number;
    readonly expires?: Date;
    readonly httpOnly?: boolean;
    readonly secure?: boolean;
    readonly sameSite?: 'lax' | 'strict' | 'none';
  };
}

/** What `build/server/index.js` exports as `createHandler`. */
export type CreateHandler = () => Promise<(request: Request, platform: Platform) => Promise<Response>>;
