import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostile } from './fixtures.ts';
import { isBuilt, startHarness, type Harness } from './harness.ts';

const form = (fields: Record<string, string>, origin: string): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(fields),
  headers: { origin, accept: 'text/html' },
});

describe.skipIf(!isBuilt)('the built pages', () => {
  let host: Harness;
  let blind: Harness;
  let fresh: Harness;

  beforeAll(async () => {
    host = await startHarness({ ready: true, empty: false, role: 'admin' });
    blind = await startHarness({ ready: false, empty: true, role: 'viewer' });
    fresh = await startHarness({ ready: true, empty: true, role: 'admin' }, true);
  });
  afterAll(async () => {
    await Promise.all([host, blind, fresh].map((each) => each.close()));
  });

  const html = async (path: string, harness = host): Promise<string> => {
    const response = await harness.request(path);
    expect(response.status, path).toBe(200);
    return response.text();
  };

  it('sends a visitor to the door and back to where they wanted to go', async () => {
    const away = await host.request('/ai?q=model%3Ax', { signedIn: false });
    expect(away.status).toBe(303);
    expect(away.headers.get('location')).toBe('/login?from=%2Fai%3Fq%3Dmodel%253Ax');
    const back = await host.request('/login?from=%2Fai', {
      signedIn: false,
      ...form({ name: 'ada', password: 'correct horse' }, host.origin),
    });
    expect(back.headers.get('location')).toBe('/ai');
    expect(back.headers.get('set-cookie')).toMatch(/eyrie_session=harness.*HttpOnly/);
  });

  it('shows why signing in was refused and keeps the name', async () => {
    const response = await host.request('/login', {
      signedIn: false,
      ...form({ name: 'ada', password: 'no' }, host.origin),
    });
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(text).toContain('Name or password is wrong.');
    expect(text).toContain('value="ada"');
  });

  it('refuses a form from another site', async () => {
    const response = await host.request('/login', form({ name: 'ada' }, 'https://evil.example'));
    expect(response.status).toBe(403);
  });

  it('leads to set-up while there are no accounts', async () => {
    const response = await fresh.request('/', { signedIn: false });
    expect(response.headers.get('location')).toBe('/setup');
    const wrong = await fresh.request('/setup?token=bad', {
      signedIn: false,
      ...form({ token: 'bad', name: 'ada', password: 'p', repeat: 'p' }, fresh.origin),
    });
    expect(await wrong.text()).toContain('This token is not the one in the log.');
  });

  it.each([
    ['/', 'What did agents do?'],
    ['/ai', 'The checkout total is wrong'],
    ['/ai?view=events', 'ai.request'],
    ['/ai/c-checkout', 'earlier parts sent again'],
    ['/ai/c-checkout?tab=raw', 'oisp_version'],
    ['/ai/c-evals', 'Rate limit reached'],
    ['/ai/c-support', '4096 bytes of the stream were lost.'],
    ['/processes', 'python3'],
    ['/processes/b1%2F2891%2F1', 'codehelper'],
    ['/redaction', 'From the configuration file'],
    ['/redaction/custom-1', 'Save changes'],
    ['/redaction/new', 'Add rule'],
    ['/audit', 'redaction_rule.update'],
    ['/capture', 'Go TLS has no probes yet'],
    ['/event/c-checkout-r1-q', 'ssl_write'],
  ])('renders %s whole without script', async (path, expected) => {
    const text = await html(path);
    expect(text).toContain(expected);
    expect(text.match(/<h1[ >]/g)).toHaveLength(1);
    expect(text).toMatch(/<title>[^<]+ · Eyrie<\/title>/);
  });

  it('never lets captured text become markup', async () => {
    const text = await html('/ai/c-hostile');
    expect(text).not.toContain('<img src=x');
    expect(text).not.toContain("<script>document.title='owned'");
    const [body = ''] = text.split('<script');
    expect(body).not.toContain('\u202e');
    expect(body).toContain('U+202E');
    expect(body).not.toContain(hostile.zeroWidth);
  });

  it('allows only scripts and styles of its own', async () => {
    const response = await host.request('/ai');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src 'self' 'nonce-/);
    expect(policy).not.toContain("'unsafe-inline'");
    expect(await response.text()).not.toMatch(/ style="(?!display: contents)/);
  });

  it('says on every page that nothing is captured, and how to change that', async () => {
    const text = await html('/ai', blind);
    expect(text).toContain('Capture of TLS is off: Eyrie lacks CAP_BPF.');
    expect(text).toContain('eyrie check');
    expect(text).toContain('No AI activity yet');
  });

  it('keeps the audit log and changes of rules from viewers', async () => {
    expect((await blind.request('/audit')).status).toBe(403);
    expect((await blind.request('/redaction/new')).status).toBe(403);
    expect(await html('/redaction', blind)).not.toContain('Disable');
  });

  it('turns the plain form into filter text', async () => {
    const response = await host.request('/ai?plain=1&provider=openai&model=&text=read+file');
    const to = new URL(response.headers.get('location') ?? '', new URL('/ai', host.origin));
    expect(to.pathname + to.search).toBe('/ai?q=provider%3Aopenai+%22read+file%22');
  });

  it('names the place of an invalid expression at its field', async () => {
    const fields = {
      name: 'x',
      description: '',
      pattern: 'ab+c[de',
      placeholder: '[X]',
      version: '0',
      sample: '',
    };
    const response = await host.request('/redaction/new?/save', form(fields, host.origin));
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(text).toMatch(
      /<textarea[^>]*aria-describedby="pattern-hint pattern-error"[^>]*aria-invalid="true"/,
    );
    expect(text).toContain('Missing closing bracket: see column 5');
  });

  it('shows both versions when someone else saved first', async () => {
    const fields = {
      name: 'mine',
      description: '',
      pattern: 'M-1',
      placeholder: '[M]',
      version: '2',
      sample: '',
    };
    const response = await host.request('/redaction/custom-1?/save', form(fields, host.origin));
    expect(response.status).toBe(409);
    const text = await response.text();
    expect(text).toContain('This rule was changed while you edited it.');
    expect(text).toContain('M-1');
    expect(text).toContain('CUST-\\d{6}');
    expect(text).toContain('Save mine over it');
  });

  it('previews a rule without script', async () => {
    const fields = {
      name: 'x',
      description: '',
      pattern: 'CUST-\\d+',
      placeholder: '[C]',
      version: '0',
      sample: 'a CUST-1 b',
    };
    const response = await host.request('/redaction/new?/preview', form(fields, host.origin));
    expect(await response.text()).toContain('Removed: x (1 time).');
  });

  it('says at the field why a preview without script failed', async () => {
    const fields = {
      name: 'x',
      description: '',
      pattern: 'a[b',
      placeholder: '[C]',
      version: '0',
      sample: 'ab',
    };
    const response = await host.request('/redaction/new?/preview', form(fields, host.origin));
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/id="pattern-error"[^>]*>Invalid regular expression/);
  });

  it('goes back to the list when a rule was deleted', async () => {
    const response = await host.request('/redaction/custom-1?/delete', form({ version: '3' }, host.origin));
    expect(response.headers.get('location')).toBe('/redaction?done=deleted&rule=customer');
  });

  it('remembers the theme for the next page', async () => {
    const response = await host.request('/theme', form({ theme: 'dark', from: '/ai' }, host.origin));
    expect(response.headers.get('location')).toBe('/ai');
    const page = await host.request('/ai', { headers: { cookie: 'theme=dark' } });
    expect(await page.text()).toContain('data-theme="dark"');
  });

  it('answers an unknown address as such', async () => {
    const response = await host.request('/nope');
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('There is no such page.');
    expect((await host.request('/ai/none')).status).toBe(404);
  });
});
