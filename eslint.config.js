import globals from 'globals';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

/** Packages whose folders may never be reached past their public entry. */
const onlyEntries = {
  group: ['@eyrie/*/src/*', '**/packages/*/src/**'],
  message: 'Import another package through its entry in "exports".',
};

/**
 * The direction of data (docs/pipeline.md), one entry a stage: the folders it may not import from, because they come after it.
 * The package entry rule is repeated, as a later block replaces the rule's options.
 */
const stages = [
  {
    files: ['packages/engine/src/protocol/**'],
    after: ['ai', 'enrich', 'redact', 'pipeline', 'worker', 'trace'],
  },
  {
    files: ['packages/engine/src/{stream,ai}/**'],
    after: ['enrich', 'redact', 'pipeline', 'worker', 'trace'],
  },
  {
    files: ['packages/engine/src/{enrich,conversation,event}/**'],
    after: ['redact', 'pipeline', 'worker', 'trace'],
  },
  {
    files: ['packages/engine/src/redact/**'],
    after: ['stream', 'protocol', 'ai', 'enrich', 'pipeline', 'worker'],
  },
];

const noLaterStage = stages.map(({ files, after }) => ({
  files,
  ignores: ['**/*.test.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          onlyEntries,
          {
            group: after.map((folder) => `../**/${folder}/**`),
            message: 'Data moves the other way: see docs/pipeline.md.',
          },
        ],
      },
    ],
  },
}));

/** Packages that know no sibling, and the API that knows no SQL. */
const closed = [
  { files: ['packages/db/src/**'], group: ['@eyrie/*'], message: 'packages/db imports no sibling.' },
  { files: ['packages/bpf/src/**'], group: ['@eyrie/*'], message: 'packages/bpf imports no sibling.' },
  { files: ['apps/web/src/**'], group: ['@eyrie/*'], message: 'The web app sees the GraphQL schema only.' },
  {
    files: ['apps/server/src/graphql/**', 'apps/server/src/http/**'],
    group: ['better-sqlite3', 'kysely'],
    message: 'SQL lives in packages/db.',
  },
].map(({ files, group, message }) => ({
  files,
  ignores: ['**/*.test.ts'],
  rules: { 'no-restricted-imports': ['error', { patterns: [onlyEntries, { group, message }] }] },
}));

export default ts.config(
  {
    ignores: [
      '**/node_modules/**',
      '**/build/**',
      '**/dist/**',
      '**/gen/**',
      '**/.svelte-kit/**',
      '**/test-results/**',
    ],
  },
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.node },
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      'no-console': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
      'no-restricted-imports': ['error', { patterns: [onlyEntries] }],
    },
  },
  ...noLaterStage,
  ...closed,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: { parser: ts.parser },
    },
  },
  {
    files: ['**/*.test.ts', '**/*.spec.ts', '**/test/**', 'e2e/**'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'max-lines': 'off',
    },
  },
  {
    files: ['scripts/**', '**/scripts/**', 'bench/**', 'deploy/demo/**', 'apps/server/src/cli/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    extends: [ts.configs.disableTypeChecked],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
);
