import { builder } from '../builder.ts';
import type { Viewer as ViewerShape } from '../context.ts';
import { refusal } from '../errors.ts';

const Viewer = builder.objectRef<ViewerShape>('Viewer').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    role: t.exposeString('role'),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({
    type: Viewer,
    authScopes: { viewer: true },
    resolve: (_root, _args, { viewer }) => {
      if (viewer === null) throw refusal(false, 'viewer');
      return viewer;
    },
  }),
}));
