import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { project } from './_project.ts';

test('TypeScript with values of its own becomes JavaScript', async (t) => {
  const { lines } = project(t, {
    'main.ts': `
      import { Color, Level, type Shape } from './parts.ts';
      namespace Geometry { export const unit = 1; }
      class Point { constructor(public x: number, readonly y = 2) {} }
      const shape = { area: 4 } satisfies Shape as Shape;
      console.log(Color[Color.Green], Level.High, Geometry.unit, new Point(1), shape.area!);
    `,
    'parts.ts': `
      export enum Color { Red, Green }
      export const enum Level { Low = 'low', High = 'high' }
      export interface Shape { area: number }
    `,
  });
  t.deepEqual(await lines('main.ts'), ['Green high 1 Point { x: 1, y: 2 } 4']);
});

test('what Node 20 lacks is lowered: decorators and await using', async (t) => {
  const { lines } = project(t, {
    'main.ts': `
      const said: string[] = [];
      const log = (value: Function, context: ClassMethodDecoratorContext) => {
        said.push(String(context.name));
        return value;
      };
      class Tool { @log use() {} }
      new Tool().use();
      {
        await using resource = { async [Symbol.asyncDispose]() { said.push('disposed'); } };
        void resource;
      }
      console.log(said.join());
    `,
  });
  t.deepEqual(await lines('main.ts'), ['use,disposed']);
});

test('the nearest tsconfig.json decides, and what it extends', async (t) => {
  const { lines } = project(t, {
    'tsconfig.json': `{
      // Comments and trailing commas are allowed here.
      "extends": "./base",
      "compilerOptions": {
        "baseUrl": ".",
        "paths": { "@lib/*": ["lib/*"], "answer": ["lib/answer.ts"] },
        "useDefineForClassFields": false,
      },
    }`,
    'base.json': `{ "compilerOptions": {
      "experimentalDecorators": true, "jsx": "react", "jsxFactory": "element" } }`,
    'lib/answer.ts': 'export default 42;',
    'main.tsx': `
      import answer from 'answer';
      import same from '@lib/answer';
      import based from 'lib/answer.ts';
      const element = (name: string, attributes: object) => name + JSON.stringify(attributes);
      const seen: string[] = [];
      const mark = (target: object, name: string) => { seen.push(typeof target + ' ' + name); };
      class Base { set field(value: number) { seen.push('set ' + value); } }
      class Derived extends Base { override field = 1; @mark method() {} }
      new Derived();
      console.log(answer, same, based, <a b="c" />, seen.join());
    `,
  });
  t.deepEqual(await lines('main.tsx'), ['42 42 42 a{"b":"c"} object method,set 1']);
});

test('imports find TypeScript under every way to write its name', async (t) => {
  const { lines } = project(t, {
    'package.json': '{ "type": "module", "imports": { "#five": "./five.ts" } }',
    'main.ts': `
      import one from './one.js';
      import two from './two';
      import three from './three.ts';
      import four from './four';
      import five from '#five';
      import six from './six.mjs';
      console.log(one, two, three, four, five, six);
    `,
    'one.ts': 'export default 1;',
    'two.ts': 'export default 2;',
    'three.ts': 'export default 3;',
    'four/index.ts': 'export default 4;',
    'five.ts': 'export default 5;',
    'six.mts': 'export default 6;',
  });
  t.deepEqual(await lines('main.ts'), ['1 2 3 4 5 6']);
});

test('JSON is imported with and without an attribute, by name and dynamically', async (t) => {
  const { lines } = project(t, {
    'main.ts': `
      import plain from './data.json';
      import declared from './data.json' with { type: 'json' };
      import { name } from './data.json';
      import { other } from './other.ts';
      const later = await import('./data.json', { with: { type: 'json' } });
      console.log(plain.name, declared.name, name, later.default.name, other === plain);
    `,
    'other.ts': "import plain from './data.json'; export const other = plain;",
    'data.json': '{ "name": "x", "not-a-name": 1 }',
  });
  t.deepEqual(await lines('main.ts'), ['x x x x true']);
});

test('dynamic imports may be literal or a template with a fixed beginning', async (t) => {
  const { lines } = project(t, {
    'main.ts': `
      import { loaded } from './loaded.ts';
      const before = loaded.length;
      const names = ['a', 'b'];
      for (const name of names) console.log((await import(\`./plugins/\${name}.ts\`)).default);
      console.log((await import('./plugins/a.ts')).default, before, loaded.join());
      await import('./plugins' + 'missing' + '.ts').catch((error) => console.log(error.name));
    `,
    'loaded.ts': 'export const loaded: string[] = [];',
    'plugins/a.ts': "import { loaded } from '../loaded.ts'; loaded.push('a'); export default 'A';",
    'plugins/b.ts': "import { loaded } from '../loaded.ts'; loaded.push('b'); export default 'B';",
  });
  t.deepEqual(await lines('main.ts'), ['A', 'B', 'A 0 a,b', 'Error']);
});

test('modules are evaluated in the order in which they are imported, packages among them', async (t) => {
  const { lines } = project(t, {
    'main.ts': `
      import './first.ts';
      import 'second';
      import './third.ts';
      import { Worker } from 'node:worker_threads';
      console.log(globalThis.order.join());
      if (false) new Worker(new URL('./third.ts', import.meta.url));
    `,
    'first.ts': "globalThis.order = ['first'];",
    'node_modules/second/package.json': '{ "main": "index.js", "type": "module" }',
    'node_modules/second/index.js': "globalThis.order.push('second');",
    'third.ts': "globalThis.order.push('third'); export {};",
  });
  t.deepEqual(await lines('main.ts'), ['first,second,third']);
});

test('functions and classes keep their names, and modules their exports', async (t) => {
  const { compile, lines } = project(t, {
    'main.ts': `
      import { name, work as other } from './other.ts';
      export class Point { static origin = new Point(); }
      export function work() {}
      export const unused = 1;
      console.log(Point.name, new Point(), work.name, other.name, name);
      import('./main.ts').then((self) => {
        console.log(Object.keys(self).join(), self.work === work);
      });
    `,
    'other.ts': "export function work() {} export const name = (() => {}).name === '';",
  });
  t.deepEqual(await lines('main.ts'), ['Point Point {} work work true', 'Point,unused,work true']);
  // What keeps the names must not define a property for every closure that a hot loop makes.
  const folder = dirname((await compile('main.ts')).entry);
  const helpers = readdirSync(folder)
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  t.is(helpers.match(/\b__name = /g)?.length, 1);
  t.regex(helpers, /__name = \(target, value\) => target\.name === value \? target : /);
});

test('types may be imported and exported like values', async (t) => {
  const { lines } = project(t, {
    'main.ts': `
      import { Shape, area, Missing } from './barrel.ts';
      import * as barrel from './barrel.ts';
      export { Shape, Missing };
      console.log(area({ side: 3 } as Shape), barrel.Shape, barrel.area === area);
    `,
    'barrel.ts': "export { Shape, area } from './shape.ts'; export * from './more.ts';",
    'shape.ts': `
      export interface Shape { side: number }
      export const area = (shape: Shape) => shape.side ** 2;
    `,
    'more.ts': 'export type Missing = string;',
  });
  t.deepEqual(await lines('main.ts'), ['9 undefined true']);
});

test('a program may have a shebang, a byte order mark and a strange name, outside any package', async (t) => {
  const { lines } = project(t, {
    '# 100% ünï ?.ts': `#!/usr/bin/env tsrun
      import { one } from './a #b%20.ts';
      console.log(one, decodeURIComponent(import.meta.url).endsWith('/# 100% ünï ?.ts'));
    `,
    'a #b%20.ts': 'export const one = 1;',
    'bom.ts': "\uFEFFimport { world } from 'tsmpi';\nconsole.log(world.rank);\n",
  });
  t.deepEqual(await lines('# 100% ünï ?.ts'), ['1 true']);
  t.deepEqual(await lines('bom.ts'), ['0']);
});

test('a program runs under its real path, from a folder that cannot be written', async (t) => {
  const { folder, path, lines } = project(t, {
    'real/main.ts': "import { one } from './one.ts'; console.log(one, import.meta.filename);",
    'real/one.ts': 'export const one = 1;',
  });
  mkdirSync(path('links'));
  symlinkSync('../real/main.ts', path('links/program.ts'));
  chmodSync(path('real'), 0o500);
  t.teardown(() => chmodSync(path('real'), 0o700));
  t.deepEqual(await lines('links/program.ts'), [`1 ${folder}/real/main.ts`]);
});
